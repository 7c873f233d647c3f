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
class Near:
    """The next rows, each with the REACH rows before it: arrays (r, REACH + 1), the row itself last."""

    values: Numbers
    off: Numbers  # from what is usual at this time of day
    steps: Numbers  # from one row to the next, without sign

    @classmethod
    def of(cls, values: Numbers, off: Numbers) -> Near:
        """Of REACH + r values and residuals."""
        steps = np.abs(np.diff(values, prepend=values[0]))
        return cls(*(sliding_window_view(rows, REACH + 1) for rows in (values, off, steps)))


@dataclass(frozen=True)
class View:
    """One way of looking; `both`: unusually little is news as well."""

    name: str
    both: bool
    of: Callable[[Near], Numbers]  # -> (r,)


def mean_of(near: Numbers, length: int) -> Numbers:
    """The mean of the last `length` rows, (r,)."""
    return np.asarray(near[:, -length:].mean(axis=1))


def before(near: Numbers, length: int) -> Numbers:
    """The mean of the `length` rows before each row, (r,)."""
    return np.asarray(near[:, -length - 1 : -1].mean(axis=1))


def jump(near: Numbers) -> Numbers:
    """How far each row is from the median of the three before."""
    return np.asarray(np.abs(near[:, -1] - np.median(near[:, -4:-1], axis=1)))


def shapes(near: Numbers, length: int, means: int) -> Numbers:
    """The last `length` rows of each row as so many means, oldest first, (r, means)."""
    return np.asarray(near[:, -length:].reshape(len(near), means, length // means).mean(axis=2))


def _level(length: int) -> View:
    return View(f"level over {length}", True, lambda near: mean_of(near.values, length))


def _season(length: int) -> View:
    return View(f"off its time of day over {length}", True, lambda near: mean_of(near.off, length))


def _restless(length: int) -> View:
    return View(f"restlessness over {length}", True, lambda near: mean_of(near.steps, length))


EVERY_VIEW: Sequence[View] = (
    View("value", True, lambda near: near.values[:, -1]),
    View("jump", False, lambda near: jump(near.values)),
    View("off the last rows", True, lambda near: near.values[:, -1] - before(near.values, 12)),
    _level(6),
    _level(24),
    _level(96),
    _restless(12),
    _restless(48),
    View("off its time of day", True, lambda near: near.off[:, -1]),
    View("off its time of day and level", True, lambda near: near.off[:, -1] - before(near.off, 24)),
    _season(6),
    _season(24),
)
