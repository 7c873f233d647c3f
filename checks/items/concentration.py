"""I04: impressions pile up on fewer items."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Double, case, cast, func

from checks.base import EVERYONE, About, Finding, History, Measure, Schema
from checks.evidence import Claim, Judged, find_abnormal, judge_all, make_finding
from checks.judging import Judge
from checks.wording import number, percent

EFFECTIVE, GINI = "items.effective", "items.gini"
HEAD, TAIL, LIFT = "items.head_share", "items.tail_share", "items.popularity_lift"
FEWER = 0.25  # of the effective catalogue size: a fall that matters
SHIFTED = 0.1  # of all impressions moved into the head, or out of the tail
HEAD_OF, TAIL_FROM = 0.1, 0.5  # the tenth most shown, and the half least shown


class Concentration:
    """A few items take it all."""

    about = About(
        code="I04",
        title="Concentration",
        notices="What is shown concentrates: the effective catalogue size (as many items as would be shown equally "
        "often) has fallen by a quarter or more, or a tenth of all impressions has moved into the most shown tenth of "
        "items; Gini coefficient, tail share and popularity lift are told beside it.",
        misses="Concentration within one slice that evens out over all; which items gain (see I05).",
        needs=("impressions.item_id",),
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """Effective size, Gini, head and tail share; popularity lift where outcomes tell what is wanted."""
        share, place = schema.column("shown", "share"), schema.column("shown", "place")
        items, n = schema.column("shown", "items"), func.sum(schema.column("shown", "impressions"))
        ladder = func.sum(place * share)  # the mean place of an impression
        measures = [
            Measure(EFFECTIVE, "shown", "quantity", 2 * ladder - 1, n),
            Measure(GINI, "shown", "mean", (func.count() + 1 - 2 * ladder) / cast(func.count(), Double), n),
            Measure(HEAD, "shown", "mean", func.sum(case((place <= HEAD_OF * items, share), else_=0.0)), n),
            Measure(TAIL, "shown", "mean", func.sum(case((place > TAIL_FROM * items, share), else_=0.0)), n),
        ]
        if "wanted" in schema.relations["shown"]:
            wanted = schema.column("shown", "wanted")
            lift = func.sum(share * wanted) / func.nullif(func.avg(wanted), 0.0)
            measures.append(Measure(LIFT, "shown", "quantity", lift, n))
        return measures

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """At most one: by the effective size, else by the head's share."""
        fewer = judge_all(history.series(EFFECTIVE), judge, "quantity", ("down",), FEWER, True)
        head = judge_all(history.series(HEAD), judge, "mean", ("up",), SHIFTED, False)
        told = [self._shrunk(history, one) for one in find_abnormal(fewer) if _is_everyone(one)]
        return told or [self._piled(history, one) for one in find_abnormal(head) if _is_everyone(one)]

    def _shrunk(self, history: History, one: Judged) -> Finding:
        verdict = one.judgement
        share = abs(one.gap) / max(verdict.expected, 1.0)
        words = (
            f"Impressions are spread as over {number(verdict.value)} items shown equally often, usually "
            f"{number(verdict.low)} to {number(verdict.high)}{_beside(history)}."
        )
        claim = Claim("What is shown concentrates on fewer titles", words, "items", touched=share)
        return make_finding(self.about, history, one, claim)

    def _piled(self, history: History, one: Judged) -> Finding:
        verdict = one.judgement
        words = (
            f"{percent(verdict.value)} of impressions go to the most shown tenth of items, usually "
            f"{percent(verdict.expected)}{_beside(history)}."
        )
        claim = Claim("The most shown titles are shown still more", words, "items", touched=one.gap)
        return make_finding(self.about, history, one, claim)


def _is_everyone(one: Judged) -> bool:
    return one.series.slice == EVERYONE


def _beside(history: History) -> str:
    """The other measures of concentration, for who knows them better."""
    told = []
    for name, words in ((GINI, "Gini"), (TAIL, "share of the tail"), (LIFT, "popularity lift")):
        series = history.series(name)
        if series:
            told.append(f"{words} {number(float(series[0].values[-1]))}")
    return f" ({', '.join(told)})" if told else ""
