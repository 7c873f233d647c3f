"""One event is said once, and what comes every day, or every week, at about the same hour is no news."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

SHORT_REST, REST = 72, 180  # rows: an event goes on for the first number at least, and up to the second ...
LONG = 15 * 3600.0  # seconds: ... as far as these rows lie within so long
WORSE, MORE = 1.3, 0.75  # so many times the evidence of the event before, and so much more, is news
NEWS = 1.0  # evidence below this is never an event
ALIKE = 0.8  # an event of at least this share of the evidence was one like this
REMEMBERED = 60  # events: what is routine did come lately
DAY, ABOUT = 86_400.0, 2_700.0  # seconds: an event within three quarters of an hour of one of ...
RHYTHMS = ((1, 2, 3), (7, 14, 21))  # ... so many days ago ...
ROUTINE = (1.0, 0.8, 0.3, 0.2)  # ... is news by so much, on how many of them there was one like it
EARLY = 150  # rows before which nothing is said: too little is known to be surprised


class Cooling:
    """Lets the evidence of a row through where it is news, else none."""

    def __init__(self) -> None:
        self._row = 0
        self._said_at = 0
        self._events: deque[tuple[float, float]] = deque(maxlen=REMEMBERED)  # when, and the evidence

    def news(self, times: Numbers, evidence: Numbers) -> Numbers:
        """The evidence of the next rows, (r,), 0 where it tells of an event that is known; `times` in seconds."""
        new = np.zeros(len(evidence))
        for i in np.flatnonzero(evidence > NEWS):
            if self._row + i >= EARLY:
                new[i] = self._news(self._row + int(i), float(times[i]), float(evidence[i]))
        self._row += len(evidence)
        return new

    def _news(self, row: int, time: float, evidence: float) -> float:
        going_on = self._goes_on(row, time)
        if going_on and evidence <= WORSE * self._events[-1][1] + MORE:
            return 0.0
        like = [at for at, event in self._events if event >= ALIKE * evidence]
        if going_on:
            self._events.pop()
        self._events.append((time, evidence))
        self._said_at = row
        return evidence * ROUTINE[max(_times_with(like, time, days) for days in RHYTHMS)]

    def _goes_on(self, row: int, time: float) -> bool:
        """Whether the last event does."""
        if not self._events:
            return False
        rows, passed = row - self._said_at, abs(time - self._events[-1][0])
        return rows <= SHORT_REST or (rows <= REST and passed <= LONG)


def _times_with(events: list[float], time: float, days: tuple[int, ...]) -> int:
    """How many times there was one so many days ago, at about this time of the day."""
    return sum(any(abs(time - ago * DAY - at) <= ABOUT for at in events) for ago in days)
