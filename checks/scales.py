"""On which scale each kind of number is judged, and how much it may wobble for its n alone."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import special

from .base import Kind

Numbers = NDArray[np.float64]

LEAST_QUANTITY = 1e-12  # so that an exact 0 has a logarithm
# How many rows tell as much as one, until history says otherwise: impressions come in lists, lists in visits.
TOGETHER: Mapping[Kind, float] = {"rate": 10.0, "share": 2.0}
TOGETHER_WEIGHT = 3.0  # windows that this assumption counts for


def bend(values: Numbers, kind: Kind) -> Numbers:
    """Counts, ages and quantities differ by factors, so they are judged as logarithms; rates and means as they are."""
    if kind == "count":
        return np.log(np.maximum(values, 0) + 0.5)
    if kind == "quantity":
        return np.log(np.maximum(values, LEAST_QUANTITY))
    return np.log1p(np.maximum(values, 0)) if kind == "age" else values


def unbend(values: Numbers, kind: Kind) -> Numbers:
    """Back to the unit of the value, within what that unit can be."""
    if kind == "count":
        return np.maximum(np.exp(values) - 0.5, 0)
    if kind == "age":
        return np.expm1(values)
    if kind == "quantity":
        return np.exp(values)
    return np.clip(values, 0, 1) if kind in TOGETHER else values


def clip_band(low: Numbers, high: Numbers, values: Numbers, kind: Kind) -> tuple[Numbers, Numbers]:
    """A usual range within what the quantity can be: a mean that was never below 0, or above 1, will not be usually."""
    if kind != "mean":
        return low, high
    seen = values[np.isfinite(values)]
    low = np.maximum(low, 0.0) if (seen >= 0).all() else low
    return low, np.minimum(high, 1.0) if ((seen >= 0) & (seen <= 1)).all() else high


def design_effect(kind: Kind, rates: Numbers, n: Numbers, expected: Numbers) -> float:
    """By how much a rate wobbles more than independent rows would, learnt from the windows given (at least 1)."""
    variance = np.maximum(expected * (1 - expected), 1e-12)
    informative = np.minimum(1.0, n * variance / 2)
    seen = (rates - expected) ** 2 * n / variance
    capped = np.minimum(seen, 30.0 * TOGETHER[kind])
    learnt = TOGETHER[kind] * TOGETHER_WEIGHT + float((capped * informative).sum())
    return max(1.0, learnt / (TOGETHER_WEIGHT + float(informative.sum())))


def sampling_sd(kind: Kind, expected: Numbers, n: Numbers, design: float, seen: float) -> Numbers:
    """Standard deviation from chance alone, on the judged scale; 0 where n does not tell.

    `seen`: rows of all windows that `expected` was learnt on.
    """
    if kind == "count":
        return np.sqrt(1 / (expected + 0.5))
    if kind in TOGETHER:
        likely = likely_rate(expected, n, design, seen)
        return np.sqrt(design * likely * (1 - likely) / n)
    return np.zeros(len(expected))


def exact_tail(
    value: Numbers, expected: Numbers, n: Numbers, design: Numbers | float, seen: Numbers | float
) -> Numbers:
    """The chance that a rate is this far or further on its side of the expected one (binomial, n lessened by design).

    A normal approximation calls two missing values among a hundred impossible where one in a thousand is usual.
    """
    rows = np.maximum(1.0, n / design)
    likely = likely_rate(expected, n, design, seen)
    hits = value * rows
    above = special.betainc(np.maximum(hits, 1e-9), rows - hits + 1, likely)
    below = special.betainc(np.maximum(rows - hits, 1e-9), hits + 1, 1 - likely)
    chance: Numbers = np.where(value >= expected, above, below)
    return chance


def count_tail(value: Numbers | float, expected: Numbers | float, clumps: Numbers | float) -> Numbers:
    """The chance that a count is this far or further on its side of the expected one (Poisson, lessened by `clumps`).

    Rows come together, a list or a visit at a time: `clumps` is how often more the count varies than rows that come one
    by one (variance over mean). The normal approximation calls a window without any row impossible where three are
    usual.
    """
    usual, seen = np.maximum(expected, 1e-9) / clumps, np.asarray(value, dtype=float) / clumps
    more, fewer = special.gammainc(np.maximum(seen, 1e-9), usual), special.gammaincc(seen + 1, usual)
    chance: Numbers = np.where(np.asarray(value) >= expected, more, fewer)
    return chance


def likely_rate(expected: Numbers, n: Numbers, design: Numbers | float, seen: Numbers | float) -> Numbers:
    """A rate that is neither never nor always: half a row at least, of this window or of all that were `seen`.

    What has not happened once in thirty windows is rarer than what has not happened once in one.
    """
    least = 0.5 * np.minimum(1 / n, design / np.maximum(seen, 1.0))
    return np.minimum(np.maximum(expected, least), 1 - least)
