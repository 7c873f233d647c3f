"""How far the distributions of many slices have moved: `shift.measure_shift` of all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .base import Series, Slice
from .baselines import median_of
from .block import SeriesBlock
from .rhythm import windows_in
from .shift import MINIMUM_ROWS, POOLED, POOLED_DAYS, STRANGE, Shift, measure_shift
from .sifted import FEW

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

AT_ONCE = 500  # slices: their histograms fit into a processor's cache


@dataclass(frozen=True, eq=False)
class Shifts:
    """The slices with rows enough: their distances as series to judge, and everything else of those asked for."""

    distances: Sequence[Series]
    psi: Numbers  # (s,) population stability index of the last window
    n: Numbers  # (s,) rows of the last window
    histograms: Sequence[Series]
    least: int

    def where(self, wanted: Flags) -> Shifts:
        """Only some of the slices."""
        rows = np.flatnonzero(wanted)
        known = self.distances
        distances = known.take(rows) if isinstance(known, SeriesBlock) else [known[row] for row in rows.tolist()]
        return Shifts(distances, self.psi[rows], self.n[rows], self.histograms, self.least)

    def of(self, where: Slice) -> Shift:
        """Everything about one of these slices."""
        if isinstance(self.histograms, SeriesBlock):
            found = measure_shift(self.histograms[list(self.histograms.keys).index(where.key)], self.least)
        else:
            found = measure_shift(next(one for one in self.histograms if one.slice == where), self.least)
        if found is None:
            raise KeyError(where)
        return found


def measure_shifts(series: Sequence[Series], least: int = MINIMUM_ROWS) -> Shifts:
    """The shift of every histogram series that has one."""
    block = SeriesBlock.of(series) if len(series) >= FEW else None
    if block is None:
        each = [found for one in series if (found := measure_shift(one, least)) is not None]
        rows = np.array([one.distances.n[-1] for one in each])
        return Shifts([one.distances for one in each], np.array([one.psi for one in each]), rows, series, least)
    if block.values.ndim != 3 or len(block.windows) < 3:
        return Shifts([], np.zeros(0), np.zeros(0), series, least)
    parts = [_measure(block, slice(first, first + AT_ONCE), least) for first in range(0, len(block), AT_ONCE)]
    enough, distances, rows, psi = (np.concatenate(each) for each in zip(*parts, strict=True))
    at = np.flatnonzero(enough)
    keys = [block.keys[row] for row in at.tolist()]
    moved = SeriesBlock(block.measure, keys, block.windows, distances[at], rows[at])
    return Shifts(moved, psi[at], rows[at, -1], block, least)


def _measure(block: SeriesBlock, part: slice, least: int) -> tuple[Flags, Numbers, Numbers, Numbers]:
    """Of some slices: whether they have rows enough, distances (s, t), rows (s, t), and the last window's PSI (s,)."""
    counts = np.nan_to_num(block.values[part], posinf=0.0, neginf=0.0)
    rows = counts.sum(axis=2)
    last = block.windows[-1]
    pool = rows > 0
    pool[:, -1] = False
    pool &= np.cumsum(pool[:, ::-1], axis=1)[:, ::-1] <= windows_in(POOLED_DAYS, last.end - last.start, POOLED)
    enough = (rows[:, -1] >= least) & (np.where(pool, rows, 0).sum(axis=1) >= MINIMUM_ROWS)
    near = np.flatnonzero(pool.any(axis=0))
    first = np.full(rows.shape, np.nan)
    first[:, near] = _distances(counts[:, near], pool[:, near])
    pool &= first <= STRANGE * median_of(np.where(pool, first, np.nan))[:, None]
    distances = np.where(rows >= MINIMUM_ROWS / 4, _distances(counts, pool), np.nan)
    p, q = _shares(counts[:, -1]), _shares(np.where(pool[:, :, None], counts, 0).sum(axis=1))
    return enough, distances, rows, ((p - q) * np.log(p / q)).sum(axis=1)


def _distances(counts: Numbers, pool: Flags) -> Numbers:
    """Every window's Jensen-Shannon distance to the pooled windows of its slice, those in the pool to its rest."""
    pooled = np.where(pool[:, :, None], counts, 0)
    p, q = _shares(counts), _shares(pooled.sum(axis=1, keepdims=True) - pooled)
    middle = (p + q) / 2
    divergence = (p * np.log(p / middle) + q * np.log(q / middle)).sum(axis=2) / 2
    distance: Numbers = np.sqrt(np.maximum(divergence, 0) / np.log(2))
    return distance


def _shares(counts: Numbers) -> Numbers:
    smooth = counts + 0.5
    shares: Numbers = smooth / smooth.sum(axis=-1, keepdims=True)
    return shares
