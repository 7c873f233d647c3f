"""The measures of a feed, and its deliveries as history remembers them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import numpy as np
from sqlalchemy import literal

from checks.base import EVERYONE, Feed, Finding, History, Impact, Measure, Point, Series, Severity, Slice

# arrivals: everyone counts the whole deliveries of the window; slices ("broken", its beginning) what is no table.
# age: everyone is the age in seconds of the newest whole delivery; slice ("of", "period") that of its newest period,
# ("of", "usual gap") the usual time between deliveries. Of the window's last delivery: rows; repeats, rows that repeat
# a key; columns, one slice ("column", "name kind") each; past, the checksum of each column over each period's rows.
Aspect = Literal["arrivals", "age", "rows", "repeats", "columns", "past"]


def measure_of(feed: Feed, aspect: Aspect) -> Measure:
    """One aspect of a feed; observed, so that its SQL is never run."""
    return Measure(name_of(feed, aspect), f"feed:{feed.name}", "delivery", literal(1), literal(1))


def name_of(feed: Feed, aspect: Aspect) -> str:
    """The measure's name, such as "feed.rows:top10"."""
    return f"feed.{aspect}:{feed.name}"


def series_of(history: History, feed: Feed, aspect: Aspect) -> dict[Slice, Series]:
    """Every slice's series of an aspect."""
    return {series.slice: series for series in history.series(name_of(feed, aspect))}


@dataclass(frozen=True)
class Latest:
    """The windows of the last delivery (the one judged) and of the one before; None unless one came in this window."""

    now: int
    before: int | None

    @classmethod
    def of(cls, history: History, feed: Feed) -> Latest | None:
        """Found by the rows of whole deliveries."""
        rows = series_of(history, feed, "rows").get(EVERYONE)
        if rows is None or not np.isfinite(rows.values[-1]):
            return None
        came = np.flatnonzero(np.isfinite(rows.values))
        return cls(int(came[-1]), int(came[-2]) if len(came) > 1 else None)


@dataclass(frozen=True)
class Told:
    """What a feed's finding says."""

    title: str
    words: str
    aspect: Aspect
    value: float
    expected: float
    severity: Severity
    share: float = 1.0  # of the feed that is worse for it
    high: float | None = None
    onset: datetime | None = None
    points: tuple[Point, ...] = ()


def make_feed_finding(code: str, history: History, feed: Feed, told: Told, data: Mapping[str, Any]) -> Finding:
    """A finding about a feed. What it is compared with is exact, so its surprise is not a matter of chance."""
    high = told.expected if told.high is None else told.high
    return Finding(
        code=code,
        title=told.title,
        words=told.words,
        subject=f"feed:{feed.name}",
        measure=name_of(feed, told.aspect),
        slice=EVERYONE,
        window=history.window,
        onset=told.onset or history.window.start,
        value=told.value,
        expected=told.expected,
        low=min(told.expected, high),
        high=high,
        direction="up" if told.value >= told.expected else "down",
        n=0,
        surprise=10.0,
        severity=told.severity,
        impact=Impact(0, 0, told.share),
        points=told.points,
        data={**({"owner": feed.owner} if feed.owner else {}), **data},
    )
