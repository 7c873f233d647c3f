"""How much neighbouring windows resemble one another: witnesses that repeat each other are fewer than they seem."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .baseline import CLIP, spread_of

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

ADDED = 0.5  # standard errors
FEW_PAIRS = 8  # neighbours below which nothing is said of their likeness
MOST_LINKED = 0.9  # neighbouring windows are never taken to be more alike than this


def link(off: Numbers, kept: Flags) -> float:
    """How alike neighbouring windows are: the autocorrelation at lag one, made up for what few windows hide of it.

    The estimate from t windows is low by about (1 + 4 r) / t: Kendall, Note on bias in the estimation of
    autocorrelation, 1954; half a standard error is added: windows called independent that are not break the budget.
    """
    pairs = kept[1:] & kept[:-1]
    count = int(pairs.sum())
    if count < FEW_PAIRS:
        return 0.0
    seen = off[kept]
    middle = np.median(seen)
    reach = CLIP * max(spread_of(seen - middle), 1e-12)
    near = np.clip(off - middle, -reach, reach)
    variance = float(np.mean(near[kept] ** 2))
    if variance <= 1e-20:
        return 0.0
    found = float(np.mean(near[1:][pairs] * near[:-1][pairs])) / variance
    return float(np.clip(found + (1 + 4 * found) / count + ADDED / np.sqrt(count), 0.0, MOST_LINKED))
