"""S01: calls that are answered with a fallback list."""

from __future__ import annotations

from collections.abc import Sequence

from checks.answered import fell_back
from checks.base import About, Finding, History, Measure, Schema
from checks.derived import slices_in
from checks.evidence import Claim, Judged, judge_all, make_finding, narrow
from checks.judging import Judge
from checks.sql import count_if, share_if
from checks.wording import percent, where

FALLBACKS = "calls.fallback"
MORE = 0.02  # of the calls


class FallbackRate:
    """Members get the fallback list instead of their own."""

    about = About(
        code="S01",
        title="Fallback rate",
        notices="The share of calls answered with a fallback list (popular titles, a page from the cache) instead of "
        "the model's own has risen; for everyone or in one slice.",
        misses="Fallbacks that the serving side does not log as such; calls that got no answer at all (see S03).",
        needs=("calls.fallback",),
        owner="serving on call",
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """The share of calls that say they fell back, of those that say it either way, by slice."""
        said = schema.column("calls", "fallback")
        known = said.is_not(None)
        share = share_if(fell_back(said), among=known)
        return [Measure(FALLBACKS, "calls", "rate", share, count_if(known), slices_in(schema, "calls"))]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """Where it has risen."""
        judged = judge_all(history.series(FALLBACKS), judge, "rate", ("up",), MORE, False)
        return [self._tell(history, one) for one in narrow(judged)]

    def _tell(self, history: History, one: Judged) -> Finding:
        verdict, place = one.judgement, where(one.series.slice)
        title = "More lists are fallback lists"
        words = (
            f"{percent(verdict.value)} of calls{place} were answered with a fallback list, "
            f"usually {percent(verdict.expected)}."
        )
        return make_finding(self.about, history, one, Claim(title, words, "calls", touched=one.gap))
