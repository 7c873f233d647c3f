"""P02: members choose what no candidate list held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from checks.base import EVERYONE, About, Finding, History, Measure, Schema
from checks.choosing import ABSENT, ABSENT_BY_GENRE, MORE_ABSENT, absent_by_genre, absent_measure
from checks.evidence import Claim, Judged, judge_all, loudness, make_finding, narrow
from checks.judging import Judge
from checks.wording import percent, where


class NotRetrievedChoices:
    """Members had to search for what they wanted: it was not even a candidate."""

    about = About(
        code="P02",
        title="Not-retrieved choices",
        notices="The share of choices that came from search or a direct link, of items that were not among the "
        "candidates of the served list, has risen; for everyone, in one slice, or for one genre.",
        misses="Single titles that cannot be retrieved (see I01 for new ones); members who do not search but leave; "
        "what was retrieved and ranked low (see P01).",
        needs=("outcomes.rank",),
        severity="The share of all choices that ought to have been retrieved.",
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """The share of outcomes without a rank that came from no list, by slice and by genre."""
        return [absent_measure(schema), *absent_by_genre(schema)]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """Where it has risen: a cluster, never a case."""
        by_genre = [one for one in history.series(ABSENT_BY_GENRE) if one.slice != EVERYONE]
        series = [*history.series(ABSENT), *by_genre]
        total = next((float(one.n[-1]) for one in series if one.slice == EVERYONE), 0.0)
        judged = judge_all(series, judge, "rate", ("up",), MORE_ABSENT, False)
        return [self._tell(history, one, total) for one in narrow(judged)]

    def _tell(self, history: History, one: Judged, total: float) -> Finding:
        verdict, place = one.judgement, where(one.series.slice)
        title = "Members choose what was not retrieved"
        words = (
            f"{percent(verdict.value)} of choices{place} were of items that were no candidates, found by search or a "
            f"direct link; usually {percent(verdict.expected)}."
        )
        finding = make_finding(self.about, history, one, Claim(title, words, "choices", touched=one.gap))
        share = one.n / max(
            total, 1.0
        )  # impressions have no genre of what was wanted: choices tell how many it touches
        return finding if finding.impact.impressions else replace(finding, severity=loudness(one.gap * share))
