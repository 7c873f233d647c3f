"""What people have taught the judge: what they called fine, and whose word has proved good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .base import Direction, Series, Slice

REMEMBERED = timedelta(days=90)  # what was called fine is forgotten by then, a little every day
MARGIN = 1.1  # the same again is never exactly the same
REAL, FALSE = 3.0, 1.0  # incidents a check is credited with before it has had any: three of four real


@dataclass(frozen=True)
class CalledFine:
    """A deviation that somebody has looked at and called not an issue."""

    incident: int
    measure: str
    slice: Slice
    direction: Direction
    value: float
    expected: float
    at: datetime  # when it was last seen
    title: str = ""  # of the incident, in words

    def size(self, relative: bool) -> float:
        """How large it was, in the way a check states its floor."""
        gap = abs(self.value - self.expected)
        return gap / max(abs(self.expected), 1e-9) if relative else gap

    def strength(self, now: datetime) -> float:
        """What is left of the lesson, from 1 to 0."""
        return min(1.0, max(0.0, 1.0 - (now - self.at) / REMEMBERED))

    def covers(self, other: Slice) -> bool:
        """Whether it teaches about that slice: the same kind of part (or any, if it was everyone)."""
        return {column for column, _ in self.slice.parts} <= {column for column, _ in other.parts}


@dataclass(frozen=True)
class Lessons:
    """Everything called fine, by measure."""

    fine: Mapping[str, tuple[CalledFine, ...]] = field(default_factory=dict)

    def least(self, series: Series, direction: Direction, relative: bool) -> float:
        """The effect that somebody called fine here, times what is left of that; 0 when nobody did."""
        now = series.windows[-1].end
        taught = (
            each.size(relative) * each.strength(now) * MARGIN
            for each in self.fine.get(series.measure, ())
            if each.direction == direction and each.covers(series.slice)
        )
        return max(taught, default=0.0)


def trust_of(real: int, false: int) -> float:
    """What a check's word weighs: its expected precision, against that of a check nothing is known of.

    The mean of a Beta posterior; between about 0 and 4/3.
    """
    return (REAL + real) / (REAL + FALSE + real + false) / (REAL / (REAL + FALSE))
