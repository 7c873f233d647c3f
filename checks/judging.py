"""What a check is, what it asks of the judge, and what it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from .base import About, Direction, Finding, History, Kind, Measure, Point, Schema, Series

Way = Literal["once", "lasting", "drifting"]  # one clear window; several unlikely ones; slowly, over many


class Judge(Protocol):
    """Is this value abnormal, given its history and the false-alarm budget?"""

    def judge(
        self,
        series: Series,
        kind: Kind,
        *,
        directions: Sequence[Direction],
        floor: float,
        relative: bool = True,
        least: int | None = None,
    ) -> Judgement | None:
        """The last point judged against the ones before; None while there is too little history or too small an n.

        `floor` is the smallest effect that matters: relative to the expected value, or absolute. `least` is how many
        earlier points are enough, where that is not the installation's warm-up.
        """


@dataclass(frozen=True)
class Judgement:
    """What the judge says of one point, in the unit of the value."""

    value: float
    expected: float
    low: float
    high: float
    p_value: float
    direction: Direction
    abnormal: bool
    onset: datetime  # of the current abnormal run; the window's start when this is its first
    points: tuple[Point, ...]
    way: Way = "once"
    since: tuple[datetime, datetime] | None = None  # the onset is likely (90 %) between these, where it is not sharp


class Check(Protocol):
    """One way of noticing. Adding one: a file, a line in EVERY_CHECK, a broken world, a test, a docs heading."""

    about: About

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """What to measure on this installation; raises NotApplicable, naming what is missing."""

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """What is wrong in the history's window; [] when all is well."""
