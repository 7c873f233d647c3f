"""Past windows read again: what is summed up of them, and what two such sums that differ say of the rows between."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

LEVELS, CELLS = 16, 8  # a row belongs to level l with chance 2 ** -(l + 1), there to one of so many cells
FULL = CELLS - 1  # with so many cells of a level touched, it cannot be told by how many rows
TABLES = ("impressions", "outcomes", "requests", "features_offline", "calls")  # whose past should lie still
MOVING = {"impressions": frozenset({"chosen"})}  # columns that are filled in later, as they should be


def still_columns(table: str, columns: Iterable[str]) -> list[str]:
    """The columns of a table whose past values should not change, in the order they are summed up."""
    return sorted(set(columns) - MOVING.get(table, frozenset()))


def width_of(columns: int) -> int:
    """How many numbers a window is summed up in: a stamp, one a column, one a cell."""
    return 1 + columns + LEVELS * CELLS


@dataclass(frozen=True)
class Moved:
    """What has become of a past window's rows since they were read before."""

    columns: tuple[str, ...]  # whose values are not all what they were
    rows: float  # about how many rows were changed, added or lost
    before: int  # rows then ...
    now: int  # ... and now


def compare(columns: list[str], was: Numbers, says: Numbers, rows: tuple[float, float]) -> Moved | None:
    """The difference between two sums of one window; None when there is none, or they cannot be compared.

    The sums are of `width_of(len(columns))` numbers: a stamp (another one: other columns, or another hash function),
    then order-independent sums of hashes, by column and by cell.
    """
    if (
        len(was) != width_of(len(columns))
        or was[0] != says[0]
        or not np.isfinite(was).all()
        or np.array_equal(was, says)
    ):
        return None
    head = 1 + len(columns)
    other = tuple(name for name, a, b in zip(columns, was[1:head], says[1:head], strict=True) if a != b)
    touched = (was[head:] != says[head:]).reshape(LEVELS, CELLS).sum(axis=1)
    least = abs(rows[1] - rows[0])
    about = min(max(count_rows(touched), least, 1.0), max(rows))
    return Moved(other, about, int(rows[0]), int(rows[1]))


def count_rows(touched: NDArray[np.int64]) -> float:
    """About how many rows differ, from how many cells of each level do.

    The lowest levels in which not all cells are touched are counted and scaled up: Eppstein et al., What's the
    difference? Efficient set reconciliation without prior context, 2011; each level by linear counting: Whang et al.,
    A linear-time probabilistic counting algorithm for database applications, 1990.
    """
    full = np.flatnonzero(touched >= FULL)
    first = int(full[-1]) + 1 if len(full) else 0
    if first >= LEVELS:
        return float(2**LEVELS * CELLS)
    counted = -CELLS * np.log1p(-touched[first:] / CELLS)
    return float(counted.sum()) * 2.0**first
