"""The score of the Numenta Anomaly Benchmark, counted by hand, and the benchmark on a few series."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from benchmarks.nab import Labelled, normal, read_folder, sigmoid
from benchmarks.series import OURS, compare
from benchmarks.series_baselines import ewma, never, sliding_z
from benchmarks.series_long import measure_long
from benchmarks.series_made import make_series

ROWS = 1_000
ONE = np.array([0.5])


def labelled(*windows: tuple[int, int]) -> Labelled:
    return Labelled("a/b", np.arange(ROWS, dtype=float), np.zeros(ROWS), windows)


def raw(series: Labelled, *called: int) -> float:
    scores = np.zeros(ROWS)
    scores[list(called)] = 1.0
    return float(series.counts(scores, ONE)[0][0])


def test_saying_nothing_is_0_and_the_first_row_of_each_window_alone_is_100() -> None:
    series = labelled((400, 499), (700, 799))
    assert normal(raw(series), 2) == 0.0
    assert normal(raw(series, 400, 700), 2) == pytest.approx(100.0)


def test_only_the_earliest_call_of_a_window_counts_and_late_calls_earn_less() -> None:
    series = labelled((400, 499))
    assert raw(series, 450, 480) == raw(series, 450)
    assert raw(series, 400) > raw(series, 450) > raw(series, 499) > 0
    assert raw(series, 450) == pytest.approx((2 / (1 + np.exp(-2.5)) - 1) / (2 / (1 + np.exp(-5)) - 1))


def test_a_wrong_call_costs_little_just_after_a_window_and_all_far_from_it_and_nothing_on_probation() -> None:
    series = labelled((400, 499))
    missed = raw(series)
    assert missed == -1.0
    assert raw(series, 300) - missed == pytest.approx(-0.11)
    assert -0.01 < raw(series, 500) - missed < 0
    assert raw(series, 999) - missed == pytest.approx(-0.11)
    assert raw(series, 149) == missed
    assert raw(series, 150) < missed
    assert float(sigmoid(0.0)) == 0.0


def test_without_its_first_rows_a_series_has_the_same_events_unless_one_begins_in_them() -> None:
    cut = labelled((400, 499)).without_first(40)
    assert (len(cut.values), cut.times[0], cut.windows) == (ROWS - 40, 40.0, ((360, 459),))
    early = labelled((30, 99))
    assert early.without_first(40) is early


def test_rows_called_one_after_another_are_one_false_incident() -> None:
    scores = np.zeros(ROWS)
    scores[[200, 201, 202, 600]] = 1.0
    assert labelled((400, 499)).counts(scores, ONE)[1][0] == 2


def test_a_folder_is_read_with_its_windows_and_a_missing_one_is_said(tmp_path: Path) -> None:
    (tmp_path / "f").mkdir()
    rows = "".join(f"2026-01-01 {i // 60:02}:{i % 60:02}:00,{i}\n" for i in range(600))
    (tmp_path / "f" / "s.csv").write_text("timestamp,value\n" + rows)
    windows = {"f/s.csv": [["2026-01-01 05:00:00.000000", "2026-01-01 05:30:00.000000"]]}
    (tmp_path / "windows.json").write_text(json.dumps(windows))
    (read,) = read_folder(tmp_path)
    assert (read.folder, read.windows, len(read.values)) == ("f", ((300, 330),), 600)
    with pytest.raises(FileNotFoundError):
        read_folder(tmp_path / "none")


def test_the_baselines_are_what_they_are_called() -> None:
    values = np.random.default_rng(1).normal(0, 1, 2_000)
    values[1_500] += 20
    assert not never(values).any()
    assert sliding_z(values)[1_500] == 1.0
    assert ewma(values)[1_300:1_501].max() > 0.99  # or one less odd just before, and then it rests
    assert (ewma(values) > 0).sum() <= 10  # a cool-down of 200 rows


@pytest.mark.slow
def test_ours_is_better_than_the_simple_ones_on_series_made_here() -> None:
    series = [one for one in make_series() if one.folder in ("roads", "costs", "latency", "quiet")]
    table, folders, steady = compare(series, "made here", published=True)
    scores = {str(row[0]): float(row[1] or 0) for row in table.rows}
    assert scores[OURS] > 60
    assert scores[OURS] > 5 + max(score for name, score in scores.items() if name != OURS and "elsewhere" not in name)
    assert [row[0] for row in steady.rows] == [0.0, 40.0, 80.0, 120.0, "mean"]
    assert min(float(row[1] or 0) for row in steady.rows) > 60
    assert {row[0] for row in folders.rows} == {"roads", "costs", "latency", "quiet"}


def test_a_long_series_is_timed_by_the_whole_command() -> None:
    """In a process of its own: what is shown is no figure of the one that asks."""
    ((rows, cpu, speed, peak),) = measure_long([3_000]).rows
    assert rows == 3_000
    assert speed == pytest.approx(3_000 / float(cpu or 0), abs=500)
    assert 20 < float(peak or 0) < 500


def test_a_folder_that_is_not_there_gets_one_sentence() -> None:
    import typer

    from benchmarks.series import main

    app = typer.Typer()
    app.command()(main)
    said = CliRunner().invoke(app, ["no-such-folder"])
    assert said.exit_code == 2
    assert "There is no no-such-folder/windows.json" in said.stderr
