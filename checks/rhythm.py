"""What repeats in traffic: the weekday, and the hour of the day where windows are shorter than a day."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta, tzinfo

import numpy as np
from numpy.typing import NDArray

from .base import Window

DAY = timedelta(days=1)
SLACK = timedelta(hours=1)  # a day of a changing clock has 23 or 25 hours
WEEKDAYS_NEED = 14  # days: two of each weekday ...
PARTLY = 13  # ... of which a few windows may be missing, where a day has several
HOURS_NEED = 3  # days


@dataclass(frozen=True)
class Season:
    """Which windows are of a kind, such as all Mondays, or all mornings."""

    phases: NDArray[np.int64]  # (t,), from 0
    needs: int  # windows of history below which it cannot be told


@dataclass(frozen=True)
class Rhythm:
    """What a baseline has to take out before it looks at the level."""

    seasons: tuple[Season, ...] = ()
    trending: bool = True  # within a day the hours would pass for a trend

    @classmethod
    def of(cls, windows: Sequence[Window], zone: tzinfo | None) -> Rhythm:
        """The rhythm of windows of about one length, oldest first; weekdays and hours are those of `zone`."""
        lasts = windows[-1].end - windows[-1].start
        if lasts > DAY + SLACK:
            return cls()
        starts = [window.start.astimezone(zone) for window in windows]
        weekdays = np.array([start.weekday() for start in starts], dtype=np.int64)
        if lasts >= DAY - SLACK:
            return cls((Season(weekdays, WEEKDAYS_NEED),))
        seconds = np.array([start.hour * 3600 + start.minute * 60 for start in starts])
        slots = math.ceil(DAY / lasts)
        hours = Season((seconds // lasts.total_seconds()).astype(np.int64), HOURS_NEED * slots)
        return cls((hours, Season(weekdays, PARTLY * slots)), trending=False)


def windows_in(days: float, length: timedelta, least: int) -> int:
    """How many windows of this length make so many days, but never fewer than `least`."""
    return max(least, math.ceil(timedelta(days=days) / length))
