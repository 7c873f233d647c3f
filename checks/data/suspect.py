"""D08: traffic that is not people: a few members who ask for far too much, or often and for nothing."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Double, case, cast, func

from checks.base import About, Finding, History, Measure, Schema
from checks.evidence import Claim, Judged, find_abnormal, judge_all, make_finding
from checks.judging import Judge
from checks.wording import percent

BUSIEST, FRUITLESS = "activity.busiest", "activity.fruitless"
TOP = 10  # members
BUSY = 5.0  # times the mean of the window's members
MORE = 0.03  # of all requests: what suspect members must take beside the usual to matter


class SuspectTraffic:
    """Something asks that is no member."""

    about = About(
        code="D08",
        title="Suspect traffic",
        notices=f"The {TOP} members who asked for most make a far larger share of all requests than usual; or members "
        f"who ask for more than {BUSY:.0f} times the mean and choose nothing do. A campaign brings many members, not "
        "many requests of one, and is not suspect.",
        misses="Crawlers without a member id (their rows are in D01), and those that ask as seldom as people do.",
        needs=("impressions.member_id",),
        severity="The share of requests beside the usual: critical from 50 %, high from 20 %, medium from 2 %.",
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """The share of requests of the busiest members, and of busy ones who choose nothing."""
        schema.column("impressions", "ts")
        schema.column("impressions", "member_id")
        of = schema.relations["activity"]
        requests = of["requests"]
        measures = [_share(BUSIEST, requests, of["place"] <= TOP)]
        if "outcomes" in of:
            busy = requests > BUSY * of["usual"]
            measures.append(_share(FRUITLESS, requests, busy & (of["outcomes"] == 0)))
        return measures

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """One finding: by what they choose where that tells, else by how much they ask."""
        for name, tell in ((FRUITLESS, _choose_nothing), (BUSIEST, _ask_for_most)):
            for one in find_abnormal(judge_all(history.series(name), judge, "rate", ("up",), MORE, False)):
                title, words = tell(one)
                return [make_finding(self.about, history, one, Claim(title, words, "members", touched=one.gap))]
        return []


def _share(name: str, requests: ColumnElement[int], condition: ColumnElement[bool]) -> Measure:
    total = func.sum(requests)
    share = cast(func.sum(case((condition, requests), else_=0)), Double) / func.nullif(total, 0, type_=Double)
    return Measure(name, "activity", "rate", share, total)


def _choose_nothing(one: Judged) -> tuple[str, str]:
    verdict = one.judgement
    words = (
        f"Members who ask for more than {BUSY:.0f} times the mean and choose nothing made {percent(verdict.value)} of "
        f"all requests, usually {percent(verdict.expected)}: a crawler, or a client in a loop."
    )
    return "Some members ask again and again and never choose", words


def _ask_for_most(one: Judged) -> tuple[str, str]:
    verdict = one.judgement
    words = (
        f"The {TOP} busiest members made {percent(verdict.value)} of all requests, usually "
        f"{percent(verdict.expected)}: a crawler, or a client in a loop."
    )
    return "A few members ask for far more than anyone usually does", words
