"""What a check is, what it asks of the judge, and what it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

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

    def weigh(self, series: Series, kind: Kind, chance: Chance, *, floor: float) -> Judgement | None:
        """The same verdict on a chance that the check has worked out itself; `floor` is relative.

        For where the check knows what one series alone does not tell, such as how others like it vary.
        """

    def usual(self, series: Series, kind: Kind) -> NDArray[np.bool_]:
        """Which windows say what is usual (t,): not the last, and none that is known to be bad."""


@dataclass(frozen=True)
class Chance:
    """How likely the last windows of a series are on healthy days, one side, all ways it was looked at included."""

    of_it: float
    direction: Direction
    windows: int = 1  # the last so many, taken together

    @property
    def way(self) -> Way:
        """Whether one window says it, or several together."""
        return "once" if self.windows == 1 else "lasting"


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
