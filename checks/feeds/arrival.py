"""Has it come, when it usually does, and is it about the present?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from checks.base import EVERYONE, Feed, Finding, History, Measure, Point, Series, Severity, Slice
from checks.wording import duration

from .base import Told, make_feed_finding, measure_of, series_of

GRACE = 0.25  # of the usual time between deliveries: later than that is late
LEAST_DELIVERIES = 4  # fewer make no habit
PERIOD, USUAL_GAP = Slice((("of", "period"),)), Slice((("of", "usual gap"),))


def arrival_measures(feeds: Sequence[Feed]) -> list[Measure]:
    """How old the newest whole delivery is, and how often one came."""
    return [measure_of(feed, aspect) for feed in feeds for aspect in ("age", "arrivals")]


def find_late(code: str, history: History, feed: Feed) -> list[Finding]:
    """One finding when the next delivery ought to have come, or when it came with nothing new in it."""
    ages = series_of(history, feed, "age")
    age, gap = ages.get(EVERYONE), _usual_gap(history, feed)
    if age is None or gap is None or not np.isfinite(age.values[-1]):
        return []
    usual, due = gap
    if age.values[-1] > due:
        return [_late(code, history, feed, age, usual, due)]
    about = ages.get(PERIOD)
    if about is None or not np.isfinite(about.values[-1]):
        return []
    bearable = _usual_lag(about) + due
    return [_old(code, history, feed, about, bearable)] if about.values[-1] > bearable else []


def _usual_gap(history: History, feed: Feed) -> tuple[float, float] | None:
    """Seconds between deliveries as a rule, and after how many the next is overdue."""
    told = series_of(history, feed, "age").get(USUAL_GAP)
    if told is not None and np.isfinite(told.values[-1]):
        return float(told.values[-1]), float(told.n[-1])
    rows = series_of(history, feed, "arrivals").get(EVERYONE)
    came = [] if rows is None else [window.end for window, n in zip(rows.windows, rows.values, strict=True) if n > 0]
    if len(came) < LEAST_DELIVERIES:
        return None
    gaps = np.diff([moment.timestamp() for moment in came])
    return overdue(gaps)


def overdue(gaps: Sequence[float] | np.ndarray) -> tuple[float, float]:
    """The usual gap (the median) and when the next delivery is overdue: later than nine in ten, and a grace."""
    usual = float(np.median(gaps))
    return usual, max((1 + GRACE) * usual, float(np.quantile(gaps, 0.9)))


def _usual_lag(about: Series) -> float:
    """How old the newest period is, at its youngest."""
    return float(np.nanmin(about.values))


def _late(code: str, history: History, feed: Feed, age: Series, usual: float, due: float) -> Finding:
    value = float(age.values[-1])
    since = history.window.end - timedelta(seconds=value - due)
    told = Told(
        title=f"{feed.name} has not come",
        words=f"The newest whole delivery of {feed.name} is {duration(value)} old; one usually comes every "
        f"{duration(usual)}.",
        aspect="age",
        value=value,
        expected=usual,
        high=due,
        severity=Severity.high if value > 2 * due else Severity.medium,
        onset=max(since, history.windows[0].start),
        points=_points(age, usual, due),
    )
    return make_feed_finding(code, history, feed, told, {})


def _old(code: str, history: History, feed: Feed, about: Series, bearable: float) -> Finding:
    value = float(about.values[-1])
    told = Told(
        title=f"{feed.name} comes without news",
        words=f"{feed.name} was delivered, but its newest {feed.period} is {duration(value)} old; it is usually at "
        f"most {duration(bearable)}.",
        aspect="age",
        value=value,
        expected=bearable,
        severity=Severity.medium,
        points=_points(about, bearable, bearable),
    )
    return make_feed_finding(code, history, feed, told, {})


def _points(series: Series, usual: float, due: float) -> tuple[Point, ...]:
    pairs = zip(series.windows, series.values, strict=True)
    return tuple(Point(window.start, float(value), usual, 0.0, due) for window, value in pairs if np.isfinite(value))
