"""How far a distribution has moved, and whether that is more than it moves on any day."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from .base import Series
from .rhythm import windows_in

Numbers = NDArray[np.float64]

POOLED, POOLED_DAYS = 21, 7  # windows, and days, that make the usual distribution: three of each weekday
MINIMUM_ROWS = 200
STRANGE = 3.0  # times the median distance: such windows are no part of the usual
SURE = 1e-5  # chance of the noise threshold being passed without any drift


@dataclass(frozen=True)
class Shift:
    """One histogram series as distances to the usual distribution, window by window."""

    distances: Series  # Jensen-Shannon distance (0 to 1), steady at small n; the last point is the one to judge
    psi: float  # population stability index of the last window
    noise: float  # the PSI that chance alone may reach
    pooled: Numbers  # the usual distribution, shares by bin
    latest: Numbers  # the last window's


def measure_shift(series: Series, least: int = MINIMUM_ROWS) -> Shift | None:
    """Distances of every window to the pooled others, the last to those before it; None with too few rows.

    Each earlier window is compared with the pool *without* itself, so that the distances of past and present are
    alike when nothing has changed. Windows far from all others are left out of the pool.
    """
    if series.values.ndim != 2 or len(series.values) < 3:
        return None
    counts = np.nan_to_num(series.values, posinf=0.0, neginf=0.0)
    rows = counts.sum(axis=1)
    pool = (rows > 0) & (np.arange(len(rows)) < len(rows) - 1)
    last = series.windows[-1]
    pool[np.flatnonzero(pool)[: -windows_in(POOLED_DAYS, last.end - last.start, POOLED)]] = False
    if rows[-1] < least or counts[pool].sum() < MINIMUM_ROWS:
        return None
    first = _distances(counts, pool)
    pool &= first <= STRANGE * np.nanmedian(first[pool])
    total = counts[pool].sum(axis=0)
    distances = np.where(rows >= MINIMUM_ROWS / 4, _distances(counts, pool), np.nan)
    noise = expected_psi(counts.shape[1], float(rows[-1]), float(total.sum()))
    moved = replace(series, values=distances, n=rows)
    return Shift(moved, psi(counts[-1], total), noise, total / total.sum(), counts[-1] / rows[-1])


def _distances(counts: Numbers, pool: NDArray[np.bool_]) -> Numbers:
    """Every window's distance to the pooled windows, those in the pool to the rest of it."""
    usual = counts[pool].sum(axis=0) - np.where(pool[:, None], counts, 0)
    return _js_distance(counts, usual)


def psi(now: Numbers, usual: Numbers) -> float:
    """Population stability index of two histograms of counts: sum of (p - q) ln(p / q), half a row added to each bin.

    Siddiqi, Credit Risk Scorecards, 2006.
    """
    p, q = _shares(now), _shares(usual)
    return float(((p - q) * np.log(p / q)).sum())


def expected_psi(bins: int, n: float, m: float) -> float:
    """The PSI that two samples of n and m rows reach by chance once in 1 / SURE times.

    Without drift PSI is about (1/n + 1/m) times a chi-squared variable with bins - 1 degrees of freedom, so its mean is
    (bins - 1)(1/n + 1/m): Yurdakul & Naranjo, Statistical properties of the population stability index, 2020.
    """
    return float(special.chdtri(bins - 1, SURE)) * (1 / n + 1 / m)


def _shares(counts: Numbers) -> Numbers:
    smooth = counts + 0.5
    shares: Numbers = smooth / smooth.sum(axis=-1, keepdims=True)
    return shares


def _js_distance(counts: Numbers, usual: Numbers) -> Numbers:
    """Square root of the Jensen-Shannon divergence in bits, row by row (Endres & Schindelin, 2003)."""
    p, q = _shares(counts), _shares(usual)
    middle = (p + q) / 2
    divergence = (special.rel_entr(p, middle) + special.rel_entr(q, middle)).sum(axis=1) / 2
    distance: Numbers = np.sqrt(np.maximum(divergence, 0) / np.log(2))
    return distance
