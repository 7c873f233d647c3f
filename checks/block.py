"""All slices' series of one measure, held as arrays: a Series is made only of the slice that is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from .base import Series, Slice, Window

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SeriesBlock(Sequence[Series]):
    """The series of many slices over the same windows; as a sequence of them, everyone first when there is one.

    Shapes: s slices, t windows; a histogram's values have bins as a third axis. NaN where there was no data.
    """

    measure: str
    keys: Sequence[str]  # of the slices (checks.base.Slice.key)
    windows: tuple[Window, ...]
    values: Numbers  # (s, t) or (s, t, bins)
    n: Numbers  # (s, t)

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, at: int) -> Series: ...

    @overload
    def __getitem__(self, at: slice) -> list[Series]: ...

    def __getitem__(self, at: int | slice) -> Series | list[Series]:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(len(self)))]
        where = Slice.parse(self.keys[at])
        return Series(self.measure, where, self.windows, self.values[at].copy(), self.n[at].copy())

    def take(self, rows: NDArray[np.int64]) -> SeriesBlock:
        """Only the slices at these places."""
        keys = [self.keys[row] for row in rows.tolist()]
        return SeriesBlock(self.measure, keys, self.windows, self.values[rows], self.n[rows])

    @classmethod
    def of(cls, series: Sequence[Series]) -> SeriesBlock | None:
        """Series that lie over the same windows, as one block; None when there are none, or they do not."""
        if isinstance(series, SeriesBlock):
            return series
        if not series or not all(_alike(series[0], one) for one in series):
            return None
        keys = [one.slice.key for one in series]
        values, n = np.array([one.values for one in series]), np.array([one.n for one in series])
        return cls(series[0].measure, keys, series[0].windows, values, n)


def _alike(first: Series, other: Series) -> bool:
    same_windows = first.windows is other.windows or first.windows == other.windows
    return same_windows and first.measure == other.measure and first.values.shape == other.values.shape


def column_of(key: str) -> str:
    """The slice column that a key is about (the first, when it has several); "" for everyone."""
    return key.split("=", 1)[0] if key else ""
