"""P03: members take less from their lists."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sqlalchemy import func

from checks.base import EVERYONE, About, Finding, History, Measure, Schema
from checks.derived import find_derived, slices_in
from checks.evidence import Claim, Judged, judge_all, make_finding, narrow
from checks.judging import Judge
from checks.sql import share_if
from checks.wording import percent, where

TAKES, CLICKS = "engagement.takes", "engagement.clicks"
FEWER = 0.2  # of the usual share
LACKING = (
    "outcomes cannot be joined to what was shown: map outcomes.request_id, or impressions.chosen, in recsysops.toml"
)


class Engagement:
    """Fewer lists lead to anything."""

    about = About(
        code="P03",
        title="Engagement per slice",
        notices="The share of lists that something was taken from, or the share of impressions that were taken, has "
        "fallen by a fifth or more; for everyone or in one slice.",
        misses="Members who no longer come (see D01); a window without a single outcome, which is the log's trouble "
        "(see D01, D07); a fall in the days of an announced campaign, whose visitors are others.",
        needs=("outcomes.request_id", "impressions.request_id"),
        severity="The share of the usual outcomes that are missing, of all impressions.",
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """The take rate of lists and the click rate of impressions, by slice."""
        chosen = find_derived(schema, "labelled", LACKING)["chosen"]
        slices = slices_in(schema, "labelled")
        measures = [Measure(CLICKS, "labelled", "rate", share_if(chosen == 1), func.count(), slices)]
        if "outcomes" in schema.relations.get("lists", {}):
            taken = share_if(schema.column("lists", "outcomes") > 0)
            measures.append(Measure(TAKES, "lists", "share", taken, func.count(), slices_in(schema, "lists")))
        return measures

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """Where fewer lists lead to something; else where fewer impressions do."""
        clicks = history.series(CLICKS)
        arrived = any(one.slice == EVERYONE and np.nan_to_num(one.values[-1]) > 0 for one in clicks)
        if not arrived or any(change.kind == "campaign" for change in history.happenings()):
            return []
        of_lists = judge_all(history.series(TAKES), judge, "share", ("down",), FEWER, True)
        for judged in (of_lists, judge_all(clicks, judge, "rate", ("down",), FEWER, True)):
            fallen = narrow(judged, relative=True)
            if fallen:
                return [self._tell(history, one) for one in fallen]
        return []

    def _tell(self, history: History, one: Judged) -> Finding:
        verdict, place = one.judgement, where(one.series.slice)
        what = "lists" if one.series.measure == TAKES else "impressions"
        title = f"Fewer {what} lead to anything"
        words = f"{percent(verdict.value)} of {what}{place} led to an outcome, usually {percent(verdict.expected)}."
        touched = abs(one.gap) / max(verdict.expected, 1e-9)
        return make_finding(self.about, history, one, Claim(title, words, "members", touched=touched))
