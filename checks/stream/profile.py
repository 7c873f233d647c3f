"""What is usual at this time of the day, as far as it has been seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

DAY = 86_400.0
SLOTS = ((900.0, 96), (1800.0, 48), (np.inf, 24))  # rows at most so many seconds apart: so many parts of a day
REMEMBERS = 8  # days: what is usual at nine o'clock may change within a fortnight
KNOWN = 2  # rows of a part of the day before it says what is usual


class DayProfile:
    """The mean of each part of the day, recent days counting more."""

    def __init__(self, step: float) -> None:
        """`step`: seconds from one row to the next, usually."""
        self._slots = next(slots for most, slots in SLOTS if step <= most)
        self._mean = np.zeros(self._slots)
        self._count = np.zeros(self._slots)
        self._most = REMEMBERS * max(1.0, DAY / self._slots / max(step, 1.0))

    def off(self, times: Numbers, values: Numbers) -> Numbers:
        """How far each value is from what is usual at its time of day; NaN while that is not known."""
        slot = self._slot(times)
        return np.where(self._count[slot] >= KNOWN, values - self._mean[slot], np.nan)

    def learn(self, times: Numbers, values: Numbers) -> None:
        """Takes note of the next rows."""
        slot = self._slot(times)
        new = np.bincount(slot, minlength=self._slots)
        total = np.bincount(slot, weights=values, minlength=self._slots)
        at = new > 0
        self._count[at] = np.minimum(self._count[at] + new[at], self._most)
        weight = np.minimum(1.0, new[at] / self._count[at])
        self._mean[at] += weight * (total[at] / new[at] - self._mean[at])

    def _slot(self, times: Numbers) -> NDArray[np.int64]:
        return ((times % DAY) / DAY * self._slots).astype(np.int64) % self._slots
