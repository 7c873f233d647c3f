"""How the exposure of launched titles began, each by itself and all together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .base import EVERYONE, History, Slice
from .events import Launch

EXPOSURE = "item.exposure"
FOLLOWED = 7  # windows after its launch in which an item is judged
COMPARABLES = 6  # fewer past launches say too little
PLENTY = 8.0  # impressions expected by now: with fewer, none at all may be chance
SET_UP = {"has_artwork": "no artwork", "has_trailer": "no trailer", "language": "no language", "genres": "no genres"}

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Start:
    """How an item's exposure began: impressions and all impressions, window by window from its first whole one."""

    launch: Launch
    first: int  # index of that window
    shown: tuple[float, ...]
    of: tuple[float, ...]

    @property
    def name(self) -> str:
        """As people know it: "Comedy no. 41 (i041)"."""
        return f"{self.launch.title or 'Item'} ({self.launch.item_id})"

    def share(self, windows: int) -> float:
        """Its share of all impressions in the first so many windows."""
        return sum(self.shown[:windows]) / max(1.0, sum(self.of[:windows]))


@dataclass(frozen=True)
class Together:
    """All titles in their first windows: impressions, and what is usual at their age; arrays (windows,)."""

    seen: Numbers
    due: Numbers
    young: tuple[tuple[Start, float, float], ...]  # of the last window: seen and due of each


def starts_of(history: History) -> list[Start]:
    """Every launch in the history with its exposure so far, oldest first."""
    series = {one.slice: one for one in history.series(EXPOSURE)}
    total = series.get(EVERYONE)
    if total is None or not np.isfinite(total.values[-1]):
        return []
    starts = []
    for launch in history.launches():
        mine = series.get(Slice((("item_id", launch.item_id),)))
        first = _first_whole(history, launch.at)
        if mine is None or first is None or not np.isfinite(mine.values[first]):
            continue
        shown = np.nan_to_num(mine.values[first : first + FOLLOWED])
        starts.append(Start(launch, first, tuple(shown), tuple(np.nan_to_num(total.values[first : first + FOLLOWED]))))
    return sorted(starts, key=lambda start: start.first)


def put_together(starts: Sequence[Start], total: Numbers) -> Together:
    """What the titles whose set-up is whole had, and what was due to them; `total` is everyone's impressions.

    Nothing is due at an age that too few launches have reached. Titles share the place that is given to new ones: many
    launched at once are due no more, all together, than new titles usually have.
    """
    last, whole = len(total) - 1, [start for start in starts if not lacks(start.launch.facts)]
    usual = np.array([_usual_at(age, whole, last) for age in range(FOLLOWED)])
    seen, due, young = np.zeros(len(total)), np.zeros(len(total)), []
    for start in whole:
        ages = np.flatnonzero(np.isfinite(usual[: len(start.shown)]))
        shown, expected = np.array(start.shown)[ages], (np.array(start.of) * usual[: len(start.of)])[ages]
        seen[start.first + ages] += shown
        due[start.first + ages] += expected
        if start.first + len(start.shown) > last and len(ages) == len(start.shown):
            young.append((start, float(shown[-1]), float(expected[-1])))
    had = (due[:-1] > 0) & (total[:-1] > 0)
    place = float(np.median(seen[:-1][had] / total[:-1][had])) if had.any() else 0.0
    return Together(seen, np.minimum(due, place * total), tuple(young))


def _usual_at(age: int, starts: Sequence[Start], last: int) -> float:
    """The median share of all impressions that launches had in a window at that age; NaN when too few had one."""
    known = [start for start in starts if age < len(start.shown) and start.first + age < last and start.of[age] > 0]
    shares = [start.shown[age] / start.of[age] for start in known]
    return float(np.median(shares)) if len(shares) >= COMPARABLES else np.nan


def _first_whole(history: History, at: datetime | None) -> int | None:
    return next((i for i, window in enumerate(history.windows) if at is not None and window.start >= at), None)


def lacks(facts: Mapping[str, Any]) -> list[str]:
    """What the catalogue says is not set up."""
    return [words for field, words in SET_UP.items() if field in facts and facts[field] in (None, False, "", 0)]
