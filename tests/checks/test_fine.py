"""Windows of five minutes before the live judge: it says what `backtest` says of the same series."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from checks.base import EVERYONE, Direction, Series, Window
from checks.budget import Budget
from checks.fine import RATE
from checks.judge import HistoryJudge
from checks.judging import Judgement
from checks.sifted import sift
from checks.stream.judge import StreamJudge

Numbers = NDArray[np.float64]

START, STEP = datetime(2026, 3, 2, tzinfo=UTC), timedelta(minutes=5)
A_DAY = 288
GENEROUS = Budget(30.0, STEP, tests=1, shares=1.0)  # one series may take more than the rate of `backtest`
BOTH: tuple[Direction, ...] = ("up", "down")


def five_minutes(values: Numbers) -> Series:
    windows = tuple(Window(START + i * STEP, START + (i + 1) * STEP) for i in range(len(values)))
    return Series("calls", EVERYONE, windows, values, np.full(len(values), 1000.0))


def eventful() -> Numbers:
    values = 100 + np.random.default_rng(2).normal(0, 3, 4 * A_DAY)
    values[700:706] += 40
    values[1_000:] -= 30
    return values


def ask(values: Numbers, budget: Budget = GENEROUS, floor: float = 0.0) -> Judgement:
    said = HistoryJudge(budget).judge(five_minutes(values), "quantity", directions=BOTH, floor=floor)
    assert said is not None
    return said


def test_the_live_judge_raises_an_event_at_the_windows_where_backtest_does() -> None:
    values = eventful()
    times = np.array([window.start.timestamp() for window in five_minutes(values).windows])
    alarms = set(np.flatnonzero(StreamJudge().judge(times, values).alarms).tolist())
    judged = {row: ask(values[: row + 1]) for row in [*range(690, 712), *range(990, 1_010)]}
    abnormal = {row for row, said in judged.items() if said.abnormal}
    onsets = {(said.onset - START) // STEP for said in judged.values() if said.abnormal}
    assert alarms & set(judged) <= abnormal  # whatever backtest calls an alarm, the bot says ...
    assert onsets <= alarms  # ... and it says nothing that did not begin with one
    assert onsets & set(range(700, 706))
    assert onsets & set(range(1_000, 1_010))
    assert not abnormal & {*range(690, 700), *range(990, 1_000)}


def test_an_event_goes_on_while_what_raised_it_does_and_is_dated_to_its_first_window() -> None:
    values = eventful()
    said = ask(values[:1_040])
    assert said.abnormal
    assert START + 1_000 * STEP <= said.onset <= START + 1_010 * STEP
    assert said.direction == "down"
    assert 95 < said.expected < 105
    assert not ask(values[:760]).abnormal


def test_a_tight_budget_and_a_floor_ask_for_more() -> None:
    values = eventful()[:703]
    assert ask(values).abnormal
    assert not ask(values, floor=0.9).abnormal
    assert not ask(values, Budget(1e-6, STEP, tests=1000, shares=1000.0)).abnormal
    assert GENEROUS.a_window > RATE


def test_slices_of_five_minutes_are_all_judged_none_screened_away_by_the_rules_for_days() -> None:
    series = [five_minutes(eventful()[:703]), five_minutes(eventful()[:650])]
    assert sift(series, HistoryJudge(GENEROUS), "quantity", BOTH, 0.0, True) is None
