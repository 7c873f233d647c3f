"""Only the files that can hold a window's rows are opened, and none that may hold one is left out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from bot.recommender.engine import Engine
from bot.recommender.file_times import FileTimes

START, DAY = datetime(2026, 3, 1, tzinfo=UTC), timedelta(days=1)


def _write(folder: Path, name: str, *times: str, kind: str = "TIMESTAMPTZ", more: str = "") -> None:
    rows = ", ".join(f"({kind} '{time}')" for time in times) or f"(CAST(NULL AS {kind}))"
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"COPY (SELECT shown{more} FROM (VALUES {rows}) t(shown)) TO '{folder / name}.parquet'")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ten files of a day each, the first and last moment of the day in it."""
    for i in range(10):
        day = f"2026-03-{i + 1:02}"
        _write(tmp_path, day, f"{day} 00:00:00", f"{day} 23:59:59.999999")
    return tmp_path


def _look(folder: Path, zoned: bool = True, pattern: str = "*.parquet") -> FileTimes:
    return FileTimes(Engine(), str(folder / pattern), "shown", zoned)


def _names(files: list[str] | None) -> list[str]:
    assert files is not None
    return [Path(file).stem for file in files]


def test_a_window_opens_its_own_files_and_no_others(folder: Path) -> None:
    look = _look(folder)
    assert _names(look.within(START + 3 * DAY, START + 5 * DAY)) == ["2026-03-04", "2026-03-05"]
    assert _names(look.within(None, START + DAY)) == ["2026-03-01"]
    assert _names(look.within(START + 9 * DAY, None)) == ["2026-03-10"]
    assert len(_names(look.within(None, None))) == 10


def test_a_window_without_rows_still_has_a_file_to_learn_the_columns_from(folder: Path) -> None:
    assert len(_names(_look(folder).within(START + 300 * DAY, START + 301 * DAY))) == 1


def test_rows_that_come_late_in_a_newer_file_are_found(folder: Path) -> None:
    look = _look(folder)
    assert _names(look.within(START, START + DAY)) == ["2026-03-01"]
    _write(folder, "late", "2026-03-01 12:00:00", "2026-03-09 12:00:00")
    assert _names(look.within(START, START + DAY)) == ["2026-03-01", "late"]


def test_a_file_that_is_written_again_is_looked_at_again(folder: Path) -> None:
    look = _look(folder)
    assert "2026-03-09" not in _names(look.within(START, START + DAY))
    _write(folder, "2026-03-09", "2026-03-01 05:00:00", "2026-03-09 05:00:00", "2026-03-09 06:00:00")
    assert "2026-03-09" in _names(look.within(START, START + DAY))


def test_a_file_that_does_not_say_when_its_rows_were_is_always_read(folder: Path) -> None:
    _write(folder, "unknown")
    assert _names(_look(folder).within(START, START + DAY)) == ["2026-03-01", "unknown"]


def test_local_times_may_be_a_day_off(tmp_path: Path) -> None:
    for i in range(1, 8):
        _write(tmp_path, f"{i}", f"2026-03-0{i} 12:00:00", kind="TIMESTAMP")
    assert _names(_look(tmp_path, zoned=False).within(START + 3 * DAY, START + 4 * DAY)) == ["3", "4", "5"]


def test_all_are_read_where_a_column_is_in_some_of_them_only(folder: Path) -> None:
    _write(folder, "wider", "2026-03-02 00:00:00", more=", 1 AS score")
    assert _look(folder).within(START, START + DAY) is None


def test_all_are_read_where_folders_are_columns(tmp_path: Path) -> None:
    for i in range(1, 6):
        _write(tmp_path / f"region={i}", "rows", f"2026-03-0{i} 12:00:00")
    assert _look(tmp_path, pattern="**/*.parquet").within(START, START + DAY) is None


def test_all_are_read_where_one_is_broken_so_that_the_reader_is_told_which(folder: Path) -> None:
    look = _look(folder)
    assert look.within(START, START + DAY) is not None
    (folder / "2026-03-05.parquet").write_bytes(b"no parquet")
    assert look.within(START, START + DAY) is None


def test_few_files_are_read_as_they_are(tmp_path: Path) -> None:
    _write(tmp_path, "all", "2026-03-01 12:00:00")
    assert _look(tmp_path).within(START, START + DAY) is None
