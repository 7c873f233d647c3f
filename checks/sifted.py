"""Many series judged: the suspicious ones by the judge, the others only if somebody asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from .base import Direction, Kind, Series
from .block import SeriesBlock, column_of
from .fine import is_fine
from .judging import Judge, Judgement
from .screen import Screen, Screened, screen_for

Numbers = NDArray[np.float64]

FEW = 2  # series: fewer are judged one by one; a quick look at several costs less than the judge's at one


@dataclass(frozen=True)
class Judged:
    """One series with what the judge said of its last point."""

    series: Series
    judgement: Judgement

    @property
    def gap(self) -> float:
        """How far the value is from the expected one, with its sign."""
        return self.judgement.value - self.judgement.expected

    def effect(self, relative: bool) -> float:
        """The gap, as a share of what was expected when that is how it was judged."""
        return self.gap / max(abs(self.judgement.expected), 1e-9) if relative else self.gap

    @property
    def n(self) -> float:
        """What the value rests on."""
        return float(self.series.n[-1])


def sift(
    series: Sequence[Series], judge: Judge, kind: Kind, directions: Sequence[Direction], floor: float, relative: bool
) -> Sifted | None:
    """The series that can be judged, as `Sifted`; None when they are few, or nothing can be said of all at once."""
    if len(series) < FEW or is_fine(series[0]):
        return None
    screen, block = screen_for(judge, kind, directions, floor, relative), SeriesBlock.of(series)
    if screen is None or block is None or block.values.ndim != 2:
        return None
    return Sifted(series, block, screen, screen.look(block))


@dataclass(frozen=True, eq=False)
class Sifted(Sequence[Judged]):
    """The series that can be judged: each is judged when it is asked for, the suspicious ones for `abnormal`."""

    series: Sequence[Series]
    block: SeriesBlock
    screen: Screen
    screened: Screened
    _said: dict[int, Judged] = field(default_factory=dict)

    @cached_property
    def _able(self) -> NDArray[np.int64]:
        return np.flatnonzero(self.screened.judgeable)

    def __len__(self) -> int:
        return len(self._able)

    def __iter__(self) -> Iterator[Judged]:
        return (self._judge(int(at)) for at in self._able)

    @overload
    def __getitem__(self, at: int) -> Judged: ...

    @overload
    def __getitem__(self, at: slice) -> list[Judged]: ...

    def __getitem__(self, at: int | slice) -> Judged | list[Judged]:
        if isinstance(at, slice):
            return [self._judge(int(row)) for row in self._able[at]]
        return self._judge(int(self._able[at]))

    @cached_property
    def abnormal(self) -> list[Judged]:
        """The abnormal ones, in order."""
        suspicious = (self._judge(int(at)) for at in np.flatnonzero(self.screened.suspicious))
        return [one for one in suspicious if one.judgement.abnormal]

    def rest(self, column: str, relative: bool) -> tuple[Numbers, Numbers]:
        """Effect and n of the slices of a column that are not abnormal."""
        bad = {one.series.slice.key for one in self.abnormal}
        rows = [at for at in self._able if column_of(key := self.block.keys[at]) == column and key not in bad]
        expected = self.screened.expected[rows]
        for place, at in enumerate(rows):
            if at in self._said:
                expected[place] = self._said[at].judgement.expected
        gap = self.block.values[rows, -1] - expected
        return gap / np.maximum(np.abs(expected), 1e-9) if relative else gap, self.block.n[rows, -1]

    def _judge(self, at: int) -> Judged:
        if at not in self._said:
            ask, one = self.screen, self.series[at]
            verdict = ask.judge.judge(one, ask.kind, directions=ask.directions, floor=ask.floor, relative=ask.relative)
            if verdict is None:
                raise AssertionError(f"the screen took {one.measure} in {one.slice} for judgeable")
            self._said[at] = Judged(one, verdict)
        return self._said[at]
