"""How clicks fall off with position, whatever was shown where and however many clicked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .base import Series

Numbers = NDArray[np.float64]

BARE = 0.2  # of the usual share of impressions: positions shown less than this tell nothing of their click rate


def click_curves(shown: Sequence[Series], clicked: Sequence[Series]) -> list[Series]:
    """Clicks by position as they would be had each position its usual share of impressions, by slice.

    From counts (t, bins) of impressions and of clicks by position; all clicks of a window stay as many as they were.
    """
    others = {series.slice: series for series in shown}
    alike = [(one, others[one.slice]) for one in clicked if one.slice in others]
    return [
        _curve(one, other) for one, other in alike if one.values.ndim == 2 and one.values.shape == other.values.shape
    ]


def _curve(clicked: Series, shown: Series) -> Series:
    clicks, seen = np.nan_to_num(clicked.values), np.nan_to_num(shown.values)
    usual = _shares(seen[:-1].sum(axis=0) if len(seen) > 1 else seen[0])
    rates = np.divide(clicks, seen, out=np.zeros_like(clicks), where=seen > 0)
    usual_rates = np.nan_to_num(clicks[:-1].sum(axis=0) / np.maximum(seen[:-1].sum(axis=0), 1))
    level = np.divide(clicks.sum(axis=1), seen @ usual_rates, out=np.ones(len(seen)), where=seen @ usual_rates > 0)
    bare = _shares(seen) < BARE * usual
    rates = np.where(bare, usual_rates * level[:, None], rates)
    curve = _shares(rates * usual) * clicks.sum(axis=1, keepdims=True)
    return replace(clicked, measure="positions.curve", values=curve, n=clicks.sum(axis=1))


def _shares(counts: Numbers) -> Numbers:
    total = counts.sum(axis=-1, keepdims=True)
    shares: Numbers = np.divide(counts, total, out=np.zeros_like(counts), where=total > 0)
    return shares
