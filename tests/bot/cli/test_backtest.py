"""Somebody's own series through `recsysops backtest`."""

from __future__ import annotations

import csv
import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from bot.cli.app import app
from bot.cli.series_picture import MOST, Outline
from bot.cli.series_rows import BLOCK, SeriesFile
from checks.stream.judge import StreamJudge

START = datetime(2026, 3, 2, tzinfo=UTC)


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["backtest", *map(str, words)])


def write(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A week of orders by five minutes, with a fault on the last day, gaps, and columns that nobody asked for."""
    values = np.random.default_rng(4).normal(100, 3, 2_000)
    values[1_800:1_810] += 60
    lines = ["shop,at,orders"]
    for row, value in enumerate(values):
        at = START + row * timedelta(minutes=5)
        lines.append(f"north,{at:%Y-%m-%d %H:%M:%S},{'' if row % 97 == 5 else f'{value:.3f}'}")
    return write(tmp_path / "orders.csv", lines)


def test_each_row_comes_back_in_its_own_words_with_a_score_and_an_alarm(shop: Path, tmp_path: Path) -> None:
    out = tmp_path / "scores.csv"
    said = run(shop, "--time", "at", "--value", "orders", "--out", out)
    assert said.exit_code == 0, said.output
    given, told = (rows_of(path) for path in (shop, out))
    assert list(told[0]) == ["at", "orders", "score", "alarm"]
    assert [(row["at"], row["orders"]) for row in told] == [(row["at"], row["orders"]) for row in given]
    assert all(0 <= float(row["score"]) <= 1 for row in told)
    alarms = [i for i, row in enumerate(told) if row["alarm"] == "true"]
    assert {row["alarm"] for row in told} == {"true", "false"}
    assert set(alarms) & set(range(1_800, 1_810))
    assert (tmp_path / "scores.png").read_bytes().startswith(b"\x89PNG")
    assert "2,000 rows judged" in said.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["orders.csv", "scores.csv", "scores.png"]


def test_without_a_file_to_write_the_rows_go_to_stdout_and_the_words_to_stderr(shop: Path, tmp_path: Path) -> None:
    said = run(shop, "--time", "at", "--value", "orders", "--picture", tmp_path / "p.png")
    assert said.exit_code == 0
    assert len(said.stdout.splitlines()) == 2_001
    assert "rows judged" in said.stderr
    assert (tmp_path / "p.png").exists()


def test_a_script_gets_one_object(shop: Path, tmp_path: Path) -> None:
    said = run(shop, "--time", "at", "--value", "orders", "--out", tmp_path / "o.csv", "--json")
    told = json.loads(said.stdout)
    assert told["rows"] == 2_000
    assert told["alarms"] >= len(told["first_alarms"]) >= 1
    assert "--out" in json.loads(run(shop, "--time", "at", "--value", "orders", "--json").stdout)["error"]


def test_packed_files_and_seconds_are_read_as_well(shop: Path, tmp_path: Path) -> None:
    packed, seconds = tmp_path / "orders.csv.gz", tmp_path / "seconds.csv"
    packed.write_bytes(gzip.compress(shop.read_bytes()))
    rows = rows_of(shop)
    lines = [f"{START.timestamp() + 300 * i:.0f},{row['orders']}" for i, row in enumerate(rows)]
    write(seconds, ["at,orders", *lines])
    scores = []
    for path in (shop, packed, seconds):
        out = tmp_path / "same.csv"
        assert run(path, "--time", "at", "--value", "orders", "--out", out).exit_code == 0
        scores.append([row["score"] for row in rows_of(out)])
    assert scores[0] == scores[1] == scores[2]


def test_times_that_repeat_or_go_back_are_kept_as_they_come(tmp_path: Path) -> None:
    lines = ["at,n", *(f"2026-10-25T0{2 + i % 2}:00:00,{i}" for i in range(300))]
    out = tmp_path / "o.csv"
    assert run(write(tmp_path / "i.csv", lines), "--time", "at", "--value", "n", "--out", out).exit_code == 0
    assert len(out.read_text().splitlines()) == 301


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], "is empty"),
        (["at,n"], "no rows"),
        (["when,n", "2026-01-01,1"], "no column 'at': choose from when, n"),
        (["at,n", "2026-01-01,1", "2026-01-02,many"], "row 3: 'many' is no number"),
        (["at,n", "yesterday,1"], "row 2: 'yesterday' is no time"),
        (["at,n", "2026-01-01"], "row 2: it has 1 field"),
    ],
)
def test_what_is_no_series_is_said_in_one_sentence_and_nothing_is_written(
    tmp_path: Path, lines: list[str], words: str
) -> None:
    path = tmp_path / "i.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    said = run(path, "--time", "at", "--value", "n", "--out", tmp_path / "o.csv")
    assert said.exit_code == 2
    assert words in said.stderr
    assert len(said.stderr.strip().splitlines()) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["i.csv"]


def test_a_file_that_is_not_there_or_is_no_text_is_said(tmp_path: Path, shop: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"\xff\xfe\x00a")
    for given, out, words in (
        (tmp_path / "none.csv", tmp_path / "o.csv", "cannot be read: No such file"),
        (tmp_path, tmp_path / "o.csv", "cannot be read: Is a directory"),
        (tmp_path / "x.csv", tmp_path / "o.csv", "is no text in UTF-8"),
        (shop, tmp_path / "no" / "o.csv", "cannot be written: No such file"),
    ):
        said = run(given, "--time", "at", "--value", "orders", "--out", out)
        assert (said.exit_code, words in said.stderr) == (2, True), said.output


def test_a_file_is_read_a_block_at_a_time_and_the_judge_and_the_picture_stay_small(tmp_path: Path) -> None:
    rows = 5 * BLOCK
    path = write(tmp_path / "long.csv", ["at,n", *(f"{60 * i},{i % 7}" for i in range(rows))])
    judge, outline, longest = StreamJudge(), Outline(), 0
    for block in SeriesFile(path, "at", "n").blocks():
        longest = max(longest, len(block.texts))
        said = judge.judge(block.times, block.values)
        outline.add(block.times, block.values, said.scores, said.alarms)
    assert longest == BLOCK
    assert len(outline._times) <= MOST
    assert len(judge._looking._values) < 1_000
    assert len(judge._views._past) <= 2_048
