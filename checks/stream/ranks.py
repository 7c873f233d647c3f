"""How rare each of several numbers is among its own past values."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .past import Past
from .tails import Tails

Numbers = NDArray[np.float64]

FEWEST = 100  # rows before anything is called rare
TWICE = float(np.log10(2))  # looking at two sides doubles the chance


class Ranks:
    """The past of each number, and how rare the next ones are in it."""

    def __init__(self, both: Sequence[bool], top: float, least: float = 0.0) -> None:
        """`both`: whether unusually little is rare as well; `top`, `least`: see `Tails`."""
        self._both = np.flatnonzero(both)
        self._top, self._least = top, least
        self._past = Past(len(both))
        self._new: list[Numbers] = []
        self.ranked: list[Numbers] = [np.empty(0)] * len(both)  # what is known of each, smallest first
        self._draw()

    def rarity(self, rows: Numbers) -> Numbers:
        """-log10 of the chance of each of the next rows, (numbers, r); NaN while too little is known, or of a NaN."""
        self._new.append(rows)
        found = self._tails.rarity(np.concatenate([rows, -rows[self._both]]))
        rare, down = found[: len(rows)], found[len(rows) :]
        rare[self._both] = np.maximum(0.0, np.maximum(rare[self._both], down) - TWICE)
        return np.where(self._known & np.isfinite(rows), rare, np.nan)

    def learn(self) -> None:
        """Takes note of the rows shown so far."""
        for rows in self._new:
            self._past.learn(rows)
        self._new = []
        ranked = self._past.ranked()  # those not known (NaN) last
        many = np.isfinite(ranked).sum(axis=1)
        self.ranked = [row[:count] for row, count in zip(ranked, many, strict=True)]
        self._draw()

    def _draw(self) -> None:
        self._known = np.array([len(past) >= FEWEST for past in self.ranked])[:, None]
        down = [-self.ranked[number][::-1] for number in self._both]
        self._tails = Tails([*self.ranked, *down], self._top, self._least)
