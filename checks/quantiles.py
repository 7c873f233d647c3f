"""Percentiles from histograms with fixed edges: nearly free in one scan, for every slice at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .base import Series

Numbers = NDArray[np.float64]

BEYOND = 5  # rows that must lie beyond a percentile for it to be told
THIN = 0.1  # of the usual rows: a percentile of fewer is another percentile


def log_edges(low: float, high: float, ratio: float) -> tuple[float, ...]:
    """Edges from `low` on, each `ratio` times the one before, until one is at least `high`."""
    count = int(np.ceil(np.log(high / low) / np.log(ratio))) + 1
    return tuple(low * ratio**step for step in range(count))


def quantile_series(series: Series, edges: Sequence[float], quantile: float) -> Series:
    """A percentile (quantile 0 to 1) of every window, from counts (t, bins) between log-spaced edges.

    Within a bin the logarithm is interpolated; beyond the last edge it is that edge. NaN where fewer than `BEYOND` rows
    lie beyond the percentile, or far fewer rows than usual came.
    """
    counts = np.nan_to_num(series.values)
    rows = counts.sum(axis=1)
    came = rows[rows > 0]
    least = max(BEYOND / (1 - quantile), THIN * float(np.median(came)) if len(came) else 0.0)
    values = [_quantile(row, edges, quantile) if row.sum() >= least else np.nan for row in counts]
    name = f"{series.measure}.p{quantile * 100:g}"
    return replace(series, measure=name, values=np.array(values), n=rows)


def share_above(counts: Numbers, edges: Sequence[float], value: float) -> float:
    """The share (0 to 1) of the counted rows that lie above `value`; 0 when there are none."""
    bounds, total = _bounds(edges), float(counts.sum())
    if total == 0:
        return 0.0
    reached = float(np.interp(np.log(value), bounds, np.concatenate([[0.0], np.cumsum(counts)])))
    return 1 - reached / total


def _quantile(counts: Numbers, edges: Sequence[float], quantile: float) -> float:
    bounds = _bounds(edges)
    reached = np.cumsum(counts)
    bin_ = int(np.searchsorted(reached, quantile * reached[-1]))
    before = float(reached[bin_ - 1]) if bin_ else 0.0
    inside = (quantile * float(reached[-1]) - before) / max(float(counts[bin_]), 1e-9)
    return float(np.exp(bounds[bin_] + inside * (bounds[bin_ + 1] - bounds[bin_])))


def _bounds(edges: Sequence[float]) -> Numbers:
    """Logarithms of the ends of all bins: the open ones reach one bin further down, and nowhere up."""
    inner = np.log(np.asarray(edges, dtype=float))
    below = inner[0] - (inner[1] - inner[0])
    return np.concatenate([[below], inner, [inner[-1] + 1e-9]])
