"""The baselines of many series at once: the numbers of `baseline.fit`, in arrays of (slices, windows).

One series costs `fit` some hundred microseconds; ten thousand of them cost this a few milliseconds. Both must say the
same (a test crosses them), so what changes there changes here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .baseline import CLIP, HALF_TO_SD, MOST, MOST_FREEDOM, MOST_TO_SD, TREND_LOOKS, TREND_NEEDS, TREND_SURE
from .rhythm import Rhythm, Season

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Baselines:
    """`baseline.Baseline` of every series; those with nothing kept are NaN."""

    expected: Numbers  # (s, t)
    spread: Numbers  # (s,)
    unseen: Numbers  # (s, t)
    freedom: Numbers  # (s,)
    left: Numbers  # (s,)
    sloped: NDArray[np.int64]  # (s,)


def fit_all(values: Numbers, kept: Flags, rhythm: Rhythm, trending: bool = True) -> Baselines:
    """Fit each row (s, t) on its kept windows, predict all of them; `trending`: a trend is expected to go on."""
    slope = _slopes(values, kept) if rhythm.trending and trending else np.zeros(len(values))
    expected = slope[:, None] * (np.arange(values.shape[1]) - values.shape[1] + 1)
    unseen, spent = np.zeros(values.shape), np.zeros(len(values))
    rows = kept.sum(axis=1)
    for each in rhythm.seasons:
        enough = rows >= each.needs
        if enough.any():
            effects, cost, strange = _seasons(np.where(kept, values - expected, np.nan), each, enough)
            expected, unseen, spent = expected + effects, unseen + strange, spent + cost
    residual = np.where(kept, values - expected, np.nan)
    level = median_of(residual)
    freedom = np.maximum(2.0, rows - 1 - spent - (slope != 0))
    once = np.maximum(rows, 1)
    spread = spreads_of(residual - level[:, None]) * np.sqrt(once / freedom * (1 + (1 + spent) / once))
    sloped = np.where(slope != 0, np.minimum(rows, TREND_LOOKS), 0)
    return Baselines(expected + level[:, None], spread, unseen, np.minimum(freedom, MOST_FREEDOM), freedom, sloped)


def _seasons(values: Numbers, season: Season, enough: Flags) -> tuple[Numbers, Numbers, Numbers]:
    """Each row's effects by window (s, t), the degrees of freedom they took (s,), and what to add where none was seen.

    All 0 for rows without enough history.
    """
    residual = values - median_of(values)[:, None]
    phases = season.phases
    count = int(phases.max()) + 1
    order = np.argsort(phases, kind="stable")
    groups = np.split(residual[:, order], np.searchsorted(phases[order], np.arange(1, count)), axis=1)
    sizes = np.stack([np.count_nonzero(~np.isnan(group), axis=1) for group in groups], axis=1).astype(float)
    means = np.nan_to_num(np.stack([median_of(group) for group in groups], axis=1))
    rows = sizes.sum(axis=1)
    within = spreads_of(residual - means[:, phases]) ** 2 * rows / np.maximum(1.0, rows - count)
    between = np.maximum(0.0, _variance(means, sizes > 0) - within / _usual_size(sizes))
    some = (enough & (between > 0))[:, None]
    total = between[:, None] + within[:, None] / np.maximum(sizes, 1)
    trust = np.divide(between[:, None], total, out=np.zeros_like(means), where=some & (sizes > 0))
    strange = np.where(some & (sizes == 0), between[:, None], 0.0)
    return (means * trust)[:, phases], trust.sum(axis=1) * (count - 1) / count, strange[:, phases]


def _usual_size(sizes: Numbers) -> Numbers:
    """The mean size of the groups that are not empty, at least 1."""
    filled: Numbers = sizes.sum(axis=1) / np.maximum(1, (sizes > 0).sum(axis=1))
    return np.maximum(1.0, filled)


def _variance(means: Numbers, there: Flags) -> Numbers:
    """Population variance along rows of what is there."""
    count = np.maximum(1, there.sum(axis=1))
    middle = np.where(there, means, 0).sum(axis=1) / count
    variance: Numbers = (np.where(there, means - middle[:, None], 0) ** 2).sum(axis=1) / count
    return variance


def _slopes(values: Numbers, kept: Flags) -> Numbers:
    """Theil and Sen's slope of each row where Kendall's test leaves no doubt, else 0."""
    slopes = np.zeros(len(values))
    at, count = _latest(kept, TREND_LOOKS)
    packed = np.where(at >= 0, np.take_along_axis(values, np.maximum(at, 0), axis=1), np.nan)
    chance = np.sqrt(np.maximum(1, count * (count - 1) * (2 * count + 5)) / 18)
    sure = np.flatnonzero((count >= TREND_NEEDS) & (np.abs(_rises(packed) / chance) > TREND_SURE))
    first, second = np.triu_indices(at.shape[1], 1)
    for few in np.array_split(sure, len(sure) // 1000 + 1):
        rises = packed[few][:, second] - packed[few][:, first]
        with np.errstate(invalid="ignore", divide="ignore"):
            slopes[few] = median_of(rises / (at[few][:, second] - at[few][:, first]))
    return slopes


def _rises(packed: Numbers) -> NDArray[np.int64]:
    """Kendall's S of each row: pairs that rise less pairs that fall."""
    ordered = np.ascontiguousarray(packed.T)
    score = np.zeros(len(packed), dtype=np.int64)
    for lag in range(1, len(ordered)):
        later, earlier = ordered[lag:], ordered[:-lag]
        score += np.add.reduce((later > earlier).view(np.int8), axis=0, dtype=np.int16)
        score -= np.add.reduce((later < earlier).view(np.int8), axis=0, dtype=np.int16)
    return score


