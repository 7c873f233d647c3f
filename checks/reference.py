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
    run = _settled(series, bad)
    if run is not None and _stayed(series, past & ~bad, past, run):
        at = np.arange(len(bad))
        bad = (bad & (at >= run[1])) | (at < run[0])
    usual = past & ~(bad | _emptied(series, kind))
    return usual if int(usual.sum()) >= 3 else past


def has_settled(series: Series, bad: Flags) -> bool:
    """Whether what was found abnormal up to now has lasted long enough to be the usual."""
    run = _settled(series, bad)
    return run is not None and run[1] == len(bad) - 1


def _settled(series: Series, bad: Flags) -> tuple[int, int] | None:
    """The latest stretch of windows [first, after the last) found abnormal for so long that it is the usual by now."""
    there = np.isfinite(series.values) if series.values.ndim == 1 else np.ones(len(bad), dtype=bool)
    marked = np.concatenate([[False], (bad | ~there)[:-1], [False]]).astype(np.int8)
    first, after = np.flatnonzero(np.diff(marked) == 1), np.flatnonzero(np.diff(marked) == -1)
    needs = windows_in(PATIENCE_DAYS, window_length(series), PATIENCE)
    long = [(int(a), int(b)) for a, b in zip(first, after, strict=True) if int(bad[a:b].sum()) >= needs]
    return long[-1] if long else None


def _stayed(series: Series, healthy: Flags, past: Flags, run: tuple[int, int]) -> bool:
    """Whether the level of a settled stretch is still that of the windows since; else it was a long fault, now over."""
    at = np.arange(len(past))
    before, within, since = healthy & (at < run[0]), past & (at >= run[0]) & (at < run[1]), healthy & (at >= run[1])
    if not before.any() or not since.any():
        return True
    old, new, now = (float(np.median(series.values[part])) for part in (before, within, since))
    return abs(now - new) <= abs(now - old)


def window_length(series: Series) -> timedelta:
    """How long the window to judge is."""
    return series.windows[-1].end - series.windows[-1].start


def _emptied(series: Series, kind: Kind) -> Flags:
    """The windows since the rows stopped coming: whether that is chance or not, they do not say what is usual."""
    empty = trailing(series.values == 0) if kind == "count" else 0
    return np.arange(len(series.values)) >= len(series.values) - empty
