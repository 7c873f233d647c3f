"""D07: outcomes that cannot be joined to the list they came from."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func

from checks.base import EVERYONE, About, Finding, History, Measure, Schema
from checks.evidence import Claim, Judged, find_abnormal, judge_all, make_finding, narrow
from checks.judging import Judge
from checks.sql import share_if
from checks.wording import percent, where

JOINED, CLAIMED = "joins.joined", "joins.claimed"
FEWER = 0.1  # of the outcomes that name a request ...
FEWER_NAMED = 0.2  # ... and of all: members may well choose more by search, which names none


class OutcomeJoin:
    """Outcomes have lost their lists."""

    about = About(
        code="D07",
        title="Outcome join rate",
        notices="Fewer of the outcomes that name a request can be joined to an impression of that request and item; or "
        "fewer outcomes name a request at all, by source where outcomes have one. Every quality number rests on it.",
        misses="Outcomes joined to the wrong list; outcomes that never arrive (see D01); a loss of less than a tenth.",
        needs=("outcomes.request_id", "impressions.request_id"),
        severity="The share of outcomes that lost their list: critical from 50 %, high from 20 %, medium from 2 %.",
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """The share of outcomes that name a request, and of those the share whose impression is there."""
        request = schema.column("outcomes", "request_id")
        schema.column("impressions", "item_id")
        source = ("source",) if "source" in schema.relations["outcomes"] else ()
        measures = [Measure(CLAIMED, "outcomes", "rate", share_if(request.is_not(None)), func.count(), source)]
        if "joins" in schema.relations:
            columns = schema.relations["joins"]
            slices = tuple(name for name in dict.fromkeys((*source, *schema.slices)) if name in columns)
            joined = share_if(columns["joined"] == 1)
            measures.append(Measure(JOINED, "joins", "rate", joined, func.count(), slices))
        return measures

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """Where outcomes name requests that are not there, and where they name none."""
        joined = narrow(judge_all(history.series(JOINED), judge, "rate", ("down",), FEWER, False))
        series = history.series(CLAIMED)
        by_source = [one for one in series if one.slice != EVERYONE] or series
        named = judge_all(by_source, judge, "rate", ("down",), FEWER_NAMED, False)
        return [self._unjoined(history, one) for one in joined] + [
            self._unnamed(history, one) for one in find_abnormal(named)
        ]

    def _unjoined(self, history: History, one: Judged) -> Finding:
        verdict = one.judgement
        words = (
            f"{percent(verdict.value)} of the outcomes that name a request{where(one.series.slice)} can be joined to "
            f"what that request showed, usually {percent(verdict.expected)}: numbers built on them are wrong."
        )
        claim = Claim("Outcomes cannot be joined to their lists", words, "joins", touched=abs(one.gap))
        return make_finding(self.about, history, one, claim)

    def _unnamed(self, history: History, one: Judged) -> Finding:
        verdict = one.judgement
        words = (
            f"{percent(verdict.value)} of the outcomes{where(one.series.slice)} name the request they came from, "
            f"usually {percent(verdict.expected)}."
        )
        claim = Claim("Outcomes no longer say which list they came from", words, "joins", touched=abs(one.gap))
        return make_finding(self.about, history, one, claim)
