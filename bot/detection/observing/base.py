"""What an observer is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.recommender.contract import Measured, Recommender
from checks.base import Measure, Window


@dataclass(frozen=True)
class Scene:
    """What there is to observe: windows that lack these measures, and the rows their relation has in each."""

    recommender: Recommender
    windows: Sequence[Window]
    rows: Mapping[Window, int]  # of the measure's relation; a window without any is not there
    history: Sequence[Window] = ()  # every window there may be measurements of, the one to judge last


# Takes one measure of its kind; what it raises is a failure of the relations that the measure reads.
Observer = Callable[[Measure, Scene], list[Measured]]
