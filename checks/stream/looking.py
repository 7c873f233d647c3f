"""What every view sees of the next rows, from those just before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .patterns import MEANS, Stretches
from .profile import DayProfile
from .views import EVERY_VIEW, REACH, STRETCHES, Near, shapes

Numbers = NDArray[np.float64]

NAMES = [view.name for view in EVERY_VIEW]
BOTH = (*(view.both for view in EVERY_VIEW), *(False for _ in STRETCHES))  # of each number of a row
OFF, OFF_LAST = (NAMES.index(name) for name in ("off its time of day and level", "off the last rows"))
LARGEST = 1e100  # beyond, sums of a few values would leave the numbers there are
RESTS = 1e-9  # what a series that never moves is divided by


@dataclass(frozen=True)
class Seen:
    """What there is to see of some rows."""

    views: Numbers  # (len(BOTH), r)
    expected: Numbers  # (r,) the level of the rows before, at this time of day


class Looking:
    """Holds the last rows, the profile of the day and the patterns seen."""

    def __init__(self) -> None:
        self._times, self._values, self._off = (np.empty(0) for _ in range(3))  # REACH rows, and those not yet learnt
        self._profile: DayProfile | None = None
        self._stretches = tuple(Stretches(length) for length in STRETCHES)
        self._middle, self._usual = 0.0, 1.0

    def look(self, times: Numbers, given: Numbers) -> Seen:
        """The next rows; a missing value (NaN) is taken for the one before."""
        if not len(self._values):
            self._begin(times, given)
        values = _filled(float(self._values[-1]), given)
        off = self._profile.off(times, values) if self._profile else np.full(len(values), np.nan)
        self._times = np.concatenate([self._times, times])
        self._values, self._off = np.concatenate([self._values, values]), np.concatenate([self._off, off])
        near = Near.of(self._values[-len(values) - REACH :], self._off[-len(values) - REACH :])
        seen = [view.of(near) for view in EVERY_VIEW]
        scale = self._middle, self._usual
        seen += [each.novelty(shapes(near.values, each.length, MEANS), *scale) for each in self._stretches]
        return Seen(np.stack(seen), np.where(np.isfinite(seen[OFF]), values - seen[OFF], values - seen[OFF_LAST]))

    def learn(self, ranked: Numbers) -> None:
        """Takes note of the rows shown so far; `ranked` (k,): the values of the past, smallest first."""
        new = slice(REACH, None)
        if self._profile is None:
            self._profile = DayProfile(float(np.median(np.abs(np.diff(self._times[new])))))
        self._profile.learn(self._times[new], self._values[new])
        for each in self._stretches:
            each.learn()
        self._times, self._values, self._off = (rows[-REACH:] for rows in (self._times, self._values, self._off))
        low, middle, high = ranked[[len(ranked) // 10, len(ranked) // 2, len(ranked) * 9 // 10]]
        self._middle, self._usual = float(middle), float(high - low or ranked[-1] - ranked[0] or RESTS)

    def _begin(self, times: Numbers, given: Numbers) -> None:
        known = given[np.isfinite(given)]
        first = np.clip(known[0], -LARGEST, LARGEST) if len(known) else 0.0
        self._times, self._values, self._off = np.full(REACH, times[0]), np.full(REACH, first), np.full(REACH, np.nan)


def _filled(last: float, given: Numbers) -> Numbers:
    """Without gaps: where there is no value, the one before."""
    rows = np.concatenate([[last], np.where(np.isfinite(given), np.clip(given, -LARGEST, LARGEST), np.nan)])
    at = np.maximum.accumulate(np.where(np.isfinite(rows), np.arange(len(rows)), 0))
    return np.asarray(rows[at][1:])
