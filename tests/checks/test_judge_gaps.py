"""What is missing, late or came in part says nothing of what is usual, and is no fault later."""

from __future__ import annotations

import numpy as np

from checks.base import Kind, Series
from checks.judge import HistoryJudge
from checks.judging import Judgement
from tests.checks.fakes import BUDGET, DAY, START, a_judge, daily, wobble


def _judged(series: Series, kind: Kind, floor: float, relative: bool = True) -> Judgement:
    verdict = a_judge().judge(series, kind, directions=("up", "down"), floor=floor, relative=relative)
    assert verdict is not None
    return verdict


def test_a_hole_of_two_weeks_in_the_history_neither_alarms_nor_hides() -> None:
    for last, abnormal in ((2000.0, False), (900.0, True)):
        values = np.array([*wobble(2000, 59), last])
        values[20:34] = np.nan
        assert _judged(daily("rows", values), "count", 0.3).abnormal == abnormal


def test_an_outage_that_was_never_told_does_not_teach_that_nothing_is_usual() -> None:
    for last, abnormal in ((2000.0, False), (900.0, True)):
        values = np.array([*wobble(2000, 59), last])
        values[30:35] = 0.0
        assert _judged(daily("rows", values), "count", 0.3).abnormal == abnormal


def test_a_window_that_arrived_late_and_is_measured_again_is_no_finding_and_nor_is_the_next() -> None:
    """It was empty, then half, then whole: the day after, with the whole of it stored, nothing is odd."""
    values = wobble(2000, 31)
    for stored in (np.nan, 1000.0, values[-2]):
        late = np.array([*values[:-2], stored, values[-1]])
        assert not _judged(daily("rows", late), "count", 0.3).abnormal


def test_windows_of_a_few_rows_do_not_say_what_a_rate_usually_is() -> None:
    rng = np.random.default_rng(2)
    n = np.full(31, 5000.0)
    rates = rng.binomial(5000, 0.02, 31) / 5000
    n[[4, 9, 14, 19, 24]], rates[[4, 9, 14, 19, 24]] = 6.0, 0.5
    rates[-1] = 0.06
    assert _judged(daily("r", rates, n), "rate", 0.02, relative=False).abnormal


def test_the_first_sunday_since_a_hole_of_sundays_is_not_judged_as_a_weekday() -> None:
    rng = np.random.default_rng(4)
    week = 1000 * np.where(np.arange(42) % 7 >= 5, 0.5, 1.0) * np.exp(rng.normal(0, 0.03, 42))
    week[6:41:7] = np.nan  # every Sunday but the last
    assert not _judged(daily("rows", week), "count", 0.3).abnormal


def test_after_a_new_level_has_become_the_usual_it_stays_so_and_the_old_one_may_come_back() -> None:
    values = [*wobble(2000, 25), *wobble(600, 16, seed=2)]
    known = frozenset(START + i * DAY for i in range(25, 39))  # fourteen told, two quiet ones since
    judge = HistoryJudge(BUDGET, known={("rows", ""): known})
    quiet = judge.judge(daily("rows", values), "count", directions=("down",), floor=0.3)
    assert quiet is not None
    assert not quiet.abnormal
    mended = [*values[:39], *wobble(2000, 6, seed=3)]
    fine = judge.judge(daily("rows", [*mended, 2000.0]), "count", directions=("up", "down"), floor=0.3)
    again = judge.judge(daily("rows", [*mended, 600.0]), "count", directions=("down",), floor=0.3)
    assert fine is not None
    assert again is not None
    assert (fine.abnormal, again.abnormal) == (False, True)
