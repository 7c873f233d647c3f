"""Has history moved that ought to lie still?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from checks.base import EVERYONE, Feed, Finding, History, Measure, Severity
from checks.evidence import loudness
from checks.wording import plural

from .base import Latest, Told, make_feed_finding, measure_of, series_of

NAMED = 3  # periods and columns that are named; the rest are counted


def restatement_measures(feeds: Sequence[Feed]) -> list[Measure]:
    """A checksum of every column over every period, for feeds whose rows are about a time."""
    return [measure_of(feed, "past") for feed in feeds if feed.period]


def find_restated(code: str, history: History, feed: Feed) -> list[Finding]:
    """One finding when past periods are told otherwise than the time before, or are gone."""
    latest = Latest.of(history, feed)
    if latest is None or latest.before is None:
        return []
    changed: dict[str, set[str]] = defaultdict(set)
    before, now = set[str](), set[str]()
    cells = 0
    for part, series in series_of(history, feed, "past").items():
        if part == EVERYONE:
            continue
        period, column = part.parts[0][1], part.parts[1][1]
        was, says = series.values[latest.before], series.values[latest.now]
        before |= {period} if np.isfinite(was) else set()
        now |= {period} if np.isfinite(says) else set()
        cells += bool(np.isfinite(was))
        if np.isfinite(was) and np.isfinite(says) and was != says:
            changed[period].add(column)
    gone = {period for period in before - now if period >= min(now, default="")}  # the oldest may be let go
    return _tell(code, history, feed, changed, gone, cells) if changed or gone else []


def _tell(
    code: str, history: History, feed: Feed, changed: dict[str, set[str]], gone: set[str], cells: int
) -> list[Finding]:
    columns = sorted(set().union(*changed.values())) if changed else []
    parts = [f"{', '.join(columns[:NAMED])}{_more(columns)} changed in {_periods(feed, changed)}"] if changed else []
    parts += [f"all rows of {_periods(feed, gone)} are gone"] if gone else []
    moved = sum(len(named) for named in changed.values()) + len(gone) * max(1, len(columns))
    share = moved / max(cells, 1)
    told = Told(
        title=f"{feed.name} tells its past otherwise",
        words=f"Compared with the delivery before, {' and '.join(parts)}.",
        aspect="past",
        value=float(len(changed.keys() | gone)),
        expected=0.0,
        severity=max(Severity.medium if gone else Severity.low, loudness(share)),
        share=share,  # of all values of a column and period that were told before
    )
    data = {"periods": sorted(changed.keys() | gone), "columns": columns, "gone": sorted(gone)}
    return [make_feed_finding(code, history, feed, told, data)]


def _periods(feed: Feed, periods: dict[str, set[str]] | set[str]) -> str:
    named = sorted(periods, reverse=True)
    noun = feed.period or "period"
    if len(named) == 1:
        return f"the {noun} {named[0]}"
    return f"{plural(len(named), noun)}, the newest {named[0]}"


def _more(columns: Sequence[str]) -> str:
    return f" and {len(columns) - NAMED} more" if len(columns) > NAMED else ""
