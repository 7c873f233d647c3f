"""Series made here, for whoever has no public ones: several kinds, with changes at known rows, from a fixed seed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from benchmarks.nab import Labelled

Numbers = NDArray[np.float64]
Rng = np.random.Generator

SEED, EACH = 20, 4
SHARE = 0.1  # of the rows of a series that lie in its windows


def make_series() -> list[Labelled]:
    """Every kind a few times; the kinds are the folders."""
    rng = np.random.default_rng(SEED)
    return [make(f"{name}/{number}", rng) for name, make in KINDS.items() for number in range(EACH)]


def _counts(name: str, rng: Rng) -> Labelled:
    """Counts in five minutes, with hours of the day, noise of their own, and bursts."""
    rows, at = _begun(rng, 15_000, int(rng.integers(2, 5)))
    day = 2 * np.pi * np.arange(rows) / 288
    mean = rng.choice([5, 20, 60]) * np.exp(0.6 * np.sin(day) + 0.3 * np.sin(2 * day + 1) + _wave(rng, rows, 0.98) / 5)
    values = rng.negative_binomial(3, 3 / (3 + mean)).astype(float)
    for row in at:
        length = int(rng.integers(6, 100))
        values[row : row + length] += np.round(
            mean.mean() * rng.uniform(5, 20) * np.exp(-3 * np.arange(length) / length)
        )
    return _labelled(name, values, at, 300)


def _roads(name: str, rng: Rng) -> Labelled:
    """Occupancy or speed of a road, measured at odd times, with jams."""
    rows, at = _begun(rng, 2_000, int(rng.integers(1, 4)))
    times = np.cumsum(rng.choice([300.0, 300, 600, 600, 900, 1500], rows))
    hour = times / 3600 % 24
    busy = np.exp(-(((hour - 8) / 2) ** 2)) + np.exp(-(((hour - 17.5) / 2.5) ** 2))
    speed = rng.random() < 0.5
    values = 68 - 14 * busy + rng.normal(0, 4, rows) if speed else 2 + 14 * busy + rng.exponential(1.0, rows)
    for row in at:
        values[row : row + int(rng.integers(2, 12))] += -rng.uniform(25, 45) if speed else rng.uniform(12, 30)
    return _labelled(name, np.maximum(0.0, np.round(values)), at, times)


def _costs(name: str, rng: Rng) -> Labelled:
    """A cost by the hour, that multiplies for an hour or for days."""
    rows, at = _begun(rng, 1_600, int(rng.integers(1, 4)))
    values = np.exp(0.3 * _wave(rng, rows, 0.5) + 0.15 * np.sin(2 * np.pi * np.arange(rows) / 24))
    for row in at:
        length, times = (int(rng.integers(1, 3)), rng.uniform(4, 15)) if rng.random() < 0.7 else (40, rng.uniform(2, 3))
        values[row : row + length] *= times
    return _labelled(name, values, at, 3600)


def _machine(name: str, rng: Rng) -> Labelled:
    """A slow temperature that falls away."""
    rows, at = _begun(rng, 20_000, 3)
    values = 85 + 8 * _wave(rng, rows, 0.9985) + 1.2 * rng.normal(0, 1, rows)
    for row in at:
        length, deep = int(rng.integers(100, 500)), rng.uniform(20, 45)
        values[row : row + length] -= deep * np.minimum(1, np.arange(length) / rng.integers(5, 80))
    return _labelled(name, values, at, 300)


def _demand(name: str, rng: Rng) -> Labelled:
    """Demand by the half hour, with hours and weekends, and days that are not like others."""
    rows, at = _begun(rng, 10_000, 4)
    hour, day = np.arange(rows) % 48 / 2, np.arange(rows) // 48 % 7
    usual = 15_000 + 9_000 * np.sin(2 * np.pi * (hour - 11) / 24) + np.where(day >= 5, 2_500, 0)
    values = usual * (1 + 0.05 * _wave(rng, rows, 0.9)) + rng.normal(0, 500, rows)
    for row in at:
        values[row : row + 48] *= rng.choice([0.35, 0.5, 1.5])
    return _labelled(name, np.maximum(0.0, np.round(values)), at, 1800)


def _latency(name: str, rng: Rng) -> Labelled:
    """A latency that spikes, shifts, or begins to swing."""
    rows, at = _begun(rng, 4_000, 3)
    values = 42 + 2 * _wave(rng, rows, 0.6) + rng.gamma(1, 1.5, rows)
    for row, kind in zip(at, rng.permutation(3), strict=True):
        if kind == 0:
            values[row : row + 2] += rng.uniform(18, 40)
        elif kind == 1:
            values[row : row + 200] += rng.uniform(5, 10)
        else:
            values[row : row + 120] = 42 + (values[row : row + 120] - 42) * rng.uniform(2.5, 4)
    return _labelled(name, values, at, 300)


def _quiet(name: str, rng: Rng) -> Labelled:
    """Nothing happens."""
    day = 2 * np.pi * np.arange(4_000) / 288
    noise = rng.normal(0, 1, 4_000)
    return _labelled(
        name, rng.choice([0, 20]) * np.sin(day) + (np.exp(noise / 2) if rng.random() < 0.5 else noise), [], 300
    )


KINDS: dict[str, Callable[[str, Rng], Labelled]] = {
    "counts": _counts,
    "roads": _roads,
    "costs": _costs,
    "machine": _machine,
    "demand": _demand,
    "latency": _latency,
    "quiet": _quiet,
}


def _begun(rng: Rng, rows: int, count: int) -> tuple[int, list[int]]:
    """The length of a series, and the rows at which something begins: one in each part of it, never early."""
    bounds = np.linspace(0.2 * rows, 0.95 * rows, count + 1)
    near = [rng.uniform(low + 0.3 * (high - low), high) for low, high in pairwise(bounds)]
    return rows, [int(each) for each in near]


def _wave(rng: Rng, rows: int, linked: float) -> Numbers:
    """A random walk that is drawn back to 0, of standard deviation 1."""
    from scipy.signal import lfilter

    return np.asarray(lfilter([1], [1, -linked], rng.normal(0, np.sqrt(1 - linked**2), rows)))


def _labelled(name: str, values: Numbers, at: list[int], step: int | Numbers) -> Labelled:
    """With windows centred where something begins."""
    times = np.asarray(step * np.arange(len(values)) if isinstance(step, int) else step, dtype=float)
    half = int(SHARE * len(values) / max(1, len(at)) / 2)
    windows = tuple((row - half, min(len(values) - 1, row + half)) for row in at)
    return Labelled(name, times, values, windows)
