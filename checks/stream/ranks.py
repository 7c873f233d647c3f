"""How rare each of several numbers is among its own past values."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .past import Past
from .tails import rarity, rarity_both

Numbers = NDArray[np.float64]

FEWEST = 100  # rows before anything is called rare


class Ranks:
    """The past of each number, and how rare the next ones are in it."""

    def __init__(self, both: Sequence[bool], top: float, least: float = 0.0) -> None:
        """`both`: whether unusually little is rare as well; `top`, `least`: see `tails.rarity`."""
        self._ways = [rarity_both if each else rarity for each in both]
        self._top, self._least = top, least
        self._past = Past(len(both))
        self._new: list[Numbers] = []
        self.ranked = np.empty((len(both), 0))  # (numbers, kept), smallest first, those not known (NaN) last
        self._known = np.zeros(len(both), dtype=int)

    def rarity(self, rows: Numbers) -> Numbers:
        """-log10 of the chance of each of the next rows, (numbers, r); NaN while too little is known, or of a NaN."""
        self._new.append(rows)
        return np.stack([self._rarity(number, row) for number, row in enumerate(rows)])

    def _rarity(self, number: int, row: Numbers) -> Numbers:
        ranked = self.ranked[number, : self._known[number]]
        if len(ranked) < FEWEST:
            return np.full(row.shape, np.nan)
        return np.where(np.isfinite(row), self._ways[number](row, ranked, self._top, self._least), np.nan)

    def learn(self) -> None:
        """Takes note of the rows shown so far."""
        for rows in self._new:
            self._past.learn(rows)
        self._new = []
        self.ranked = self._past.ranked()
        self._known = np.isfinite(self.ranked).sum(axis=1)
