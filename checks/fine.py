"""Windows shorter than an hour: judged row by row by the stream's judge, the very one that `backtest` runs.

A day of them holds more windows than a year of days: what is usual is learnt from their own past alone, and an event is
said to begin at the window that raised the alarm.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from .bar import STILL, Bar
from .base import Direction, Point, Series
from .judging import Judgement
from .stream.cooling import REST
from .stream.judge import ALARM, Judged, StreamJudge, evidence_of

Numbers = NDArray[np.float64]

FINE = timedelta(hours=1)
PICTURED = 60  # windows in a finding's chart
RATE = 3e-4  # of the windows of a healthy series that reach the line of alarm by chance, at most
TENFOLD = 3.0  # so much more evidence is ten times as rare
GOES_ON = 0.5  # an event lasts while the value is at least this share as far off as in its first window


def is_fine(series: Series) -> bool:
    """Whether these windows are for the stream's judge."""
    return bool(series.windows) and series.windows[-1].end - series.windows[-1].start < FINE


def judge_fine(series: Series, bar: Bar) -> Judgement:
    """The last window, after all before it; abnormal from the alarm on, for as long as what raised it goes on."""
    times = np.array([window.start.timestamp() for window in series.windows])
    said = StreamJudge().judge(times, series.values)
    last = len(times) - 1
    event = _event(series.values, said)
    at = int(event[0]) if len(event) else last
    value, expected = float(series.values[last]), float(said.expected[at])
    side: Direction = "up" if value >= expected else "down"
    chance = chance_of(float(said.scores[event].max())) if len(event) else 1.0
    sure = side in bar.directions and chance <= sum(bar.alpha.values())
    abnormal = len(event) > 0 and sure and bar.matters(value, expected, side, 1.0 if at == last else STILL)
    low, high = _band(series.values, said.expected, at)
    onset = series.windows[at].start
    return Judgement(value, expected, low, high, chance, side, abnormal, onset, _points(series, said))


def chance_of(score: float) -> float:
    """How often a window of a healthy series scores as much."""
    return float(min(1.0, RATE * 10 ** ((ALARM - evidence_of(score)) / TENFOLD)))


def _event(values: Numbers, said: Judged) -> NDArray[np.int64]:
    """The rows of the alarms that what goes on now has raised, the first one first; none where nothing does."""
    alarms = np.flatnonzero(said.alarms)
    if not len(alarms) or len(values) - alarms[-1] > REST:
        return alarms[:0]
    began = np.flatnonzero(np.diff(alarms, prepend=-2 * REST) > REST)[-1]
    for place in range(began, len(alarms)):
        if _goes_on(values[alarms[place] :], float(said.expected[alarms[place]])):
            return alarms[place:]
    return alarms[:0]


def _goes_on(values: Numbers, expected: float) -> bool:
    gap = values - expected
    back = np.sign(gap[0]) * gap < GOES_ON * abs(gap[0])
    return not bool((back & np.isfinite(gap)).any())


def _band(values: Numbers, expected: Numbers, at: int) -> tuple[float, float]:
    """Where 99 of 100 values before this one would have lain, seen from what is expected of it."""
    off = (values - expected)[:at]
    low, high = np.nanquantile(off, (0.005, 0.995)) if np.isfinite(off).any() else (0.0, 0.0)
    return float(expected[at] + low), float(expected[at] + high)


def _points(series: Series, said: Judged) -> tuple[Point, ...]:
    rows = range(max(0, len(series.values) - PICTURED), len(series.values))
    value, expected = series.values, said.expected
    return tuple(
        Point(series.windows[i].start, float(value[i]), float(expected[i])) for i in rows if np.isfinite(value[i])
    )