def _latest(kept: Flags, most: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the last `most` kept windows of each row are, oldest first, filled up with -1 in front; and how many."""
    count = np.minimum(kept.sum(axis=1), most)
    if kept.shape[1] > most and kept[:, -most - 1 : -1].all() and not kept[:, -1].any():  # as a rule nothing is missing
        return np.broadcast_to(np.arange(kept.shape[1] - most - 1, kept.shape[1] - 1), (len(kept), most)), count
    back = np.cumsum(kept[:, ::-1], axis=1)[:, ::-1]  # 1 for the last kept one
    rows, columns = np.nonzero(kept & (back <= most))
    at = np.full((len(kept), most), -1)
    at[rows, most - back[rows, columns]] = columns
    return at, count


def median_of(values: Numbers) -> Numbers:
    """The median of each row, its NaN left out; NaN where nothing else is there."""
    order = np.sort(values, axis=1)  # NaN last
    return _quantile(order, np.count_nonzero(~np.isnan(order), axis=1), 0.5)


def spreads_of(residual: Numbers) -> Numbers:
    """`baseline.spread_of` of each row's values."""
    size = np.abs(residual)
    order = np.sort(size, axis=1)  # NaN last
    count = np.count_nonzero(~np.isnan(order), axis=1)
    rough = np.maximum(HALF_TO_SD * _quantile(order, count, 0.5), MOST_TO_SD * _quantile(order, count, MOST))
    clip = np.where(rough == 0, np.inf, CLIP * rough)[:, None]
    near = np.minimum(size, clip)
    near[np.isnan(near)] = 0.0
    squares = np.einsum("ij,ij->i", near, near)
    spread: Numbers = np.sqrt(squares / np.maximum(count, 1))
    return spread


def _quantile(order: Numbers, count: NDArray[np.int64], share: float) -> Numbers:
    """A quantile (between neighbours: linear) of the first `count` of each sorted row; NaN of none."""
    place = np.maximum(count - 1, 0) * share
    low = place.astype(np.int64)
    rows = np.arange(len(order))
    under, over = order[rows, low], order[rows, np.minimum(low + 1, np.maximum(count - 1, 0))]
    between: Numbers = under + (over - under) * (place - low)
    return np.where(count > 0, between, np.nan)
