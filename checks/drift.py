"""What goes slowly: the last windows together against much older ones, without a trend to excuse them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from .base import Window
from .baseline import CLIP, inflation, spread_of
from .links import link
from .rhythm import windows_in

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

RECENT, RECENT_DAYS = 7, 7  # windows, and days, that together are "now"
OLD, OLD_DAYS = 14, 14  # windows, and days, at least, of what they are held against ...
OLD_SHARE = 1 / 3  # ... and this share of what is remembered before now, when that is more
BESIDE = 3  # neighbours to either side that say whether a value is wild
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


def shift_chance(shift: Shift, off: Numbers, change: Change, of_members: float) -> float:
    """The chance of a shift as large, to the same side, on healthy days (Welch's t, for linked windows: AR(1)).

    Noise is what is left around the likeliest step or slope: what has drifted already is none. It is never less than
    how the recent windows differ among themselves, which a quick look at many series can tell beforehand.

    The members of one day are those of the next: what one window's rate owes to who happens to be among them
    (`of_members`, a standard deviation) is not evened out by a week of windows, so it stands beside the error whole.
    """
    left = off - change.fitted
    there = np.isfinite(left)
    telling = 1 / shift.recent.sum() + 1 / shift.old.sum()
    noise = max(spread_of(left[there]), spread_of(off[shift.recent] - off[shift.recent].mean()), 1e-12)
    error = np.hypot(noise * np.sqrt(inflation(link(left, there)) * telling), of_members)
    return float(special.stdtr(FREEDOM, -abs(shift.by) / error))


def _level(values: Numbers, spread: float) -> float:
    middle = float(np.median(values))
    return middle + float(np.clip(values - middle, -WILD * spread, WILD * spread).mean())


@dataclass(frozen=True)
class Change:
    """Where a level changed, or began to: the likeliest window, and the earliest and latest that are likely (90 %)."""

    at: int
    earliest: int
    latest: int
    fitted: Numbers  # (t,) the step or slope that fits best


def find_change(off: Numbers, spread: float) -> Change:
    """The step or slope that fits best, by least squares; windows without a value tell nothing, wild ones little.

    Each window is tried as the foot of a step and as that of a slope; likely are those whose likelihood ratio to the
    best does not tell them apart. Hinkley, Inference about the change-point in a sequence of random variables, 1970
    (step); Feder, The log likelihood ratio in segmented regression, 1975 (slope).
    """
    at = np.flatnonzero(np.isfinite(off))
    values = _tamed(off[at], spread)
    tried = np.arange(2, len(at) - 1)
    steps = (np.arange(len(at))[None, :] >= tried[:, None]).astype(float)
    slopes = np.maximum(0.0, at[None, :] - at[tried - 1][:, None].astype(float))
    left = [_unexplained(values, shapes) for shapes in (steps, slopes)]
    shapes, least = (steps, left[0]) if left[0].min() <= left[1].min() else (slopes, left[1])
    both, best = np.minimum(*left), int(np.argmin(least))
    likely = tried[len(at) * np.log(both / least[best]) <= SURE_90]
    fitted = np.full(len(off), np.nan)
    fitted[at] = _fitted(values, shapes[best])
    return Change(int(at[tried[best]]), int(at[likely[0]]), int(at[likely[-1]]), fitted)


def _tamed(values: Numbers, spread: float) -> Numbers:
    """Wild values brought near to their neighbours."""
    near = np.median(np.lib.stride_tricks.sliding_window_view(np.pad(values, BESIDE, mode="edge"), 2 * BESIDE + 1), 1)
    tamed: Numbers = np.clip(values, near - CLIP * spread, near + CLIP * spread)
    return tamed


def _unexplained(values: Numbers, shapes: Numbers) -> Numbers:
    """What each shape leaves of the sum of squares."""
    seen, centred = values - values.mean(), shapes - shapes.mean(axis=1, keepdims=True)
    explained: Numbers = (centred @ seen) ** 2 / (centred**2).sum(axis=1)
    whole = max(float(seen @ seen), 1e-300)
    return np.maximum(whole - explained, 1e-9 * whole)


def _fitted(values: Numbers, shape: Numbers) -> Numbers:
    centred = shape - shape.mean()
    fitted: Numbers = values.mean() + centred * float(centred @ values) / float(centred @ centred)
    return fitted
