"""How rare a value is, by how far the farthest values of its own past have been."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

FEWEST = 8  # values that a tail is drawn from, at least
FINEST = 1e-3  # of the range seen: what differs by less is told apart by no tail
WILD = 4.0  # times the median excess: beyond, an excess counts as this much
RAREST = 30.0
NOMINAL = float(1 / np.log(10))  # the mean excess of -log10 of a chance that is what it says


class Tails:
    """The upper tails of several numbers, drawn once from the past of each; empty pasts have none.

    Within a past the chance is counted. Above its top `share` the tail is exponential with the mean excess seen there:
    Pickands, Statistical inference using extreme order statistics, 1975, with shape zero, as in Siffer et al., Anomaly
    detection in streams with extreme value theory, 2017. What was wild there counts as a few times the usual excess:
    one event must not hide the next. `least`: a mean excess that is never gone below.
    """

    def __init__(self, pasts: Sequence[Numbers], share: float, least: float = 0.0) -> None:
        """`pasts`: of each number its values so far, smallest first."""
        self._pasts = pasts
        self._sizes = np.array([len(past) for past in pasts])[:, None]
        counts = np.maximum(1, np.minimum(self._sizes, np.maximum(FEWEST, (share * self._sizes).astype(int))))
        tops = _tops(pasts, counts.ravel().tolist())
        self._bar = tops[:, :1]
        span = tops[:, -1:] - np.array([past[0] if len(past) else 0.0 for past in pasts])[:, None]
        finest = np.maximum(least, FINEST * span)
        finest = np.where(finest > 0, finest, np.where(self._bar != 0, 0.05 * np.abs(self._bar), 1e-9))
        self._at_bar = np.log10((self._sizes + 1) / counts)
        self._scale = np.maximum(_usual_excess(tops - self._bar, counts), finest) * np.log(10)

    def rarity(self, values: Numbers) -> Numbers:
        """-log10 of the chance of each value, or a larger one, (numbers, r)."""
        places = np.array([past.searchsorted(row) for past, row in zip(self._pasts, values, strict=True)])
        counted = np.log10((self._sizes + 1) / (self._sizes - places + 1))
        drawn = self._at_bar + (values - self._bar) / self._scale
        return np.asarray(np.minimum(RAREST, np.where(values > self._bar, drawn, counted)))


def _tops(pasts: Sequence[Numbers], counts: Sequence[int]) -> Numbers:
    """The largest values of each past, as many as its count, largest last; before them the smallest of these again."""
    most = max(counts)
    tops = np.zeros((len(pasts), most))
    for top, past, count in zip(tops, pasts, counts, strict=True):
        if len(past):
            top[:] = past[-count]
            top[most - count :] = past[-count:]
    return tops


def _usual_excess(excess: Numbers, counts: NDArray[np.int_]) -> Numbers:
    """The mean of each row's last `counts` (numbers, 1) values, smallest first after zeros, the wild ones cut short."""
    middle = np.take_along_axis(excess, excess.shape[1] - counts + counts // 2, axis=1)
    most = np.where(middle > 0, WILD * middle, np.inf)
    return np.asarray(np.minimum(excess, most).sum(axis=1, keepdims=True) / counts)
