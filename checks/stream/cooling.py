"""One event is said once, and what keeps coming back is ever less news."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

REST = 180  # rows
WORSE, MORE = 1.3, 0.75  # so many times the evidence of the event before, and so much more, is news
NEWS = 1.0  # evidence below this is never an event
ALIKE = 0.8  # an event of at least this share of the evidence was one like this ...
FEW, KNOWN = 2, 0.2  # ... and each of them beyond a few takes so much from it
REMEMBERED = 30  # events: what keeps coming back is what did so lately
EARLY = 150  # rows before which nothing is said: too little is known to be surprised


class Cooling:
    """Lets the evidence of a row through where it is news, else none."""

    def __init__(self) -> None:
        self._row = 0
        self._said_at = -REST
        self._said = 0.0
        self._events: deque[float] = deque(maxlen=REMEMBERED)

    def news(self, evidence: Numbers) -> Numbers:
        """The evidence of the next rows, (r,), 0 where it tells of an event that is known."""
        new = np.zeros(len(evidence))
        for i in np.flatnonzero(evidence > NEWS):
            if self._row + i >= EARLY:
                new[i] = self._news(self._row + int(i), float(evidence[i]))
        self._row += len(evidence)
        return new

    def _news(self, row: int, evidence: float) -> float:
        if self._said and row - self._said_at > REST:
            self._events.append(self._said)
            self._said = 0.0
        if self._said and evidence <= WORSE * self._said + MORE:
            return 0.0
        self._said, self._said_at = evidence, row
        alike = sum(event >= ALIKE * evidence for event in self._events)
        return max(0.0, evidence - KNOWN * max(0, alike - FEW))
