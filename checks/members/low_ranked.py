"""P01: members choose what the ranking put low, or never retrieved."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_

from checks.base import About, Finding, History, Measure, Schema
from checks.evidence import Claim, Judged, judge_all, make_finding, narrow
from checks.judging import Judge
from checks.sql import share_if
from checks.wording import percent, where

TOP = 10  # ranks that count as high
LOW = "choices.low_ranked"
MORE = 0.10  # of the choices


class LowRankedChoices:
    """The ranking did not foresee what people wanted."""

    about = About(
        code="P01",
        title="Low-ranked choices",
        notices="The share of choices whose item the serving model ranked below 10, or that were never retrieved "
        "(search, direct link), has risen; for everyone or in one slice.",
        misses="Members who wanted something, did not find it and left without choosing.",
        needs=("outcomes.rank",),
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """The share of outcomes with a rank above 10 or none, by slice."""
        rank = schema.column("outcomes", "rank")
        choices = schema.relations.get("choices", schema.relations["outcomes"])
        relation = "choices" if "choices" in schema.relations else "outcomes"
        rank = choices.get("rank", rank)
        low = share_if(or_(rank > TOP, rank.is_(None)))
        slices = tuple(name for name in schema.slices if name in choices)
        return [Measure(LOW, relation, "rate", low, func.count(), slices)]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """Where it has risen."""
        judged = judge_all(history.series(LOW), judge, "rate", ("up",), MORE, False)
        return [self._tell(history, one) for one in narrow(judged)]

    def _tell(self, history: History, one: Judged) -> Finding:
        verdict, place = one.judgement, where(one.series.slice)
        title = "Members choose what was ranked low"
        words = (
            f"{percent(verdict.value)} of choices{place} were ranked below {TOP} or not retrieved, "
            f"usually {percent(verdict.expected)}."
        )
        return make_finding(self.about, history, one, Claim(title, words, "choices", touched=one.gap))
