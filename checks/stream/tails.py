"""How rare a value is, by how far the farthest values of its own past have been."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

FEWEST = 8  # values that a tail is drawn from, at least
FINEST = 1e-3  # of the range seen: what differs by less is told apart by no tail
BOTH = float(np.log10(2))  # looking at two sides doubles the chance
WILD = 4.0  # times the median excess: beyond, an excess counts as this much
RAREST = 30.0
NOMINAL = float(1 / np.log(10))  # the mean excess of -log10 of a chance that is what it says


def rarity(values: Numbers, ranked: Numbers, share: float, least: float = 0.0) -> Numbers:
    """-log10 of the chance of each value, or a larger one.

    `ranked` (k,) is the past, smallest first. Within it the chance is counted. Above its top `share` the tail is
    exponential with the mean excess seen there: Pickands, Statistical inference using extreme order statistics, 1975,
    with shape zero, as in Siffer et al., Anomaly detection in streams with extreme value theory, 2017. What was wild
    there counts as a few times the usual excess: one event must not hide the next. `least`: a mean excess that is
    never gone below.
    """
    size = len(ranked)
    count = min(size, max(FEWEST, int(share * size)))
    bar = ranked[size - count]
    least = max(least, FINEST * (ranked[-1] - ranked[0])) or 0.05 * abs(bar) or 1e-9
    excess = max(_usual_excess(ranked[size - count :] - bar), least)
    seen = (size - np.searchsorted(ranked, values, side="left") + 1) / (size + 1)
    beyond = np.log10((size + 1) / count) + np.maximum(0.0, values - bar) / (excess * np.log(10))
    return np.minimum(RAREST, np.where(values > bar, beyond, -np.log10(seen)))


def _usual_excess(excess: Numbers) -> float:
    middle = float(excess[len(excess) // 2])  # smallest first
    return float(np.mean(np.minimum(excess, WILD * middle if middle > 0 else np.inf)))


def rarity_both(values: Numbers, ranked: Numbers, share: float, least: float = 0.0) -> Numbers:
    """The same of a value this far out on either side."""
    up, down = rarity(values, ranked, share, least), rarity(-values, -ranked[::-1], share, least)
    return np.maximum(0.0, np.maximum(up, down) - BOTH)
