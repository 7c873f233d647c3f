"""Two sources of evidence made into one number with an interval: shadow scoring, and what came of launches before.

What filters and missing features take away is read off the model and the log, and multiplied in: launches before had
no such trouble to learn it from. What the rest comes to is learnt: shadow scoring alone is off by whatever changes
between a week ahead and the day itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bot.launches.predictor import Predictor

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 10  # past launches, below which nothing is foretold
MANY = 100  # ... from which on the catalogue's facts are learnt from: of thirty, chance looks like a rule
NOMINAL = 0.8
LEAST_KEPT = 0.05  # a launch that lost nearly all says nothing about the rest

Numbers = NDArray[np.float64]


class TooFewLaunches(Exception):
    """There is too little to learn from; the message says how much is needed."""


@dataclass(frozen=True)
class Evidence:
    """What is known of a launch ahead of it."""

    at: datetime
    rank: float  # what shadow scoring said
    lost: float  # the share that filters and missing features take away
    facts: Mapping[str, Any]  # of the catalogue, as known then


@dataclass(frozen=True)
class Expected:
    """Shares of requests."""

    value: float
    low: float
    high: float


class Combined:
    """Learns from past launches, `outcome` (n,) being what came of each; foretells others."""

    def __init__(self, past: Sequence[Evidence], outcome: Numbers) -> None:
        kept = np.array([1 - one.lost for one in past])
        sound = kept >= LEAST_KEPT
        if sound.sum() < FEWEST:
            raise TooFewLaunches(
                f"{int(sound.sum())} past launches are too few to learn from: at least {FEWEST} are needed."
            )
        self.launches = int(sound.sum())
        self.usual = float(np.median(outcome))
        known = [one for one, is_sound in zip(past, sound, strict=True) if is_sound]
        self._learnt = _learn(known, _spread(outcome[sound] / kept[sound]))

    def expect(self, ahead: Sequence[Evidence]) -> list[Expected]:
        """What will come of each."""
        told = self._learnt(ahead)
        kept = [1 - one.lost for one in ahead]
        return [Expected(*(share * _share(each) for each in one)) for share, one in zip(kept, told, strict=True)]


def _learn(past: Sequence[Evidence], known: Numbers) -> Any:
    """A function from evidence to (value, low, high) each, on the scale of `_spread`."""
    return _learn_much(past, known) if len(past) >= MANY else _learn_little(past, known)


def _learn_much(past: Sequence[Evidence], known: Numbers) -> Any:
    predictor = Predictor("at", "outcome", NOMINAL).fit(_table(past).assign(outcome=known))

    def expect(ahead: Sequence[Evidence]) -> list[tuple[float, float, float]]:
        if not ahead:
            return []
        told = predictor.predict(_table(ahead).reindex(columns=_table(past).columns))
        return list(zip(told.value, told.low, told.high, strict=True))

    return expect


def _learn_little(past: Sequence[Evidence], known: Numbers) -> Any:
    """A line through what shadow scoring said, as steep as so few launches prove, and how far off it leaves each.

    The interval is that of the jackknife+ (Barber, Candes, Ramdas and Tibshirani, Annals of Statistics 49, 2021).
    """
    rank = np.array([one.rank for one in past])
    fits = [_fit_line(np.delete(rank, i), np.delete(known, i)) for i in range(len(past))]
    off = np.array([abs(y - a - b * x) for (a, b), x, y in zip(fits, rank, known, strict=True)])
    a, b = _fit_line(rank, known)

    def expect(ahead: Sequence[Evidence]) -> list[tuple[float, float, float]]:
        return [(a + b * one.rank, *_jackknife(fits, off, one.rank)) for one in ahead]

    return expect


def _fit_line(x: Numbers, y: Numbers) -> tuple[float, float]:
    """Level and slope; the slope is drawn towards none, as far as the points are scattered."""
    from sklearn.linear_model import BayesianRidge

    line = BayesianRidge().fit(x[:, None], y)
    return float(line.intercept_), float(line.coef_[0])


def _jackknife(fits: Sequence[tuple[float, float]], off: Numbers, x: float) -> tuple[float, float]:
    values = np.array([a + b * x for a, b in fits])
    tail = (1 - NOMINAL) * (len(off) + 1)
    low, high = np.sort(values - off), np.sort(values + off)
    at = int(np.clip(np.floor(tail), 1, len(off))) - 1
    return float(low[at]), float(high[len(off) - 1 - at])


def _table(evidence: Sequence[Evidence]) -> pd.DataFrame:
    """A row a launch: what the catalogue says, and what shadow scoring did."""
    import pandas as pd

    rows = [
        {name: value for name, value in one.facts.items() if isinstance(value, str | int | float | bool)}
        | {"at": one.at, "rank": one.rank}
        for one in evidence
    ]
    return pd.DataFrame(rows).assign(at=lambda table: pd.to_datetime(table["at"], utc=True))


def _spread(share: Any) -> Numbers:
    """Shares on a scale on which those near 0 vary as much as others: the arc sine of the root."""
    return np.asarray(np.arcsin(np.sqrt(np.clip(share, 0, 1))))


def _share(spread: float) -> float:
    return float(np.sin(np.clip(spread, 0, np.pi / 2)) ** 2)
