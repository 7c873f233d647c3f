"""What a healthy value would look like: level, season, trend and spread, learnt from the windows before.

All estimates are robust: a few bad windows in the history neither move the level nor hide the next bad one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .rhythm import Rhythm

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

TREND_NEEDS = 14
TREND_LOOKS = 28  # windows
TREND_SURE = 3.5  # standard deviations of Kendall's S before a slope is believed
HALF_TO_SD = 1.4826  # from the median of distances to a normal distribution's standard deviation ...
MOST, MOST_TO_SD = 0.8, 0.7803  # ... and from this quantile: a median of few windows lies on one of them, distance 0
MOST_FREEDOM = 8.0  # real numbers have heavier tails than their few windows show: never trust more than this
CLIP = 3.0  # residuals beyond this many (robust) standard deviations count as this many


@dataclass(frozen=True)
class Baseline:
    """The prediction for every window (the last one included), on the scale it was fitted on."""

    expected: Numbers  # (t,)
    spread: float  # standard deviation of a healthy value around it, uncertainty of the level included
    unseen: Numbers  # (t,) variance to add where a season has never been seen, such as the first Sunday
    freedom: float  # degrees of freedom of that spread, for Student's t: never more than real numbers deserve
    left: float  # windows it was learnt from, less what was fitted to them
    seasons: int  # how many seasons there was history enough to tell
    sloped: int = 0  # windows that its trend was drawn through; 0: it has none

    def uncertainty(self, linked: float, ahead: int) -> float:
        """The standard error of the expected value, in spreads, in the middle of the `ahead` windows after those kept.

        Of a median (pi / 2 times the variance of a mean), and of a straight line drawn on.
        """
        level = np.pi / 2 / (self.left + 1)
        reach = (self.sloped + ahead) / 2
        slope = 12 * reach**2 / self.sloped**3 if self.sloped else 0.0
        return float(np.sqrt(inflation(linked) * (level + slope)))


def fit(values: Numbers, kept: Flags, rhythm: Rhythm, trending: bool = True) -> Baseline:
    """Fit on the kept windows, predict all; `trending`: a trend is expected to go on."""
    season, unseen = np.zeros(len(values)), np.zeros(len(values))
    spent, told = 0.0, 0
    slope = _slope(values, kept) if rhythm.trending and trending else 0.0
    line = slope * (np.arange(len(values)) - len(values) + 1)
    for each in rhythm.seasons:
        if kept.sum() >= each.needs:
            effects, cost, strange = _season(values - line - season, kept, each.phases)
            season, unseen, spent, told = season + effects, unseen + strange, spent + cost, told + 1
    level = float(np.median((values - line - season)[kept]))
    residual = (values - line - season - level)[kept]
    freedom = max(2.0, len(residual) - 1 - spent - (slope != 0))
    spread = spread_of(residual) * np.sqrt(len(residual) / freedom * (1 + (1 + spent) / len(residual)))
    sloped = min(int(kept.sum()), TREND_LOOKS) if slope else 0
    return Baseline(level + season + line, float(spread), unseen, min(freedom, MOST_FREEDOM), freedom, told, sloped)


def _season(values: Numbers, kept: Flags, phases: NDArray[np.int64]) -> tuple[Numbers, float, Numbers]:
    """Each phase's usual distance from the level, shrunk towards none by how much phases really differ.

    Returns the effects by window, the degrees of freedom they took (empirical Bayes, one-way layout), and the variance
    to add in windows of a phase that was never seen.
    """
    none = np.zeros(len(values))
    residual = values - np.median(values[kept])
    count = int(phases.max()) + 1
    groups = [residual[kept & (phases == phase)] for phase in range(count)]
    means = np.array([np.median(group) if len(group) else 0.0 for group in groups])
    sizes = np.array([len(group) for group in groups], dtype=float)
    inner = np.concatenate([group - mean for group, mean in zip(groups, means, strict=True)])
    within = spread_of(inner) ** 2 * len(inner) / max(1.0, len(inner) - count)
    between = max(0.0, float(np.var(means[sizes > 0])) - within / max(1.0, float(sizes[sizes > 0].mean())))
    if between == 0:
        return none, 0.0, none
    trust = between / (between + within / np.maximum(sizes, 1)) * (sizes > 0)
    strange = np.where(sizes > 0, 0.0, between)
    return (means * trust)[phases], float(trust.sum()) * (count - 1) / count, strange[phases]


def inflation(linked: float) -> float:
    """By how much less a mean of linked windows tells: its variance, times that of independent ones (AR(1))."""
    return (1 + linked) / (1 - linked)


def _slope(values: Numbers, kept: Flags) -> float:
    """Change per window where it is beyond doubt, else 0 (Theil and Sen's slope, Kendall's test)."""
    at = np.flatnonzero(kept)[-TREND_LOOKS:]
    if len(at) < TREND_NEEDS:
        return 0.0
    first, second = np.triu_indices(len(at), 1)
    rises = values[at[second]] - values[at[first]]
    count = len(at)
    certainty = np.sign(rises).sum() / np.sqrt(count * (count - 1) * (2 * count + 5) / 18)
    return float(np.median(rises / (at[second] - at[first]))) if abs(certainty) > TREND_SURE else 0.0


def spread_of(residual: Numbers) -> float:
    """Standard deviation with wild values clipped, so that one bad window does not excuse the next."""
    if not len(residual):
        return 0.0
    half, most = np.quantile(np.abs(residual), (0.5, MOST))
    rough = max(HALF_TO_SD * float(half), MOST_TO_SD * float(most))
    if rough == 0:
        return float(np.sqrt(np.mean(residual**2)))
    return float(np.sqrt(np.mean(np.clip(residual, -CLIP * rough, CLIP * rough) ** 2)))
