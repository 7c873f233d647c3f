"""The judge of fine windows: is this row odd, for this series, as far as it has been seen?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .cooling import Cooling
from .evidence import Evidence
from .looking import BOTH, Looking
from .ranks import Ranks
from .tails import NOMINAL

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

TOP, TOP_RARITY = 0.1, 0.1  # the share of the past that a view's tail is drawn from, and that of its rarities
SHORTEST, LONGEST, GROWTH = 32, 256, 50  # rows learnt at once: a fiftieth of the past, at least and at most so many
ALARM = 3.5  # evidence that raises an alarm
LINE = 0.5  # the score of it
PLACES = 6


@dataclass(frozen=True)
class Judged:
    """What is said of some rows, each (r,)."""

    scores: Numbers  # from 0 to 1; 0 where nothing new is said
    alarms: Flags
    expected: Numbers  # by the rows just before, and the time of day

    @classmethod
    def nothing(cls) -> Judged:
        """What is said of no rows."""
        return cls(np.empty(0), np.empty(0, dtype=bool), np.empty(0))


class StreamJudge:
    """Judges each row by what came before it; learns in blocks, so that how rows are handed over changes nothing.

    Each view (value, level, pattern ...) says how rare the row is in its own past, and how rare such a rarity has been
    in this series is what that is worth: the second look makes series of very different nature alike. The evidence is
    the sum over the views (Fisher, Statistical methods for research workers, 1932).
    """

    def __init__(self) -> None:
        self._rows = 0
        self._left = SHORTEST  # rows until something is learnt
        self._looking, self._cooling = Looking(), Cooling()
        self._evidence = Evidence()
        self._views, self._rarities = Ranks(BOTH, TOP), Ranks([False] * len(BOTH), TOP_RARITY, NOMINAL)

    def judge(self, times: Numbers, values: Numbers) -> Judged:
        """The next rows: `times` (r,) in seconds since 1970, `values` (r,), NaN where there is none."""
        return _join([self._judge(times[rows], values[rows]) for rows in self._blocks(len(values))])

    def _blocks(self, count: int) -> Iterator[slice]:
        """The next rows, cut where something is to be learnt between them."""
        start = 0
        while start < count:
            stop = min(count, start + self._left)
            yield slice(start, stop)
            self._left -= stop - start
            if not self._left:
                self._learn()
            start = stop

    def _judge(self, times: Numbers, values: Numbers) -> Judged:
        """Rows between which nothing is learnt."""
        seen = self._looking.look(times, values)
        evidence = self._evidence.weigh(self._rarities.rarity(self._views.rarity(seen.views)))
        self._rows += len(values)
        new = self._cooling.news(times, np.where(np.isfinite(values), evidence, 0.0))
        scores = np.round(new / (new + ALARM), PLACES)
        return Judged(scores, scores >= LINE, seen.expected)

    def _learn(self) -> None:
        self._views.learn()
        self._rarities.learn()
        self._looking.learn(self._views.ranked[0])
        self._left = int(np.clip(self._rows // GROWTH, SHORTEST, LONGEST))


def _join(parts: list[Judged]) -> Judged:
    every = [Judged.nothing(), *parts]
    return Judged(
        *(np.concatenate([getattr(each, name) for each in every]) for name in ("scores", "alarms", "expected"))
    )


def evidence_of(score: float) -> float:
    """The evidence that a score stands for."""
    return ALARM * score / (1 - score)
