"""Lines that are not to be crossed, and when a series will cross one at its pace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

LOOKS_BACK = (10, 14, 21)  # windows that a pace is read from: what has just begun, and what creeps
CHANCE = 3e-4  # of a pace where there is none, for all looks back together (Mann and Kendall's test)
AGAIN = 200  # times that the pace is read from data put together anew
DRAWN = 0.9  # of those readings lie in the interval, and so it holds in four of five cases (the tests count them)

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Limits:
    """[limits] of recsysops.toml; None: there is no such line."""

    fallback: float | None = 0.05  # share of calls
    feature_age: timedelta | None = None
    rows: float | None = None  # impressions a window: a quota


@dataclass(frozen=True)
class Crossing:
    """When a line will be crossed, in windows from the last one on; in one case of ten it is later than `latest`."""

    after: float
    earliest: float
    latest: float
    pace: float  # a window
    chance: float  # of such a pace where there is none


def find_crossing(values: Numbers, line: float, within: float) -> Crossing | None:
    """When a series, (t,), oldest first, will rise over a line; None where it has no pace, or not `within` windows.

    The pace is the median of all slopes between two windows (Theil, Indagationes Mathematicae 12, 1950; Sen, Journal of
    the American Statistical Association 63, 1968), and there is one where Mann and Kendall's test says so. The interval
    is that of the same line through resampled residuals (Efron's bootstrap).
    """
    known = values[np.isfinite(values)]
    if len(known) < LOOKS_BACK[0] or known[-1] >= line:
        return None
    found = [one for back in LOOKS_BACK if len(known) >= back and (one := _read_pace(known[-back:], line)) is not None]
    soon = [one for one in found if one.after <= within]
    return min(soon, key=lambda one: one.chance) if soon else None


def _read_pace(values: Numbers, line: float) -> Crossing | None:
    from scipy.stats import kendalltau

    x: Numbers = np.arange(1.0 - len(values), 1.0)  # the last window is at 0
    tau, chance = kendalltau(x, values)
    if not (tau > 0 and chance / 2 < CHANCE / len(LOOKS_BACK)):
        return None
    level, pace = _fit(x, values)
    off = values - level - pace * x
    rng = np.random.default_rng(len(values))
    scale = np.sqrt(len(values) / (len(values) - 2))  # two numbers were fitted to them
    drawn = level + pace * x + scale * rng.choice(off, (AGAIN, len(values)))
    times = np.array([_when(*_fit(x, np.asarray(one, float)), line) for one in drawn])
    early, late = np.quantile(times, [(1 - DRAWN) / 2, (1 + DRAWN) / 2], method="nearest")
    return Crossing(_when(level, pace, line), float(early), float(late), pace, float(chance))


def _fit(x: Numbers, y: Numbers) -> tuple[float, float]:
    """The level at 0 and the slope."""
    i, j = np.triu_indices(len(x), 1)
    pace = float(np.median((y[j] - y[i]) / (x[j] - x[i])))
    return float(np.median(y - pace * x)), pace


def _when(level: float, pace: float, line: float) -> float:
    return max(0.0, (line - level) / pace) if pace > 0 else float("inf")
