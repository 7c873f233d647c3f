"""L04: what will cross its line before long, at its pace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import func

from checks.answered import fell_back
from checks.base import EVERYONE, About, Finding, History, Kind, Measure, NotApplicable, Schema, Series, Severity
from checks.judging import Judge
from checks.limits import Crossing, find_crossing
from checks.sql import count_if, mean_seconds, share_if
from checks.wording import duration, percent

HORIZON = timedelta(days=7)
FAR = 400.0  # windows: a date that far ahead says enough


@dataclass(frozen=True)
class Watched:
    """Something with a line."""

    measure: Measure
    line: float
    subject: str
    what: str  # in a sentence


class PredictedBreach:
    """What will cross its line."""

    about = About(
        code="L04",
        title="Predicted breach",
        notices="The share of fallback lists, the age of the features as served, or the rows of a window (a quota) "
        "rises steadily, and at that pace crosses the line that [limits] of recsysops.toml draws within a week. It "
        "says when, with an interval. The line for fallbacks is 5 % unless you say otherwise.",
        misses="What jumps over its line in one window; what has risen for fewer than ten windows; what rises by "
        "weekdays alone.",
        needs=("calls.fallback", "impressions.features_at"),
        severity="Medium; high where it is crossed within two days.",
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """What is watched, over everyone."""
        watched = [one.measure for one in self._watched(schema)]
        if not watched:
            raise NotApplicable("no line is drawn in [limits] of recsysops.toml for anything that is mapped")
        return watched

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """One finding for each line that will be crossed."""
        window = history.window.end - history.window.start
        found = []
        for one in self._watched(schema):
            series = next((each for each in history.series(one.measure.name) if each.slice == EVERYONE), None)
            crossing = None if series is None else find_crossing(series.values, one.line, HORIZON / window)
            if series is not None and crossing is not None:
                found.append(self._tell(history, one, series, crossing))
        return found

    def _watched(self, schema: Schema) -> list[Watched]:
        limits, found = schema.limits, []
        calls, shown = (schema.relations.get(name, {}) for name in ("calls", "impressions"))
        if limits.fallback is not None and "fallback" in calls:
            said = calls["fallback"]
            known = said.is_not(None)
            share = share_if(fell_back(said), among=known)
            found.append(_watch("fallback", "calls", "rate", share, count_if(known), limits.fallback))
        if limits.feature_age is not None and {"ts", "features_at"} <= shown.keys():
            at = shown["features_at"]
            age, seconds = mean_seconds(at, shown["ts"]), limits.feature_age.total_seconds()
            found.append(_watch("feature_age", "impressions", "age", age, func.count(at), seconds))
        if limits.rows is not None and shown:
            found.append(_watch("rows", "impressions", "count", func.count(), func.count(), limits.rows))
        return found

    def _tell(self, history: History, one: Watched, series: Series, crossing: Crossing) -> Finding:
        window, value = history.window, float(series.values[np.isfinite(series.values)][-1])
        length = window.end - window.start
        steps = (crossing.after, crossing.earliest, crossing.latest)
        when, early, late = (_day(window.end + min(each, FAR) * length) for each in steps)
        between = f" (between {early} and {late})" if early != late else ""
        line = _amount(one, one.line)
        what = one.what[0].lower() + one.what[1:]
        urgent = crossing.after * length <= timedelta(days=2)
        return Finding(
            code=self.about.code,
            title=f"{one.what} will cross {line} on {when}",
            words=f"At its pace {what} will cross {line} on {when}{between}; now it is {_amount(one, value)}.",
            subject=one.subject,
            measure=series.measure,
            slice=EVERYONE,
            window=window,
            onset=window.start,
            value=value,
            expected=one.line,
            low=one.line,
            high=one.line,
            direction="up",
            n=int(np.nan_to_num(series.n[-1])),
            surprise=float(-np.log10(max(crossing.chance, 1e-300))),
            severity=Severity.high if urgent else Severity.medium,
            data={"pace": crossing.pace, "line": one.line},
        )


SAID = {
    "fallback": ("calls", "The share of fallback lists"),
    "feature_age": ("features", "The age of the features as served"),
    "rows": ("table:impressions", "The number of impressions"),
}


def _watch(name: str, relation: str, kind: Kind, value: object, n: object, line: float) -> Watched:
    subject, what = SAID[name]
    return Watched(Measure(f"limit:{name}", relation, kind, value, n), line, subject, what)  # type: ignore[arg-type]


def _amount(one: Watched, value: float) -> str:
    kind = one.measure.kind
    return percent(value) if kind == "rate" else duration(value) if kind == "age" else f"{value:,.0f}"


def _day(moment: datetime) -> str:
    return f"{moment:%A %-d %B}"
