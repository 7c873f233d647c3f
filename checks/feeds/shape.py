"""Is it a table, with the columns it had, and every row once?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from checks.base import EVERYONE, Feed, Finding, History, Measure, Severity
from checks.evidence import loudness
from checks.wording import count, plural

from .base import Latest, Told, make_feed_finding, measure_of, series_of

EMPTY = "empty"  # the kind of a column without a value: no kind to speak of


def shape_measures(feeds: Sequence[Feed]) -> list[Measure]:
    """What came that is no table, and the columns of what is one."""
    return [measure_of(feed, aspect) for feed in feeds for aspect in ("arrivals", "columns")]


def key_measures(feeds: Sequence[Feed]) -> list[Measure]:
    """Rows that repeat a key, for the feeds that have one."""
    return [measure_of(feed, "repeats") for feed in feeds if feed.key]


def find_no_table(code: str, history: History, feed: Feed) -> list[Finding]:
    """One finding when something was delivered in this window that is no table at all."""
    broken = [
        (part.parts[0][1], series.values[-1])
        for part, series in series_of(history, feed, "arrivals").items()
        if part != EVERYONE and np.isfinite(series.values[-1]) and series.values[-1] > 0
    ]
    if not broken:
        return []
    told = Told(
        title=f"What came as {feed.name} is not a table",
        words=f"{plural(int(sum(n for _, n in broken)), 'delivery').replace('deliverys', 'deliveries')} of {feed.name} "
        f'cannot be read as a table; it begins "{broken[0][0]}".',
        aspect="arrivals",
        value=float(sum(n for _, n in broken)),
        expected=0.0,
        severity=Severity.high,
    )
    return [make_feed_finding(code, history, feed, told, {"begins": broken[0][0]})]


def find_reshaped(code: str, history: History, feed: Feed) -> list[Finding]:
    """One finding naming the columns that came, went or changed their kind since the delivery before."""
    latest = Latest.of(history, feed)
    if latest is None or latest.before is None:
        return []
    now, before = (_columns(history, feed, at) for at in (latest.now, latest.before))
    gone, new = [n for n in before if n not in now], [n for n in now if n not in before]
    both = [name for name in now if name in before and EMPTY not in (now[name], before[name])]
    changed = [name for name in both if now[name] != before[name]]
    if not gone and not new and not changed:
        return []
    parts = [f"without {', '.join(gone)}"] if gone else []
    parts += [f"with {', '.join(new)} new"] if new else []
    parts += [f"with {name} as {now[name]} instead of {before[name]}" for name in changed]
    told = Told(
        title=f"{feed.name} has other columns",
        words=f"{feed.name} was delivered {' and '.join(parts)}.",
        aspect="columns",
        value=float(len(now)),
        expected=float(len(before)),
        severity=Severity.high if gone else Severity.medium if changed else Severity.low,
    )
    return [make_feed_finding(code, history, feed, told, {"gone": gone, "new": new, "changed": changed})]


def find_repeated(code: str, history: History, feed: Feed) -> list[Finding]:
    """One finding when rows repeat the key that makes them unique, and more than they used to."""
    latest = Latest.of(history, feed)
    repeats = series_of(history, feed, "repeats").get(EVERYONE)
    if latest is None or repeats is None:
        return []
    value, rows = float(repeats.values[latest.now]), float(repeats.n[latest.now])
    usual = float(np.nanmax(repeats.values[: latest.now])) if np.isfinite(repeats.values[: latest.now]).any() else 0.0
    if not value > usual:
        return []
    told = Told(
        title=f"Rows of {feed.name} repeat their key",
        words=f"{count(value)} of {count(rows)} rows of {feed.name} have the same {', '.join(feed.key)} as another; "
        f"usually at most {count(usual)} do.",
        aspect="repeats",
        value=value,
        expected=usual,
        severity=loudness(value / max(rows, 1.0)),
        share=value / max(rows, 1.0),
    )
    return [make_feed_finding(code, history, feed, told, {})]


def _columns(history: History, feed: Feed, at: int) -> dict[str, str]:
    """Name and kind of each column of the delivery of that window."""
    there = [
        part.parts[0][1]
        for part, series in series_of(history, feed, "columns").items()
        if part != EVERYONE and np.isfinite(series.values[at]) and series.values[at] > 0
    ]
    return {name: kind for name, _, kind in (column.rpartition(" ") for column in there)}
