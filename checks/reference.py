"""Which windows of the past say what is usual: those with a value, enough rows, and nothing known to be wrong."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from .base import Kind, Series
from .rhythm import windows_in
from .view import OF_ROWS, trailing

Flags = NDArray[np.bool_]

MINIMUM_N = 30  # a rate or mean of fewer is not judged
THIN = 0.1  # of the usual n: a window that arrived in part, or was nearly empty, says little of what is usual
MOSTLY = 0.7  # of the windows must be no such ones, or there is no usual n
PATIENCE, PATIENCE_DAYS = 14, 7  # windows, and days, after which a new level counts as the usual one


def is_judgeable(series: Series, kind: Kind, warm_up: int) -> bool:
    """Whether there is a number to judge, on rows enough, and `warm_up` windows with a value before it."""
    values = series.values
    if values.ndim != 1 or len(values) == 0 or not np.isfinite(values[-1]):
        return False
    if kind in OF_ROWS and series.n[-1] < MINIMUM_N:
        return False
    return int(np.isfinite(values[:-1]).sum()) >= warm_up


def usual_windows(series: Series, kind: Kind, bad: Flags) -> Flags:
    """The windows a baseline is learnt from: with a value, before the last, not known to be bad.

    What has lasted for `PATIENCE` windows and `PATIENCE_DAYS` is the usual now.
    """
    past = np.isfinite(series.values) & (np.arange(len(bad)) < len(bad) - 1)
    if kind in OF_ROWS:
        whole = past & (series.n >= THIN * np.median(series.n[past]))
        past = whole if whole.sum() >= MOSTLY * past.sum() else past
    lasted = trailing(bad[:-1])
    if lasted >= windows_in(PATIENCE_DAYS, window_length(series), PATIENCE):
        return past & (np.arange(len(bad)) >= len(bad) - 1 - lasted)
    usual = past & ~(bad | _emptied(series, kind))
    return usual if int(usual.sum()) >= 3 else past


def window_length(series: Series) -> timedelta:
    """How long the window to judge is."""
    return series.windows[-1].end - series.windows[-1].start


def _emptied(series: Series, kind: Kind) -> Flags:
    """The windows since the rows stopped coming: whether that is chance or not, they do not say what is usual."""
    empty = trailing(series.values == 0) if kind == "count" else 0
    return np.arange(len(series.values)) >= len(series.values) - empty
