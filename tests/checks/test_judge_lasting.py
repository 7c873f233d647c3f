"""What one window does not prove, several may; and what comes slowly is seen too."""

from __future__ import annotations

import numpy as np
import pytest

from checks.drift import find_change
from checks.judge import HistoryJudge
from checks.judging import Judgement
from checks.lasting import lasting_chance
from tests.checks.fakes import BUDGET, DAY, START, a_judge, daily
from tests.checks.simulation import Installation

QUALITY, SPREAD = 0.5, 0.01


def _quality(length: int, seed: int = 0) -> np.ndarray:
    return QUALITY + SPREAD * np.random.default_rng(seed).normal(size=length)


def _judged(values: np.ndarray, kind: str = "mean", n: float = 1000, judge: HistoryJudge | None = None) -> Judgement:
    verdict = (judge or a_judge()).judge(
        daily("quality", values, n),
        kind,  # type: ignore[arg-type]
        directions=("up",) if kind == "rate" else ("down",),
        floor=0.02 if kind == "rate" else 0.03,
        relative=kind != "rate",
    )
    assert verdict is not None
    return verdict


def test_a_clear_break_opens_at_its_first_window_and_a_marginal_one_within_a_few() -> None:
    clear: list[int] = []
    marginal: list[int] = []
    for seed in range(20):
        values = _quality(70, seed)
        for size, delays in ((9, clear), (5, marginal)):
            fallen = values - SPREAD * size * (np.arange(70) >= 60)
            delays.append(next(day - 60 for day in range(60, 70) if _judged(fallen[day - 59 : day + 1]).abnormal))
    assert np.median(clear) == 0
    assert np.median(marginal) <= 1
    assert max(marginal) <= 4


def test_one_odd_window_opens_nothing_and_a_few_more_do() -> None:
    after = []
    for seed in range(20):
        values = _quality(66, seed)
        values[60:] = QUALITY - 5 * SPREAD
        told = [_judged(values[: day + 1]) for day in range(60, 66)]
        after.append(next((windows for windows, one in enumerate(told, 1) if one.abnormal), 9))
        first = next(one for one in told if one.abnormal)
        assert (after[-1] == 1) == (first.way == "once")
        assert first.onset == START + 60 * DAY
    assert np.median(after) <= 3
    assert max(after) <= 5


def test_an_odd_window_then_a_healthy_one_opens_nothing() -> None:
    values = _quality(61)
    values[-2] = QUALITY - 5 * SPREAD
    values[-1] = QUALITY
    assert not _judged(values).abnormal


def test_windows_that_resemble_their_neighbours_are_not_counted_as_many_witnesses() -> None:
    """Three low windows in a row are a wonder where windows are independent, and usual where one follows another."""
    scores = np.array([0.0, 0.0, 0.0, 3.0, 3.1, 3.0])
    assert lasting_chance(scores, linked=0.0) < 1e-6
    assert lasting_chance(scores, linked=0.85) > 1e-2


def test_a_return_from_below_to_the_usual_is_no_wonder_however_steady_the_windows_are() -> None:
    """Where the level wanders as its members come and go, up and down again by a usual step says nothing."""
    bouncing = np.array([-1.5, -1.4, -1.5, 0.2, -1.2, 0.3])
    assert lasting_chance(bouncing, linked=0.9) > 0.1
    assert lasting_chance(bouncing + 5, linked=0.9) < 1e-4  # windows that are off still tell


def test_what_comes_a_list_at_a_time_now_and_then_opens_nothing_when_it_comes_twice_in_three_days() -> None:
    """One list of twelve rows among 1,800 has no score on every fifth day: that is how it is there."""
    days = np.zeros(34)
    days[[6, 11, 13, 23, 24, 29, 32]] = 12 / 1850
    assert not _rare([*days, 12 / 1850]).abnormal
    assert _rare([*days[:-1], 0.05, 0.05]).abnormal


def _rare(values: list[float]) -> Judgement:
    one = daily("scores that are none", values, 1850.0)
    verdict = a_judge().judge(one, "rate", directions=("up",), floor=0.005, relative=False)
    assert verdict is not None
    return verdict


def test_windows_without_a_value_witness_nothing() -> None:
    assert lasting_chance(np.array([0.0, 0.0, np.nan, np.nan, np.nan, 3.0]), linked=0.0) > 1e-3


@pytest.mark.parametrize("seed", range(4))
def test_a_slow_decay_is_found_and_says_that_it_came_slowly(seed: int) -> None:
    values = _quality(140, seed)
    values[60:] -= 0.1 * SPREAD * np.arange(1, 81)  # a fifth of a percent a day: never a step
    day, verdict = next((day, v) for day in range(60, 140) if (v := _judged(values[day - 59 : day + 1])).abnormal)
    assert verdict.way == "drifting"
    assert day < 120
    assert verdict.since is not None
    first, last = verdict.since
    assert first - 4 * DAY <= START + (60 - (day - 59)) * DAY <= last + 4 * DAY
    assert first <= verdict.onset <= last


def test_slow_growth_of_missing_values_is_found_and_slow_growth_of_traffic_is_not() -> None:
    rng = np.random.default_rng(3)
    share = 0.01 + 0.0015 * np.maximum(0, np.arange(110) - 60)
    missing = rng.binomial(2000, share) / 2000
    assert any(_judged(missing[day - 59 : day + 1], "rate", 2000).abnormal for day in range(60, 100))
    traffic = rng.poisson(2000 * 1.008 ** np.arange(140)).astype(float)
    for day in range(60, 140):
        one = daily("rows", traffic[day - 59 : day + 1])
        verdict = a_judge().judge(one, "count", directions=("up", "down"), floor=0.1)
        assert verdict is not None
        assert not verdict.abnormal


def test_what_has_drifted_stays_found_until_it_has_lasted_long_enough_to_be_the_usual() -> None:
    values = _quality(120)
    values[30:60] -= 0.25 * SPREAD * np.arange(1, 31)
    values[60:] -= 7.5 * SPREAD
    told: list[int] = []
    for day in range(45, 120):
        at = slice(max(0, day - 59), day + 1)
        series = daily("quality", values[at])
        known = frozenset(START + (i - at.start) * DAY for i in told)
        judge = HistoryJudge(BUDGET, known={("quality", ""): known})
        verdict = judge.judge(series, "mean", directions=("down",), floor=0.03)
        if verdict is not None and verdict.abnormal:
            told.append(day)
    assert 14 <= len(told) <= 20
    assert np.diff(told).max() == 1  # without a break: nothing flaps


def test_the_foot_of_a_slope_and_of_a_step_are_found_with_the_windows_it_may_have_been() -> None:
    rng = np.random.default_rng(1)
    step = rng.normal(size=60) + 5 * (np.arange(60) >= 40)
    slope = rng.normal(size=60) + 0.5 * np.maximum(0, np.arange(60) - 40)
    found = find_change(step, 1.0)
    assert abs(found.at - 40) <= 1
    assert found.latest - found.earliest <= 2
    found = find_change(slope, 1.0)
    assert found.earliest <= 41 <= found.latest
    assert found.latest - found.earliest <= 12


def test_a_healthy_month_of_an_installation_opens_at_most_one_false_incident() -> None:
    """45 measures, each over everyone and in three parts: every kind of noise, 31 days."""
    assert len(Installation(45, (0.5, 0.3, 0.2), 91, seed=1).false_incidents()) <= 1


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_a_healthy_quarter_of_a_larger_installation_opens_at_most_three(seed: int) -> None:
    assert len(Installation(45, (0.4, 0.25, 0.2, 0.1, 0.05), 150, seed).false_incidents()) <= 3
