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
        self._sizes = np.array([len(past) for past in pasts], dtype=int)
        self._bar, self._at_bar, self._scale = np.zeros(len(pasts)), np.zeros(len(pasts)), np.ones(len(pasts))
        for size in set(self._sizes.tolist()) - {0}:
            alike = np.flatnonzero(self._sizes == size)
            tails = _draw(np.stack([pasts[number] for number in alike.tolist()]), share, least)
            self._bar[alike], self._at_bar[alike], self._scale[alike] = tails

    def rarity(self, values: Numbers) -> Numbers:
        """-log10 of the chance of each value, or a larger one, (numbers, r)."""
        places = np.array([past.searchsorted(row) for past, row in zip(self._pasts, values, strict=True)])
        sizes, bar = self._sizes[:, None], self._bar[:, None]
        counted = np.log10((sizes + 1) / (sizes - places.reshape(values.shape) + 1))
        drawn = self._at_bar[:, None] + (values - bar) / self._scale[:, None]
        return np.asarray(np.minimum(RAREST, np.where(values > bar, drawn, counted)))


def _draw(pasts: Numbers, share: float, least: float) -> tuple[Numbers, float, Numbers]:
    """Where each tail begins, how rare that is, and how much further out is ten times as rare; `pasts` (numbers, k)."""
    size = pasts.shape[1]
    count = min(size, max(FEWEST, int(share * size)))
    bar, span = pasts[:, size - count], pasts[:, -1] - pasts[:, 0]
    finest = np.maximum(least, FINEST * span)
    finest = np.where(finest > 0, finest, np.where(bar != 0, 0.05 * np.abs(bar), 1e-9))
    excess = np.maximum(_usual_excess(pasts[:, size - count :] - bar[:, None]), finest)
    return bar, float(np.log10((size + 1) / count)), excess * np.log(10)


def _usual_excess(excess: Numbers) -> Numbers:
    middle = excess[:, excess.shape[1] // 2]  # smallest first
    most = np.where(middle > 0, WILD * middle, np.inf)
    return np.asarray(np.minimum(excess, most[:, None]).mean(axis=1))
