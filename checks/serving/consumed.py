"""S05: what is shown is what the ranker emitted."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func

from checks.base import About, Finding, History, Measure, Schema
from checks.derived import find_derived, slices_in
from checks.evidence import Claim, Judged, judge_all, make_finding, narrow
from checks.judging import Judge
from checks.sql import share_if
from checks.wording import percent, where

DIFFERS, INVERTED = "passed.differs", "passed.inverted"
OTHER_SCORES = 0.02  # of what is shown
REORDERED = 0.1  # of neighbours: some re-ranking is usual, so this is beyond the usual
LACKING = (
    "what the ranker emitted is not known: map requests.score, requests.item_id and impressions.request_id in "
    "recsysops.toml"
)


class Consumed:
    """Between the ranker and the page something else happens than usual."""

    about = About(
        code="S05",
        title="Scores consumed are scores emitted",
        notices="More of what is shown than usual carries another score than the ranker emitted for that request, or "
        "was none of its candidates (a stale cache, scores cut on the way); or more items stand below one that was "
        "emitted with a lower score (a re-ranking). For everyone or in one slice.",
        misses="Requests that are not sampled; scores that were wrong before they were emitted (see M02).",
        needs=("requests.score", "requests.item_id", "impressions.request_id", "impressions.position"),
        owner="serving on call",
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """The share of shown items with another score, and of those in another order, by slice."""
        columns, slices = find_derived(schema, "passed", LACKING), slices_in(schema, "passed")
        pairs = [(DIFFERS, columns["differs"])]
        pairs += [(INVERTED, columns["inverted"])] if "inverted" in columns else []
        return [
            Measure(name, "passed", "rate", share_if(flag == 1, among=flag.is_not(None)), func.count(flag), slices)
            for name, flag in pairs
        ]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """Where scores are others; else where the order is."""
        others = judge_all(history.series(DIFFERS), judge, "rate", ("up",), OTHER_SCORES, False)
        order = judge_all(history.series(INVERTED), judge, "rate", ("up",), REORDERED, False)
        found = [self._tell_scores(history, one) for one in narrow(others)]
        return found or [self._tell_order(history, one) for one in narrow(order)]

    def _tell_scores(self, history: History, one: Judged) -> Finding:
        verdict, place = one.judgement, where(one.series.slice)
        title = "What is shown is not what the ranker emitted"
        words = (
            f"{percent(verdict.value)} of the items shown{place} carry another score than the ranker emitted, or were "
            f"none of its candidates; usually {percent(verdict.expected)}."
        )
        return make_finding(self.about, history, one, Claim(title, words, "lists", touched=one.gap))

    def _tell_order(self, history: History, one: Judged) -> Finding:
        verdict, place = one.judgement, where(one.series.slice)
        title = "Lists are not in the ranker's order"
        words = (
            f"{percent(verdict.value)} of the items shown{place} stand right below one with a lower score, "
            f"usually {percent(verdict.expected)}."
        )
        return make_finding(self.about, history, one, Claim(title, words, "lists", touched=one.gap))
