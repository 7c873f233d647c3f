"""When is a number abnormal?"""

import time
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from checks.base import Series, Window
from checks.budget import Budget
from checks.judge import HistoryJudge
from checks.scales import TOGETHER
from tests.checks.fakes import BUDGET, DAY, NORTH, START, a_judge, daily, wobble


def test_healthy_noise_stays_within_the_budget() -> None:
    """1,200 healthy series of every kind at the usual bar: hardly one may speak."""
    rng = np.random.default_rng(3)
    judge, noisy = a_judge(), 0
    for _ in range(300):
        length = int(rng.integers(16, 45))
        n = rng.integers(80, 300, length)
        week = np.where(np.arange(length) % 7 < 2, 1.5, 1.0)
        series = (
            (daily("r", rng.binomial(n, 0.03) / n, n), "rate", 0.01, False),
            (daily("c", rng.poisson(30 * week * np.exp(rng.normal(0, 0.1, length))) * 12.0), "count", 0.2, True),
            (daily("m", rng.standard_t(4, length)), "mean", 0.0, False),
            (daily("a", rng.gamma(9, 1000, length)), "age", 0.2, True),
        )
        for one, kind, floor, relative in series:
            verdict = judge.judge(one, kind, directions=("up", "down"), floor=floor, relative=relative)  # type: ignore[arg-type]
            noisy += verdict is not None and verdict.abnormal
    assert noisy <= 2  # at alpha 1/4,000


def test_a_drop_is_found_in_its_first_window_with_its_onset() -> None:
    verdict = a_judge().judge(daily("rows", [*wobble(2000), 600]), "count", directions=("down",), floor=0.3)
    assert verdict is not None
    assert (verdict.abnormal, verdict.direction) == (True, "down")
    assert verdict.onset == START + 29 * DAY
    assert 1900 < verdict.expected < 2100
    assert verdict.points[-1].value == 600


def test_a_fault_older_than_the_bot_is_dated_back_to_its_first_window() -> None:
    series = daily("rows", [*wobble(2000, 26), 640, 610, 600])
    verdict = a_judge().judge(series, "count", directions=("down",), floor=0.3)
    assert verdict is not None
    assert verdict.abnormal
    assert verdict.onset == START + 26 * DAY
    assert 1900 < verdict.expected < 2100


def test_a_fault_that_persists_does_not_become_normal_at_once_but_after_two_weeks() -> None:
    values = [*wobble(2000, 25), *wobble(600, 20, seed=2)]
    told = []
    for day in range(25, 45):
        known = frozenset(START + i * DAY for i in range(25, day))
        verdict = a_judge(rows=known).judge(daily("rows", values[: day + 1]), "count", directions=("down",), floor=0.3)
        told.append(verdict is not None and verdict.abnormal)
    assert told == [True] * 14 + [False] * 6


def test_the_weekend_is_no_fault_and_a_weekday_as_empty_as_a_weekend_is() -> None:
    rng = np.random.default_rng(5)
    week = [1000 * (0.5 if i % 7 >= 5 else 1.0) * float(np.exp(rng.normal(0, 0.03))) for i in range(35)]
    judge = a_judge()
    on_saturday = judge.judge(daily("rows", [*week[:33], 500]), "count", directions=("down",), floor=0.3)
    on_monday = judge.judge(daily("rows", [*week, 500]), "count", directions=("down",), floor=0.3)
    assert on_saturday is not None
    assert on_monday is not None
    assert (on_saturday.abnormal, on_monday.abnormal) == (False, True)


def test_steady_growth_is_expected_to_go_on() -> None:
    grown = [1000 * 1.03**i * (1 + 0.02 * (-1) ** i) for i in range(40)]
    verdict = a_judge().judge(daily("rows", grown), "count", directions=("up", "down"), floor=0.05)
    assert verdict is not None
    assert not verdict.abnormal
    assert verdict.expected == pytest.approx(grown[-1], rel=0.06)


def test_a_rate_of_40_rows_is_not_a_rate_of_40_000() -> None:
    rates = wobble(0.02, 29, spread=0.2)
    small = a_judge().judge(daily("r", [*rates, 0.08], 40), "rate", directions=("up",), floor=0.02, relative=False)
    large = a_judge().judge(daily("r", [*rates, 0.08], 40_000), "rate", directions=("up",), floor=0.02, relative=False)
    assert small is not None
    assert large is not None
    assert (small.abnormal, large.abnormal) == (False, True)


def test_rows_that_stand_alone_tell_more_than_rows_of_one_list() -> None:
    never = [0.0] * 31
    said = [
        a_judge().judge(daily("short", [*never, 0.1], 160), kind, directions=("up",), floor=0.05, relative=False)
        for kind in TOGETHER
    ]
    impressions, lists = (one.abnormal for one in said if one is not None)
    assert (impressions, lists) == (False, True)


def test_what_never_happened_is_rarer_the_longer_it_was_looked_for() -> None:
    said = [
        a_judge().judge(daily("r", [*[0.0] * days, 0.06], 300), "rate", directions=("up",), floor=0.02, relative=False)
        for days in (15, 60)
    ]
    short, long = (one.p_value for one in said if one is not None)
    assert long < short / 4


def test_what_is_sure_but_too_small_to_matter_is_not_abnormal() -> None:
    series = daily("r", [*wobble(0.02, 29, 0.01), 0.03], 1_000_000)
    verdict = a_judge().judge(series, "rate", directions=("up",), floor=0.02, relative=False)
    assert verdict is not None
    assert verdict.p_value < 1e-4
    assert not verdict.abnormal


