"""D01: rows per window, against the same weekday."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func

from checks.base import EVERYONE, About, Finding, History, Measure, Schema
from checks.evidence import Claim, Judged, judge_all, loudness, make_finding, narrow
from checks.feeds.volume import find_shrunk, volume_measures
from checks.hours import find_slips, hour_measures
from checks.judging import Judge
from checks.wording import count, percent, where

TABLES = ("impressions", "outcomes", "requests")
TIMED = ("impressions", "outcomes")  # requests are sampled whole: too few to tell the hours by
DROP = 0.35  # share of the expected rows that must be missing
RISE = 1.5  # more than this much above the expected rows: growth and campaigns are nobody's fault
EXPLAINS = ("campaign", "experiment", "launch")


class Volume:
    """Too few (or far too many) rows."""

    about = About(
        code="D01",
        title="Volume",
        notices="A table, or one part of the traffic, has far fewer rows than usual for that weekday; or several times "
        "as many with no campaign that would explain it; or a feed is delivered much smaller "
        "than the time before. Or the rows of a table come at other hours of the day than ever.",
        misses="A slow leak that stays within the weekly ups and downs; rows that are there but wrong.",
        needs=("impressions.ts",),
        severity="The share of all expected rows that is missing: critical from 50 %, high from 20 %, medium from 2 %.",
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """Row counts of each table with a time, impressions by slice; and of each feed's deliveries."""
        if not schema.feeds:
            schema.column("impressions", "ts")
        return [
            Measure(_name(table), table, "count", func.count(), func.count(), _slices(schema, table))
            for table in TABLES
            if "ts" in schema.relations.get(table, {})
        ] + [*hour_measures(schema, TIMED), *volume_measures(schema.feeds)]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """Drops where they are; rises only when nobody announced them."""
        found = []
        for table in TABLES:
            series = history.series(_name(table))
            down = narrow(judge_all(series, judge, "count", ("down",), DROP, True), relative=True)
            up = (
                []
                if _explained(history)
                else narrow(judge_all(series, judge, "count", ("up",), RISE, True), relative=True)
            )
            found += [self._tell(history, table, one) for one in down + up]
            found += find_slips(self.about, history, judge, () if down or table not in TIMED else (table,))
        return found + [each for feed in schema.feeds for each in find_shrunk(self.about.code, history, feed)]

    def _tell(self, history: History, table: str, one: Judged) -> Finding:
        verdict = one.judgement
        share = abs(one.gap) / max(verdict.expected, 1)
        amount = "fewer" if verdict.direction == "down" else "more"
        title = f"{percent(share)} {amount} {table} than usual"
        words = (
            f"{count(verdict.value)} rows of {table} have arrived{where(one.series.slice)}, "
            f"usually {count(verdict.low)} to {count(verdict.high)}."
        )
        finding = make_finding(self.about, history, one, Claim(title, words, f"table:{table}"))
        return replace(finding, **_lost(history, one)) if verdict.direction == "down" else finding


def _lost(history: History, one: Judged) -> dict[str, Any]:
    """The impact of rows that are not there, from how many were expected: the few left would understate it."""
    missing = max(0.0, -one.gap)
    left = history.impact(EVERYONE)
    share = missing / max(1.0, missing + left.impressions)
    return {"impact": replace(history.impact(one.series.slice), share=share), "severity": loudness(share)}


def _explained(history: History) -> bool:
    return any(change.kind in EXPLAINS for change in history.happenings())


def _slices(schema: Schema, table: str) -> tuple[str, ...]:
    return tuple(name for name in schema.slices if name in schema.relations[table]) if table == "impressions" else ()


def _name(table: str) -> str:
    return f"rows:{table}"
