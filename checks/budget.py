"""One false-alarm budget for the whole installation, shared out among all that is judged in a window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np

from .base import EVERYONE, Series
from .judging import Way

UNKNOWN_SIZE = 0.04  # the share of the traffic a part is taken for when nothing is known of it
LEAST_SHARE = 1e-4  # a part without rows has a weight too: it may be one that has vanished
PERIOD = timedelta(days=30)
MOST = 0.05  # no single test is ever less sure than this, however few there are

SECOND = "second."  # a measure whose name begins so is asked only where another is abnormal: it is no test of its own

WAYS: Mapping[Way, float] = {"once": 0.5, "lasting": 0.3, "drifting": 0.2}  # how a test spends its share


@dataclass(frozen=True)
class Budget:
    """How sure one test must be for all of them together to keep the promise.

    A weighted Bonferroni share: any weights that were fixed without looking at the values keep the promise (Genovese,
    Roeder & Wasserman, False discovery control with p-value weighting, 2006). A test weighs as the square root of the
    share of all rows that it is about, times the `trust` its check has earned.
    """

    false_incidents_per_30_days: float
    window: timedelta
    tests: int  # (measure, slice) pairs judged in one window
    shares: float  # their weights, summed
    rows: Mapping[str, float] = field(default_factory=dict)  # of everyone in a usual window, by measure
    trust: Mapping[str, float] = field(default_factory=dict)  # by code; 1 for a check nothing is known of

    @property
    def a_window(self) -> float:
        """False incidents that one window may bring."""
        return self.false_incidents_per_30_days / (PERIOD / self.window)

    def alpha(self, series: Series, code: str = "") -> float:
        """The chance of a false alarm that one test of this series may take in one window."""
        return self.share(self.weight(series) * self.trust.get(code, 1.0) / max(1.0, *self.trust.values(), 1.0))

    def share(self, weight: float) -> float:
        """What a test of this weight may take."""
        return min(MOST, self.a_window * weight / max(self.shares, weight))

    def weight(self, series: Series) -> float:
        """How much it matters: 1 for everyone, less for a part of the traffic, by its size before the last window.

        What is judged must not weigh in: a part that has vanished is judged by what it was.
        """
        if series.slice == EVERYONE:
            return 1.0
        rows = self.rows.get(series.measure, 0.0)
        before = series.n[:-1] if len(series.n) > 1 else series.n
        mine = float(np.median(before))
        return size_weight(mine / rows if rows > 0 and mine >= 0 else UNKNOWN_SIZE)


def size_weight(share: float) -> float:
    """The weight of a part of the traffic, from its share of all rows (0 to 1)."""
    return float(min(1.0, max(share, LEAST_SHARE)) ** 0.5)


def share_out(*, alone: bool, drifts: bool) -> dict[Way, float]:
    """How a test spends its share: on a window that is clear by itself, on several a little odd, on what goes slowly.

    What is not looked at leaves its part to the others. `alone`: the windows before are no timeline.
    """
    left = {way: part for way, part in WAYS.items() if way == "once" or (not alone and (way == "lasting" or drifts))}
    return {way: part / sum(left.values()) for way, part in left.items()}
