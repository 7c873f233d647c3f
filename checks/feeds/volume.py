"""Is all of it there?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from checks.base import EVERYONE, Feed, Finding, History, Measure, Point
from checks.evidence import loudness
from checks.wording import count, percent

from .base import Latest, Told, make_feed_finding, measure_of, series_of

FEWER = 0.1  # of the rows of the delivery before: a feed is delivered whole, and does not shrink by so much
MORE = 1.0  # nor does it double


def volume_measures(feeds: Sequence[Feed]) -> list[Measure]:
    """The rows of the window's last delivery."""
    return [measure_of(feed, "rows") for feed in feeds]


def find_shrunk(code: str, history: History, feed: Feed) -> list[Finding]:
    """One finding when a delivery is much smaller, or much larger, than the two before."""
    latest = Latest.of(history, feed)
    if latest is None or latest.before is None:
        return []
    rows = series_of(history, feed, "rows")[EVERYONE]
    value, before = float(rows.values[latest.now]), float(rows.values[latest.before])
    came = rows.values[: latest.now][np.isfinite(rows.values[: latest.now])]
    lately = came[-2:]  # if the one before was odd itself, the one before that is the measure
    low, high = (1 - FEWER) * float(lately.min()), (1 + MORE) * float(lately.max())
    if low <= value <= high:
        return []
    share = abs(value - before) / max(value, before, 1.0)
    told = Told(
        title=f"{feed.name} has {percent(share)} {'fewer' if value < before else 'more'} rows",
        words=f"{feed.name} was delivered with {count(value)} rows, the time before with {count(before)}.",
        aspect="rows",
        value=value,
        expected=before,
        high=high,
        severity=loudness(share),
        share=share,
        points=tuple(
            Point(window.start, float(seen), before, low, high)
            for window, seen in zip(rows.windows, rows.values, strict=True)
            if np.isfinite(seen)
        ),
    )
    return [make_feed_finding(code, history, feed, told, {})]
