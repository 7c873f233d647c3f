"""P04: members are shown less of what they like than usual."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func

from checks.base import About, Finding, History, Measure, Schema
from checks.derived import find_derived, slices_in
from checks.evidence import Claim, Judged, judge_all, make_finding, narrow
from checks.judging import Judge
from checks.wording import number, percent, where

NARROWNESS = "tastes.divergence"
FARTHER = 0.25  # of the usual divergence
LACKING = (
    "the genres of what members choose are not known: map items.genres (or genre), outcomes.member_id and "
    "impressions.member_id in recsysops.toml"
)


class Narrowing:
    """Lists have lost the breadth of their members' tastes."""

    about = About(
        code="P04",
        title="Over-narrowing",
        notices="The genres members are shown have moved away from those they have been choosing in the last 28 days: "
        "their divergence (Steck, Calibrated recommendations, 2018) is larger than usual by a quarter or more, on "
        "average over members; for everyone or in one slice.",
        misses="Members with fewer than three choices in 28 days; what is narrow within a genre; tastes that narrow "
        "together with what is shown, slowly.",
        needs=("items.genres", "outcomes.member_id", "impressions.member_id"),
        severity="How much farther, as a share of the divergence, of the impressions it is so for.",
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """Mean divergence of shown from chosen genres over members, by slice."""
        divergence = find_derived(schema, "tastes", LACKING)["divergence"]
        slices = slices_in(schema, "tastes")
        return [Measure(NARROWNESS, "tastes", "mean", func.avg(divergence), func.count(divergence), slices)]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """Where it has grown."""
        judged = judge_all(history.series(NARROWNESS), judge, "mean", ("up",), FARTHER, True)
        return [self._tell(history, one) for one in narrow(judged, relative=True)]

    def _tell(self, history: History, one: Judged) -> Finding:
        verdict, place = one.judgement, where(one.series.slice)
        farther = one.gap / max(verdict.expected, 1e-9)
        title = "Members are shown less of what they choose"
        words = (
            f"The genres shown to members{place} are {percent(farther)} farther than usual from those they choose: "
            f"a divergence of {number(verdict.value)}, usually {number(verdict.low)} to {number(verdict.high)}."
        )
        claim = Claim(title, words, "members", touched=one.gap / max(verdict.value, 1e-9))
        return make_finding(self.about, history, one, claim)
