"""A series judged row by row: no look-ahead, quiet on noise, and what it must find."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from checks.stream.judge import Judged, StreamJudge

Numbers = NDArray[np.float64]

STEP = 300.0  # seconds
A_DAY = 288  # rows


def judged(values: Numbers, times: Numbers | None = None) -> Judged:
    return StreamJudge().judge(STEP * np.arange(len(values), dtype=float) if times is None else times, values)


def noise(rows: int, seed: int = 1) -> Numbers:
    return np.random.default_rng(seed).normal(0, 1, rows)


def busy_days(days: int, seed: int = 1) -> Numbers:
    """Every day a broad peak, with a little noise."""
    day = np.maximum(0.0, np.sin(2 * np.pi * np.arange(days * A_DAY) / A_DAY))
    return 20 + 60 * day + noise(days * A_DAY, seed)


def alarms_in(said: Judged, first: int, last: int) -> int:
    return int(said.alarms[first:last].sum())


@pytest.mark.parametrize("rows", [1, 31, 32, 33, 700, 1999])
def test_what_is_said_of_a_row_does_not_depend_on_the_rows_after_it(rows: int) -> None:
    values = busy_days(7)
    values[900:] *= 3
    assert np.array_equal(judged(values[:rows]).scores, judged(values).scores[:rows])


def test_one_row_at_a_time_says_the_same_as_all_at_once() -> None:
    values, times, judge = busy_days(4), STEP * np.arange(4 * A_DAY, dtype=float), StreamJudge()
    values[700:720] = 200
    one_by_one = [judge.judge(times[i : i + 1], values[i : i + 1]).scores[0] for i in range(len(values))]
    assert np.array_equal(one_by_one, judged(values).scores)
    assert max(one_by_one) > 0.5


def test_noise_of_any_kind_is_quiet() -> None:
    rng, rows = np.random.default_rng(5), 5_000
    kinds = (rng.normal(0, 1, rows), rng.exponential(1, rows), rng.poisson(3, rows), rng.lognormal(0, 1, rows))
    alarms = sum(alarms_in(judged(np.asarray(kind, float)), 600, rows) for kind in (*kinds, busy_days(17)))
    assert alarms <= 5  # of 22,000 rows: 0.3 in 1,000 would be seven


def test_a_series_that_never_moves_is_quiet_until_it_does() -> None:
    values = np.full(3_000, 7.0)
    assert not judged(values).scores.any()
    values[2_000:] = 8.0
    assert alarms_in(judged(values), 1_990, 2_030) >= 1


def test_a_level_that_shifts_is_found_at_once_and_not_said_again_and_again() -> None:
    values = noise(4_000)
    values[3_000:] += 8
    said = judged(values)
    assert alarms_in(said, 3_000, 3_010) >= 1
    assert alarms_in(said, 3_010, 3_160) <= 1  # it may turn out to be worse than it began
    assert alarms_in(said, 3_160, 4_000) <= 1  # once more where it is as odd after the rest


def test_a_daily_peak_that_does_not_come_is_found() -> None:
    values = busy_days(14)
    peak = slice(10 * A_DAY, 10 * A_DAY + A_DAY // 2)
    values[peak] = 20 + noise(A_DAY // 2, 3)
    assert alarms_in(judged(values), peak.start, peak.stop) >= 1
    assert alarms_in(judged(busy_days(14)), peak.start, peak.stop) == 0


def test_noise_that_grows_is_found_while_its_mean_stays() -> None:
    values = noise(4_000)
    values[3_000:3_200] *= 4
    assert alarms_in(judged(values), 3_000, 3_100) >= 1


def test_what_happens_every_day_is_no_news_after_some_weeks() -> None:
    values = noise(40 * A_DAY)
    values[100::A_DAY] += 30
    assert alarms_in(judged(values), 20 * A_DAY, 40 * A_DAY) <= 2


def test_the_unit_and_the_zero_of_a_series_change_nothing() -> None:
    values = busy_days(6)
    values[1_200:1_230] += 60
    same = judged(values).scores
    assert np.allclose(judged(1_000 * values - 7_000).scores, same, atol=0.01)


def test_gaps_in_the_values_say_nothing_and_change_little() -> None:
    values = noise(3_000)
    values[2_500:] += 8
    holes = values.copy()
    holes[::7] = np.nan
    said = judged(holes)
    assert not said.scores[::7].any()
    assert alarms_in(said, 2_500, 2_520) >= 1
    assert np.isfinite(said.scores).all()


@pytest.mark.parametrize("values", [[], [1.0], [np.nan] * 500, [np.nan, *range(400)], [0.0, 1e308, -1e308] * 200])
def test_any_rows_get_an_answer_each(values: list[float]) -> None:
    said = judged(np.array(values, dtype=float))
    assert len(said.scores) == len(said.alarms) == len(said.expected) == len(values)
    assert ((said.scores >= 0) & (said.scores <= 1)).all()


def test_times_may_repeat_go_back_and_leave_gaps() -> None:
    times = STEP * np.arange(3_000, dtype=float)
    times[1_000:] -= 3_600
    times[2_000:] += 86_400
    values = noise(3_000)
    values[2_700:] += 8
    assert alarms_in(judged(values, times), 2_700, 2_720) >= 1


def test_what_comes_every_day_at_the_same_hour_is_soon_no_news_and_at_another_hour_it_is() -> None:
    values = noise(14 * A_DAY)
    for day in range(1, 13):
        values[day * A_DAY + 40 + day % 3 : day * A_DAY + 43 + day % 3] += 40  # at about the same time
    said = judged(values)
    assert alarms_in(said, A_DAY, 3 * A_DAY) >= 1
    assert alarms_in(said, 4 * A_DAY, 13 * A_DAY) == 0
    values[13 * A_DAY + 200 : 13 * A_DAY + 203] += 40
    assert alarms_in(judged(values), 13 * A_DAY + 199, 13 * A_DAY + 210) == 1


def test_what_comes_every_week_at_the_same_hour_is_seldom_news_after_some_weeks() -> None:
    values = noise(12 * 7 * A_DAY)
    for week in range(12):
        values[week * 7 * A_DAY + 100 : week * 7 * A_DAY + 112] += 12
    said = judged(values)
    assert alarms_in(said, 7 * A_DAY, 3 * 7 * A_DAY) >= 2
    assert alarms_in(said, 4 * 7 * A_DAY, 12 * 7 * A_DAY) <= 4  # it would be three a week
