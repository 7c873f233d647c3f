"""What several numbers have been so far: an even sample of the whole past, of bounded size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

MOST = 2048  # rows kept: enough for the chance of one in a hundred, and a few milliseconds to sort


class Past:
    """Every row at first; every second when it is full, then every fourth: always all of the past alike."""

    def __init__(self, width: int, most: int = MOST) -> None:
        self._rows = np.empty((width, most))
        self._kept = 0
        self._stride = 1
        self._seen = 0

    def __len__(self) -> int:
        return self._kept

    def learn(self, rows: Numbers) -> None:
        """Takes note of the next rows, (width, r)."""
        at = np.arange(self._seen, self._seen + rows.shape[1])
        self._seen += rows.shape[1]
        while self._kept + np.count_nonzero(at % self._stride == 0) > self._rows.shape[1]:
            left = self._rows[:, : self._kept : 2].copy()
            self._kept, self._stride = left.shape[1], self._stride * 2
            self._rows[:, : self._kept] = left
        new = rows[:, at % self._stride == 0]
        self._rows[:, self._kept : self._kept + new.shape[1]] = new
        self._kept += new.shape[1]

    def sample(self) -> Numbers:
        """The rows kept, oldest first, (width, kept)."""
        return self._rows[:, : self._kept]

    def ranked(self) -> Numbers:
        """Each number's own values, smallest first, (width, kept)."""
        return np.sort(self.sample(), axis=1)
