"""The columns a table really has, window by window: those of the files that hold the window's rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.recommender.dialect import text
from bot.recommender.engine import Engine, StatementFailed
from bot.recommender.file_times import name_files
from bot.recommender.files import files_by_window
from bot.recommender.mapping import Table
from bot.recommender.trouble import find_files
from checks.base import Window

EMPTY = "empty"  # the kind of a column without a value: what a file calls it says nothing


@dataclass(frozen=True)
class Physical:
    """A column as it lies: its name, its type, and what recsysops.toml calls it."""

    name: str
    kind: str
    logical: str


def find_columns(
    engine: Engine, table: Table, place: str | None, windows: Sequence[Window]
) -> dict[Window, tuple[Physical, ...]]:
    """The columns behind each window's rows; windows without rows are left out.

    `place` is the pattern of the table's Parquet files. A table in a database (None), or without times, is as it is
    now, in the last window. So are files newer than all others whose times can no longer be read.
    """
    last = max(windows)
    if place is None or "ts" not in table.columns:
        return {last: _name(table, engine.columns(table.source))}
    try:
        by_window = files_by_window(engine, table, _files(table, place, windows), windows)
    except StatementFailed:
        by_window = dict[Window, list[str]]()
    found = {window: _name(table, _describe(engine, files)) for window, files in by_window.items()}
    if last not in found:
        newest = _without_times(engine, table, place)
        found |= {last: _name(table, newest)} if newest else {}
    return found


def _files(table: Table, place: str, windows: Sequence[Window]) -> str:
    """Only the files that may have rows of these windows, where that is known: each one more is opened in vain."""
    start, end = min(window.start for window in windows), max(window.end for window in windows)
    files = table.files.within(start, end) if table.files is not None else None
    return text(place) if files is None else name_files(files)


def _describe(engine: Engine, files: Sequence[str]) -> dict[str, str]:
    """The columns of some files together; one without any value is empty, whatever its type."""
    listed = name_files(sorted(files))
    columns = engine.columns(f"read_parquet({listed}, union_by_name = true)")
    nulls = engine.all(
        f"SELECT path_in_schema FROM parquet_metadata({listed}) GROUP BY 1 "
        "HAVING sum(stats_null_count) = sum(num_values)"
    )
    return columns | {name: EMPTY for (name,) in nulls if name in columns}


def _without_times(engine: Engine, table: Table, place: str) -> dict[str, str]:
    """The columns of the newest file when it lacks the mapped time, or has it in a type that was none; else {}."""
    for file in find_files(place)[:1]:
        try:
            columns = engine.columns(f"read_parquet({text(file)})")
        except StatementFailed:
            return {}
        ts = table.columns["ts"]
        return columns if columns.get(ts.physical) != ts.kind else {}
    return {}


def _name(table: Table, columns: Mapping[str, str]) -> tuple[Physical, ...]:
    """With what recsysops.toml calls each, where that is another name."""
    logical = {column.physical: name for name, column in table.columns.items()}
    return tuple(Physical(name, kind, logical.get(name, name)) for name, kind in columns.items())
