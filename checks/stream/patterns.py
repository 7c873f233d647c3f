"""Has the series ever looked like this? The distance of its last stretch to the nearest stretch of its past."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

MEANS = 8  # a stretch is told by the means of its eighths
MOST = 1024  # stretches remembered
FEWEST = 20  # stretches before "never seen" means anything
BEND = 2.0  # differences beyond half the usual range count ever less
TOGETHER = 32  # shapes compared at once


class Stretches:
    """Stretches of `length` rows: a sample of those seen, as in a matrix profile that looks to the left only.

    Yeh et al., Matrix profile I, 2016; Lu et al., Matrix profile XXIV (DAMP), 2022. Stretches are not brought to one
    level and spread, as a level never seen is news too.
    """

    def __init__(self, length: int) -> None:
        self.length = length
        self._bank = np.empty((MOST, MEANS))
        self._kept = 0
        self._stride = max(1, length // MEANS // 2)
        self._waiting = np.empty((0, MEANS))  # shapes of the last rows
        self._first, self._next = 0, length  # row of the first that waits; of the next that is kept

    def novelty(self, shapes: Numbers, middle: float, usual: float) -> Numbers:
        """The distance of each of the next shapes, (r, MEANS), to the nearest one known; 0 while few are.

        `middle` and `usual`: the median of the series so far, and the range that holds eight of ten values.
        """
        self._waiting = np.concatenate([self._waiting, shapes])
        if self._kept < FEWEST:
            return np.zeros(len(shapes))
        old = np.arcsinh(BEND / usual * (self._bank[: self._kept] - middle))
        new = np.arcsinh(BEND / usual * (_even(shapes) - middle))
        # |new - old|^2 less |new|^2, of every pair, as one product: anything more on so many numbers takes far longer
        pairs = _with_column(new, 1.0) @ _with_column(-2 * old, (old**2).sum(axis=1)).T
        near = (new**2).sum(axis=2) + pairs.min(axis=2)
        return np.asarray(np.sqrt(np.maximum(0.0, near.ravel()[: len(shapes)]) / MEANS))

    def learn(self) -> None:
        """Takes note of the shapes shown so far: of each as soon as it has no row in common with the next one."""
        past = max(0, len(self._waiting) - self.length)
        while self._next < self._first + past:
            self._keep(self._waiting[self._next - self._first])
            self._next += self._stride
        self._waiting, self._first = self._waiting[past:], self._first + past

    def _keep(self, shape: Numbers) -> None:
        if self._kept == MOST:
            self._bank[: MOST // 2] = self._bank[::2].copy()
            self._kept, self._stride = MOST // 2, self._stride * 2
        self._bank[self._kept] = shape
        self._kept += 1


def _with_column(rows: Numbers, last: Numbers | float) -> Numbers:
    wider = np.empty((*rows.shape[:-1], rows.shape[-1] + 1))
    wider[..., :-1], wider[..., -1] = rows, last
    return wider


def _even(shapes: Numbers) -> Numbers:
    """In blocks of one size: how many rows come at once must not change the last digit of a product."""
    padded = np.concatenate([shapes, np.repeat(shapes[-1:], -len(shapes) % TOGETHER, axis=0)])
    return padded.reshape(-1, TOGETHER, MEANS)
