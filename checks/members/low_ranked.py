"""P01: members choose what the ranking put low."""

from __future__ import annotations

from collections.abc import Sequence

from checks.base import About, Finding, History, Measure, Schema
from checks.choosing import (
    ABSENT,
    LOW,
    LOW_OR_ABSENT,
    MORE_ABSENT,
    MORE_LOW,
    TOP,
    absent_measure,
    low_measure,
    low_or_absent,
)
from checks.evidence import Claim, Judged, judge_all, make_finding, narrow
from checks.judging import Judge
from checks.wording import percent, where


class LowRankedChoices:
    """The ranking did not foresee what people wanted."""

    about = About(
        code="P01",
        title="Low-ranked choices",
        notices="The share of choices whose item the serving model ranked below 10 has risen; or that share together "
        "with the choices that were never retrieved (P02) where neither tells it alone; for everyone or in one slice.",
        misses="Members who wanted something, did not find it and left without choosing.",
        needs=("outcomes.rank",),
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """The share of outcomes with a rank above 10, and of those without any, by slice."""
        return [low_measure(schema), absent_measure(schema)]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """Where it has risen. What was not retrieved is left to P02 as long as that says it."""
        low, absent = history.series(LOW), history.series(ABSENT)
        found = narrow(judge_all(low, judge, "rate", ("up",), MORE_LOW, False))
        if not found and not narrow(judge_all(absent, judge, "rate", ("up",), MORE_ABSENT, False)):
            found = narrow(judge_all(low_or_absent(low, absent), judge, "rate", ("up",), MORE_LOW, False))
        return [self._tell(history, one) for one in found]

    def _tell(self, history: History, one: Judged) -> Finding:
        verdict, place = one.judgement, where(one.series.slice)
        title = "Members choose what was ranked low"
        rest = " or not retrieved" if one.series.measure == LOW_OR_ABSENT else ""
        words = (
            f"{percent(verdict.value)} of choices{place} were ranked below {TOP}{rest}, "
            f"usually {percent(verdict.expected)}."
        )
        return make_finding(self.about, history, one, Claim(title, words, "choices", touched=one.gap))
