"""Arms of a test compared with one another, window by window: is one worse than chance explains?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from .base import Direction, History, Point, Series
from .judging import Judge, Judgement

Numbers = NDArray[np.float64]

CONTROLS = ("control", "baseline", "champion", "default")  # how the arm is called that the others are compared with
UNTOLD = ("unknown", "", "other")  # rows outside of any test; arms too many to tell apart
POOLS = (1, 3, 7, 14)  # windows: how far back arms are compared together where one window is too few
SURE = 1e-5  # chance of so much by chance, in an arm too young or too small to have a history of its own
LIKELY = 1e-3  # an arm that differs from its own history must differ by more than this chance from the other arm too
FEWEST = 30  # lists, or calls, of an arm


@dataclass(frozen=True)
class Arm:
    """One number of one arm, window by window."""

    series: Series
    spread: Numbers | None = None  # standard deviation over rows, for means; a rate tells its own

    @property
    def name(self) -> str:
        """The arm's."""
        return self.series.slice.parts[0][1]

    def pooled(self, windows: slice) -> tuple[float, float, float]:
        """Mean, rows and standard error of the mean over some windows together; NaN and 0 where there was nothing."""
        n = np.nan_to_num(self.series.n[windows]) * np.isfinite(self.series.values[windows])
        rows = float(n.sum())
        if rows == 0:
            return float("nan"), 0.0, float("nan")
        mean = float((np.nan_to_num(self.series.values[windows]) * n).sum()) / rows
        if self.spread is None:
            return mean, rows, float(np.sqrt(max(0.0, mean * (1 - mean)) / rows))
        return mean, rows, float(np.sqrt((n * np.nan_to_num(self.spread[windows]) ** 2).sum())) / rows


def read_arms(history: History, measure: str, spread: str | None = None) -> dict[str, Arm]:
    """Every arm with rows in the window; {} where none is named."""
    spreads = {one.slice: one.values for one in history.series(spread)} if spread else {}
    arms = [Arm(one, spreads.get(one.slice)) for one in history.series(measure) if len(one.slice.parts) == 1]
    return {
        arm.name: arm
        for arm in arms
        if arm.name.strip() not in UNTOLD and _is_there(arm.series) and (spread is None or arm.spread is not None)
    }


def _is_there(series: Series) -> bool:
    return bool(series.n[-1] > 0 and np.isfinite(series.values[-1]).all())


def find_control(arms: Sequence[Arm]) -> Arm | None:
    """The arm to compare with: by its name, else the largest so far; None where there is nothing to compare."""
    if len(arms) < 2:
        return None
    named = [arm for arm in arms if arm.name.casefold() in CONTROLS]
    return named[0] if named else max(arms, key=lambda arm: float(np.nansum(arm.series.n)))


def compare(arm: Arm, control: Arm, judge: Judge, worse: Direction, floor: float) -> Judgement | None:
    """What may be said of an arm beside its control: the arm's value, the control's as expected; None for no wonder.

    `floor` is the smallest difference that matters, in the unit of the value. An arm with a history is judged on the
    series of its differences from the control, and must lately differ from the control as well; one without is compared
    over the last 1, 3, 7 and 14 windows together.
    """
    gap = _gaps(arm, control)
    said = judge.judge(gap, "mean", directions=(worse,), floor=floor, relative=False)
    if said is None:
        return _compare_pooled(arm, control, worse, floor)
    lately = slice(-1 if said.way == "once" else -POOLS[1], None)
    if not said.abnormal or _chance(arm, control, lately, worse) > LIKELY:
        return None
    beside = float(control.series.values[-1])
    return replace(
        said,
        value=said.value + beside,
        expected=said.expected + beside,
        low=said.low + beside,
        high=said.high + beside,
        points=_draw(arm, control),
    )


def _gaps(arm: Arm, control: Arm) -> Series:
    """The arm's value less the control's, window by window; n is what the difference of two means rests on."""
    n, m = np.nan_to_num(arm.series.n), np.nan_to_num(control.series.n)
    both = np.divide(n * m, n + m, out=np.zeros(len(n)), where=n + m > 0)
    values = np.where(both > 0, arm.series.values - control.series.values, np.nan)
    return replace(arm.series, values=values, n=both)


def _compare_pooled(arm: Arm, control: Arm, worse: Direction, floor: float) -> Judgement | None:
    best: Judgement | None = None
    side = 1 if worse == "up" else -1
    for count in (count for count in POOLS if count <= len(arm.series.values)):
        windows = slice(-count, None)
        value, rows, error = arm.pooled(windows)
        expected, others, noise = control.pooled(windows)
        if min(rows, others) < FEWEST or side * (value - expected) < floor:
            continue
        chance = min(1.0, len(POOLS) * _chance(arm, control, windows, worse))
        if chance < (SURE if best is None else best.p_value):
            reach = 2.6 * float(np.hypot(error, noise))  # 99 of 100
            onset = arm.series.windows[-count].start
            band = (max(0.0, expected - reach), expected + reach)
            best = Judgement(value, expected, *band, chance, worse, True, onset, _draw(arm, control))
    return best


def _chance(arm: Arm, control: Arm, windows: slice, worse: Direction) -> float:
    """The chance that an arm as good as its control is this much worse.

    Rates: given how many events both arms had, those of one are binomial (Przyborowski & Wilenski, Homogeneity of
    results in testing samples from Poisson series, 1940). Means: Welch's test, normal.
    """
    value, rows, error = arm.pooled(windows)
    expected, others, noise = control.pooled(windows)
    if arm.spread is not None:
        gap = (value - expected) * (1 if worse == "up" else -1)
        return float(special.ndtr(-gap / max(float(np.hypot(error, noise)), 1e-12)))
    mine, all_ = round(value * rows), round(value * rows) + round(expected * others)
    part = rows / (rows + others)
    if worse == "down":
        return float(special.bdtr(mine, all_, part))
    return float(special.bdtrc(mine - 1, all_, part)) if mine else 1.0


def _draw(arm: Arm, control: Arm) -> tuple[Point, ...]:
    """The arm's values, with the control's as what was expected."""
    values, beside = arm.series.values, control.series.values
    rows = [
        i for i in range(max(0, len(values) - 30), len(values)) if np.isfinite(values[i]) and np.isfinite(beside[i])
    ]
    return tuple(Point(arm.series.windows[i].start, float(values[i]), float(beside[i])) for i in rows)
