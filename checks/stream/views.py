"""The ways a row is looked at: each one number a row, from the rows just before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

REACH = 104  # rows before a row that any view looks back on
STRETCHES = (8, 32, 96)  # rows


@dataclass(frozen=True)
class View:
    """One way of looking; `both`: unusually little is news as well."""

    name: str
    both: bool
    of: Callable[[Numbers, Numbers], Numbers]  # values and residuals of REACH + r rows -> (r,)


def mean_of(rows: Numbers, length: int) -> Numbers:
    """The mean of the last `length` rows, for each row after the first REACH."""
    return np.asarray(sliding_window_view(rows[REACH - length + 1 :], length).mean(axis=1))


def before(rows: Numbers, length: int) -> Numbers:
    """The mean of the `length` rows before each row."""
    return np.asarray(sliding_window_view(rows[REACH - length : -1], length).mean(axis=1))


def jump(values: Numbers) -> Numbers:
    """How far each row is from the median of the three before."""
    three = sliding_window_view(values[REACH - 3 : -1], 3)
    return np.asarray(np.abs(values[REACH:] - np.median(three, axis=1)))


def restlessness(values: Numbers, length: int) -> Numbers:
    """The mean step between the last rows."""
    return mean_of(np.abs(np.diff(values, prepend=values[0])), length)


def shapes(values: Numbers, length: int, means: int) -> Numbers:
    """The last `length` rows of each row as so many means, (r, means)."""
    part = length // means
    smooth = sliding_window_view(values, part).mean(axis=1)  # entry i ends at row i + part - 1
    ends = np.arange(REACH, len(values))[:, None] - part * np.arange(means)[None]
    return np.asarray(smooth[ends - part + 1])


def _level(length: int) -> View:
    return View(f"level over {length}", True, lambda values, off: mean_of(values, length))


def _season(length: int) -> View:
    return View(f"off its time of day over {length}", True, lambda values, off: mean_of(off, length))


def _restless(length: int) -> View:
    return View(f"restlessness over {length}", True, lambda values, off: restlessness(values, length))


EVERY_VIEW: Sequence[View] = (
    View("value", True, lambda values, off: values[REACH:]),
    View("jump", False, lambda values, off: jump(values)),
    View("off the last rows", True, lambda values, off: values[REACH:] - before(values, 12)),
    _level(6),
    _level(24),
    _level(96),
    _restless(12),
    _restless(48),
    View("off its time of day", True, lambda values, off: off[REACH:]),
    View("off its time of day and level", True, lambda values, off: off[REACH:] - before(off, 24)),
    _season(6),
    _season(24),
)
