"""What goes slowly: the last windows together against much older ones, without a trend to excuse them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from .base import Window
from .baseline import CLIP, spread_of
from .links import inflation, link
from .rhythm import windows_in

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

RECENT, RECENT_DAYS = 7, 7  # windows, and days, that together are "now"
OLD, OLD_DAYS = 14, 14  # windows, and days, at least, of what they are held against ...
OLD_SHARE = 1 / 3  # ... and this share of what is remembered before now, when that is more
WILD = 2.0  # usual distances: what is farther off counts as this far
FREEDOM = 20.0  # means of several windows have lighter tails than single ones, but never quite normal ones
SURE_90 = 2.706  # the 0.9 quantile of chi-squared with one degree of freedom


@dataclass(frozen=True)
class Shift:
    """How far now is from long ago, on the judged scale and with the seasons taken out."""

    by: float
    old: Flags  # the windows it is held against
    recent: Flags


def find_shift(off: Numbers, kept: Flags, windows: Sequence[Window], spread: float) -> Shift | None:
    """The mean of the recent windows less that of the oldest kept ones; None with too few.

    `off` is the distance of each window from a baseline without a trend, `spread` what is usual of it: wild windows
    count as mild ones.
    """
    length = windows[-1].end - windows[-1].start
    there = np.flatnonzero(np.isfinite(off))
    recent, old = np.zeros(len(off), dtype=bool), np.zeros(len(off), dtype=bool)
    recent[there[-windows_in(RECENT_DAYS, length, RECENT) :]] = True
    before = np.flatnonzero(kept & ~recent)
    needs = windows_in(OLD_DAYS, length, OLD)
    if len(before) < needs:
        return None
    old[before[: max(needs, round(OLD_SHARE * len(before)))]] = True
    return Shift(_level(off[recent], spread) - _level(off[old], spread), old, recent)


def shift_chance(shift: Shift, off: Numbers, kept: Flags) -> float:
    """The chance of a shift as large, to the same side, on healthy days (Welch's t, for linked windows: AR(1))."""
    before = kept & ~shift.recent
    flat = off - _line(off, before)
    noise = max(spread_of(flat[before]), spread_of(off[shift.recent] - off[shift.recent].mean()), 1e-12)
    telling = 1 / shift.recent.sum() + 1 / shift.old.sum()
    error = noise * np.sqrt(inflation(link(flat, before)) * telling)
    return float(special.stdtr(FREEDOM, -abs(shift.by) / error))


def _level(values: Numbers, spread: float) -> float:
    middle = float(np.median(values))
    return middle + float(np.clip(values - middle, -WILD * spread, WILD * spread).mean())


def _line(off: Numbers, at: Flags) -> Numbers:
    """The straight line through the windows before now: what has drifted already is not noise."""
    place = np.arange(len(off), dtype=float)
    x, y = place[at], off[at]
    reach = CLIP * max(spread_of(y - np.median(y)), 1e-12)
    y = np.clip(y, np.median(y) - reach, np.median(y) + reach)
    slope = float(((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum())
    return y.mean() + slope * (place - x.mean())


def find_change(off: Numbers, there: Flags) -> tuple[int, int, int]:
    """Where a level changed or began to: the likeliest window, and the earliest and latest that are likely (90 %).

    Each window is tried as the foot of a step and as that of a slope, by least squares; likely are those whose
    likelihood ratio to the best does not tell them apart. Hinkley, Inference about the change-point in a sequence of
    random variables, 1970 (step); Feder, The log likelihood ratio in segmented regression, 1975 (slope).
    """
    at = np.flatnonzero(there)
    values = off[at] - off[at].mean()
    count = len(at)
    tried = np.arange(2, count - 1)
    steps = (np.arange(count)[None, :] >= tried[:, None]).astype(float)
    slopes = np.maximum(0.0, at[None, :] - at[tried - 1][:, None].astype(float))
    left = np.minimum(*(_unexplained(values, shape) for shape in (steps, slopes)))
    best = int(np.argmin(left))
    likely = tried[count * np.log(np.maximum(left, 1e-300) / max(left[best], 1e-300)) <= SURE_90]
    return int(at[tried[best]]), int(at[likely[0]]), int(at[likely[-1]])


def _unexplained(values: Numbers, shapes: Numbers) -> Numbers:
    """What each shape leaves of the sum of squares."""
    centred = shapes - shapes.mean(axis=1, keepdims=True)
    explained: Numbers = (centred @ values) ** 2 / (centred**2).sum(axis=1)
    return np.maximum(float(values @ values) - explained, 1e-12 * max(float(values @ values), 1e-300))
