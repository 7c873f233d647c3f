"""D02: how old the newest row is when a window closes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from sqlalchemy import func

from checks.base import EVERYONE, About, Finding, History, Impact, Measure, Schema, Series, Severity
from checks.evidence import Claim, Judged, judge_all, make_finding, narrow
from checks.feeds.arrival import arrival_measures, find_late
from checks.judging import Judge
from checks.rhythm import DAY
from checks.wording import count, duration, where

TABLES = ("impressions", "outcomes", "requests")
OLDER = 3.0  # times older than expected, beyond the expected age
LEAST = 1 / 12  # of a window: two hours of a day
HALF = 0.5  # a table is gone when this share of its rows, or more, is missing; and it is empty
PLENTY = 30.0  # rows in every window so far: then one without any is no chance


class Freshness:
    """A table, or a part of it, has stopped arriving."""

    about = About(
        code="D02",
        title="Freshness",
        notices="When the window closed, the newest row of a table was much older than usual, or there was none at "
        "all; also for one part of the traffic. A feed is overdue, or comes without anything new.",
        misses="Rows that arrive in time with old content (see M01), and a gap that has closed again.",
        needs=("impressions.ts",),
        severity="Critical when no impressions arrive at all; else by the share of the window that is not there yet.",
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """The age of each table's newest row; of impressions by slice."""
        if not schema.feeds:
            schema.column("impressions", "ts")
        return [
            Measure(_name(table), table, "age", func.max(columns["ts"]), func.count(), _slices(schema, table))
            for table, columns in schema.relations.items()
            if table in TABLES and "ts" in columns
        ] + arrival_measures(schema.feeds)

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """Nothing arrived at all, or the newest row is old."""
        found = []
        for table in TABLES:
            series = history.series(_name(table))
            if _vanished(series, judge):
                found.append(self._gone(history, table, series[0]))
                continue
            late = judge_all(series, judge, "age", ("up",), OLDER, True)
            found += [self._late(history, table, one) for one in narrow(late, relative=True) if _matters(history, one)]
        return found + [each for feed in schema.feeds for each in find_late(self.about.code, history, feed)]

    def _late(self, history: History, table: str, one: Judged) -> Finding:
        age, usual = duration(one.judgement.value), duration(one.judgement.high)
        place = where(one.series.slice)
        title = f"{table.capitalize()} stopped arriving {age} before the window closed"
        words = f"The newest row of {table}{place} was {age} old when the window closed, usually at most {usual}."
        return make_finding(
            self.about, history, one, Claim(title, words, f"table:{table}", touched=_share(history, one))
        )

    def _gone(self, history: History, table: str, series: Series) -> Finding:
        window = history.window
        empty = ~np.isfinite(series.values)
        first = len(empty) - int(np.argmin(empty[::-1]))
        last = series.windows[first - 1].end.timestamp() - series.values[first - 1]
        age = window.end.timestamp() - float(last)
        usual = float(np.nanmedian(series.values))
        rows = float(np.nanmedian(series.n[series.n > 0]))
        return Finding(
            code=self.about.code,
            title=f"No {table} have arrived",
            words=f"Not one row of {table} has arrived for this window, usually about {count(rows)}; the newest is "
            f"from {duration(age)} before its end.",
            subject=f"table:{table}",
            measure=series.measure,
            slice=EVERYONE,
            window=window,
            onset=series.windows[first].start,
            value=age,
            expected=usual,
            low=0.0,
            high=max(usual, float(np.nanmax(series.values))),
            direction="up",
            n=0,
            surprise=10.0,
            severity=Severity.critical if table == "impressions" else Severity.high,
            impact=Impact(0, int(rows) if table == "impressions" else 0, 1.0),
        )


def _vanished(series: Sequence[Series], judge: Judge) -> bool:
    """Whether a table has no row now, though it would have had some by all that is known of it.

    A table with a few rows a window is now and then empty: the judge weighs the chance of that. A table too young to be
    judged had better be empty in no window of a whole day or more, nor nearly.
    """
    if not series or series[0].slice != EVERYONE or np.isfinite(series[0].values[-1]):
        return False
    rows = np.where(np.isfinite(series[0].values), series[0].n, 0.0)
    verdict = judge.judge(replace(series[0], values=rows, n=rows), "count", directions=("down",), floor=HALF)
    if verdict is not None:
        return verdict.abnormal
    before, span = rows[:-1], series[0].windows[-1].start - series[0].windows[0].start
    return bool(span >= DAY and before.min() >= PLENTY)


def _matters(history: History, one: Judged) -> bool:
    lasts = (history.window.end - history.window.start).total_seconds()
    return one.gap >= LEAST * lasts


def _share(history: History, one: Judged) -> float:
    lasts = (history.window.end - history.window.start).total_seconds()
    return min(1.0, one.judgement.value / lasts)


def _slices(schema: Schema, table: str) -> tuple[str, ...]:
    return tuple(name for name in schema.slices if name in schema.relations[table]) if table == "impressions" else ()


def _name(table: str) -> str:
    return f"newest:{table}"
