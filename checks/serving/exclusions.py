"""S06: candidates that are excluded more, or less, than usual; and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Double, String, case, cast, func, literal

from checks.base import EVERYONE, About, Finding, History, Measure, Schema, Series
from checks.derived import slices_in
from checks.evidence import Claim, Judged, find_abnormal, judge_all, make_finding, narrow
from checks.judging import Judge
from checks.wording import percent, where

REASONS, EXCLUDED = "candidates.by_reason", "candidates.excluded"
OTHERWISE = 0.05  # of the candidates
NEW = 0.02  # a reason never seen before is a rule that somebody has made
NOT_EXCLUDED = ("unknown", "")  # how a measure names a row without a reason


class Exclusions:
    """A filter takes too much, or no longer takes what it should."""

    about = About(
        code="S06",
        title="Filter and exclusion rates",
        notices="The share of candidates excluded for one reason has changed by five points or more, in either "
        "direction, or a reason never seen before excludes two in a hundred; it names the filter, and where.",
        misses="Candidates that are dropped without a reason in the log; a filter that takes as many as ever, but the "
        "wrong ones; single titles (see I01).",
        needs=("requests.excluded_reason",),
        owner="serving on call",
        severity="The share of candidates that are excluded, or let through, beyond the usual.",
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """Candidates by reason, and the share excluded by slice; weighted back where sampling was weighted."""
        reason = schema.column("requests", "excluded_reason")
        weight = _weight(schema)
        out = func.coalesce(cast(reason, String), "") != ""
        share = func.sum(case((out, weight), else_=0.0)) / func.nullif(func.sum(weight), 0, type_=Double)
        return [
            Measure(REASONS, "requests", "count", func.sum(weight), func.count(), ("excluded_reason",)),
            Measure(EXCLUDED, "requests", "rate", share, func.count(), slices_in(schema, "requests")),
        ]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """One finding a reason, in the place where it happens when only one reason stands out."""
        reasons = [judged for series in _shares(history) if (judged := _judge(series, judge)) is not None]
        odd = [one for one in reasons if one.judgement.abnormal]
        if len(odd) > 1:
            return [self._tell(history, one, one) for one in odd]
        found = []
        for place in _places(history, judge, odd):
            alike = odd or [one for one in reasons if one.gap * place.gap > 0]
            if alike:
                culprit = max(alike, key=lambda one: abs(one.gap))
                found.append(self._tell(history, culprit, place if place.series.slice.parts else culprit))
        return found

    def _tell(self, history: History, culprit: Judged, at: Judged) -> Finding:
        reason = _reason(culprit.series)
        seen, place = at.judgement, where(at.series.slice)
        more = "More" if seen.direction == "up" else "Fewer"
        title = (
            f"A new filter excludes candidates: {reason}"
            if _is_new(culprit.series)
            else (f"{more} candidates are excluded: {reason}")
        )
        because = f"for the reason “{reason}”" if at is culprit else f"for any reason, mostly “{reason}”"
        words = f"{percent(seen.value)} of candidates{place} were excluded {because}, usually {percent(seen.expected)}."
        claim = Claim(title, words, f"filter:{reason}", touched=abs(at.gap), data={"reason": reason})
        return make_finding(self.about, history, at, claim)


def _judge(series: Series, judge: Judge) -> Judged | None:
    floor = NEW if _is_new(series) else OTHERWISE
    return next(iter(judge_all([series], judge, "rate", ("up", "down"), floor, False)), None)


def _places(history: History, judge: Judge, odd: Sequence[Judged]) -> list[Judged]:
    """Where more or fewer are excluded: of everyone speaks the one reason that stands out, where one does."""
    judged = judge_all(history.series(EXCLUDED), judge, "rate", ("up", "down"), OTHERWISE, False)
    if not odd:
        return narrow(judged)
    against = {one.series.slice for one in find_abnormal(judged) if one.gap * odd[0].gap < 0}
    parts = [one for one in judged if one.series.slice.parts and one.series.slice not in against]
    return narrow([*odd, *parts])


def _shares(history: History) -> list[Series]:
    """The share of all candidates that each reason excludes, over everyone."""
    counted = history.series(REASONS)
    total = next((series for series in counted if series.slice == EVERYONE), None)
    if total is None:
        return []
    rows = np.where(np.nan_to_num(total.values) > 0, total.values, np.nan)
    return [
        replace(one, measure=f"{EXCLUDED}:{value}", slice=EVERYONE, values=np.nan_to_num(one.values) / rows, n=total.n)
        for one in counted
        for _, value in one.slice.parts
        if value not in NOT_EXCLUDED
    ]


def _reason(series: Series) -> str:
    return series.measure.removeprefix(f"{EXCLUDED}:")


def _is_new(series: Series) -> bool:
    return not (np.nan_to_num(series.values[:-1]) > 0).any()


def _weight(schema: Schema) -> ColumnElement[Any]:
    columns = schema.relations["requests"]
    if "sampling_weight" not in columns:
        return literal(1.0, Double)
    return func.coalesce(cast(columns["sampling_weight"], Double), 1.0)