@pytest.mark.parametrize(
    ("values", "n"), [([*wobble(5, 13), 9], 1000), ([*wobble(5), np.nan], 1000), ([*wobble(5), 9], 12), ([], 1)]
)
def test_too_little_history_no_value_or_too_small_an_n_is_not_judged(values: list[float], n: float) -> None:
    assert a_judge().judge(daily("m", values, n), "mean", directions=("up",), floor=0.1) is None


def test_gaps_in_the_history_are_tolerated() -> None:
    values = [*wobble(2000), 600.0]
    values[3] = values[10] = values[28] = np.nan
    verdict = a_judge().judge(daily("rows", values), "count", directions=("down",), floor=0.3)
    assert verdict is not None
    assert verdict.abnormal


def test_a_wild_window_in_the_past_hides_nothing() -> None:
    values = [*wobble(2000), 700.0]
    values[8], values[19] = 20.0, 9000.0
    verdict = a_judge().judge(daily("rows", values), "count", directions=("down",), floor=0.3)
    assert verdict is not None
    assert verdict.abnormal


def test_a_run_that_is_open_goes_on_with_less() -> None:
    """A value just short of the bar continues a run that is known, and does not open one."""
    series = daily("r", [*wobble(0.1, 28, 0.05), 0.2, 0.145], 5000)
    opened = a_judge().judge(series, "rate", directions=("up",), floor=0.06, relative=False)
    known = a_judge(r=frozenset([START + 28 * DAY]))
    goes_on = known.judge(series, "rate", directions=("up",), floor=0.06, relative=False)
    assert opened is not None
    assert goes_on is not None
    assert (opened.abnormal, goes_on.abnormal) == (False, True)


def test_judging_changes_nothing_it_is_given_and_is_quick() -> None:
    series = daily("rows", [*wobble(2000, 59), 600])
    before = series.values.copy()
    began = time.process_time()
    for _ in range(200):
        a_judge().judge(series, "count", directions=("down",), floor=0.3)
    assert time.process_time() - began < 2.0
    assert (series.values == before).all()


def test_weekdays_are_those_of_the_operators_zone() -> None:
    """In Tokyo a day begins at 15:00 UTC of the day before: the weekend there begins on a UTC Friday."""
    values = [1000 * (0.5 if i % 7 >= 5 else 1.0) * (1 + 0.02 * (-1) ** i) for i in range(41)]
    series = daily("rows", [*values, 500])
    windows = tuple(Window(w.start - timedelta(hours=9), w.end - timedelta(hours=9)) for w in series.windows)
    verdict = HistoryJudge(BUDGET, zone=ZoneInfo("Asia/Tokyo")).judge(
        replace(series, windows=windows), "count", directions=("down",), floor=0.3
    )
    assert verdict is not None
    assert not verdict.abnormal


def test_nights_are_no_fault_where_windows_are_hours_and_an_evening_as_empty_as_a_night_is() -> None:
    rng = np.random.default_rng(4)
    level = np.array([20.0, 20, 30, 200, 300, 320, 400, 250])  # eight windows of three hours
    counts = [float(rng.poisson(level[i % 8])) for i in range(8 * 5)]
    evening, night = [*counts[:38], 25.0], [*counts, 22.0]
    said = [a_judge().judge(_of_hours(one), "count", directions=("down",), floor=0.3) for one in (evening, night)]
    assert [verdict is not None and verdict.abnormal for verdict in said] == [True, False]


def test_rows_that_come_a_visit_at_a_time_may_all_stay_away_once() -> None:
    """Four visits of ninety rows are expected; none is no wonder. Four hundred single rows would be one."""
    rng = np.random.default_rng(6)
    visits = daily("rows", [*(90.0 * rng.poisson(4, 28)), 0])
    singles = daily("rows", [*rng.poisson(360, 28).astype(float), 0])
    said = [a_judge().judge(one, "count", directions=("down",), floor=0.3) for one in (visits, singles)]
    assert [verdict is not None and verdict.abnormal for verdict in said] == [False, True]


def test_a_usual_range_is_within_what_the_number_can_be() -> None:
    series = daily("d", [*np.abs(wobble(0.03, 29, 0.6)), 0.4])
    distances = a_judge().judge(series, "mean", directions=("up",), floor=0.1)
    assert distances is not None
    assert (distances.abnormal, distances.low) == (True, 0.0)


def _of_hours(counts: list[float]) -> Series:
    length = timedelta(hours=3)
    windows = tuple(Window(START + i * length, START + (i + 1) * length) for i in range(len(counts)))
    return replace(daily("rows", counts), windows=windows)


def test_the_budget_is_shared_by_weight_and_never_overspent() -> None:
    parts = [daily("rows", [1000.0], 1000), *(daily("rows", [0.0], n, NORTH) for n in (600, 250, 150, 0))]
    weights = Budget(1.0, DAY, 5, 1.0, {"rows": 1000.0})
    budget = replace(weights, shares=sum(weights.weight(part) for part in parts))
    assert sum(budget.alpha(part) for part in parts) == pytest.approx(1 / 30)
    assert budget.alpha(parts[0]) == pytest.approx(2 * budget.alpha(parts[2]))  # a quarter of the rows: half the say
    assert budget.alpha(parts[4]) > 0
    hourly = replace(budget, window=timedelta(hours=1))
    assert hourly.alpha(parts[1]) == pytest.approx(budget.alpha(parts[1]) / 24)


def test_a_part_that_vanishes_is_judged_by_the_weight_it_had() -> None:
    budget = Budget(1.0, DAY, 5, 4.0, {"rows": 1000.0})
    there, gone = (daily("rows", [250.0, 250.0, last], [250.0, 250.0, last], NORTH) for last in (250.0, 0.0))
    assert budget.alpha(gone) == budget.alpha(there)
