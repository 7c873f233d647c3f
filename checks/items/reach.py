"""I06: titles no longer reach the members they are meant for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Double, cast, func

from checks.base import EVERYONE, About, Finding, History, Measure, Schema, Slice
from checks.evidence import Claim, Judged, find_abnormal, judge_all, make_finding
from checks.judging import Judge
from checks.wording import percent

REACHED = "audience.reached"
FEWER = 0.15  # of the audience's members who were there


class AudienceReach:
    """What was made for somebody is shown to others."""

    about = About(
        code="I06",
        title="Audience reach",
        notices="Of the members of an audience that titles are meant for (items.audience), fewer than usual were shown "
        "any of those titles.",
        misses="Titles without an audience; audiences that name two columns; a single title of many (see I01, I05).",
        needs=("items.audience", "impressions.member_id"),
        owner="catalogue team",
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """The share of each audience's members who were shown a title meant for them."""
        if "reach" not in schema.relations:
            schema.column("items", "audience")
        reached = schema.column("reach", "reached")
        return [Measure(REACHED, "reach", "rate", func.avg(cast(reached, Double)), func.count(), ("audience",))]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """One finding an audience."""
        series = [one for one in history.series(REACHED) if one.slice != EVERYONE]
        judged = judge_all(series, judge, "rate", ("down",), FEWER, False)
        return [self._tell(history, one) for one in find_abnormal(judged)]

    def _tell(self, history: History, one: Judged) -> Finding:
        verdict, audience = one.judgement, one.series.slice.parts[0][1]
        column, _, value = audience.partition("=")
        whom = f"{column.replace('_', ' ')} {value}"
        words = (
            f"{percent(verdict.value)} of the members in {whom} were shown a title meant for them, usually "
            f"{percent(verdict.expected)}."
        )
        claim = Claim(f"Titles for {whom} reach fewer of them", words, "items", touched=abs(one.gap))
        there = replace(one.series, slice=Slice(((column, value),)))  # where those members are in all other numbers
        return make_finding(self.about, history, Judged(there, verdict), claim)
