"""I02: items that do better than they are shown."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func

from checks.base import EVERYONE, About, Finding, History, Measure, NotApplicable, Schema
from checks.evidence import Claim, Judged, find_abnormal, judge_all, make_finding
from checks.judging import Judge

BIAS = "randomised.gain"
MORE = 0.05  # points of click rate between chance and choice


class ProductionBias:
    """The system is judged on what it chose itself."""

    about = About(
        code="I02",
        title="Production bias",
        notices="Where items are placed at random, they are chosen more often than what the ranker places at the same "
        "position, by more than that gap has been; for all items or one genre. Such items are under-served because "
        "they were under-served.",
        misses="Gaps that were always there; single items, which are placed at random too seldom to tell. It refuses "
        "without exploration traffic: from chosen impressions alone this cannot be known.",
        needs=("impressions.explored", "impressions.position", "outcomes.request_id"),
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """Chosen share of randomised impressions above that of ranked ones at equal position, by genre."""
        if "randomised" not in schema.relations:
            schema.column("impressions", "explored")
            raise NotApplicable("production bias needs choices of shown items: map outcomes.request_id")
        gain = schema.column("randomised", "chosen") - schema.column("randomised", "usual")
        genre = ("genre",) if "genre" in schema.relations["randomised"] else ()
        return [Measure(BIAS, "randomised", "mean", func.avg(gain), func.count(gain), genre)]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """Everyone when it is everywhere, else one finding a genre."""
        judged = judge_all(history.series(BIAS), judge, "mean", ("up",), MORE, False)
        abnormal = find_abnormal(judged)
        whole = [one for one in abnormal if one.series.slice == EVERYONE]
        return [self._tell(history, one) for one in whole or abnormal]

    def _tell(self, history: History, one: Judged) -> Finding:
        verdict = one.judgement
        genre = f" of {one.series.slice.parts[0][1]}" if one.series.slice.parts else ""
        words = (
            f"Items{genre} placed at random are chosen in {_beside(verdict.value)} of their impressions than those the "
            f"ranker places at the same positions; usually in {_beside(verdict.expected)}."
        )
        return make_finding(self.about, history, one, Claim(f"Items{genre} are under-served", words, "items"))


def _beside(gain: float) -> str:
    """ "5.0 points more", "9.4 points fewer"."""
    return f"{abs(100 * gain):.1f} points {'more' if gain > 0 else 'fewer'}"
