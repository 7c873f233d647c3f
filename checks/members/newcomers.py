"""P05: new members are served worse than the others, more than usual."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import case, func

from checks.base import About, Finding, History, Measure, NotApplicable, Schema, Series, Slice
from checks.derived import find_derived, slices_in
from checks.evidence import Claim, Judged, judge_all, make_finding, narrow
from checks.judging import Judge
from checks.sql import count_if, share_if
from checks.wording import number, percent, where

TAKES, QUALITY = "newcomers.takes", "newcomers.ndcg"
NEW, OTHERS = ".new", ".others"
WORSE = 0.1  # of the lists, or of NDCG
LACKING = (
    "it is not known who is new: map members.joined_at, impressions.member_id and impressions.request_id in "
    "recsysops.toml"
)


class Newcomers:
    """What members get in their first weeks has become worse, beside what others get."""

    about = About(
        code="P05",
        title="New-member quality",
        notices="Of the lists of members who joined within 28 days fewer lead to anything than usual, or they are "
        "ordered less well, beside the lists of the other members on the same day; for everyone or in one slice.",
        misses="A fall for all members alike (see P03, M06); fewer than 30 lists of new members a window; the days of "
        "an announced campaign, which brings others.",
        needs=("members.joined_at", "impressions.member_id", "outcomes.request_id"),
        severity="How many fewer lists of new members lead to anything, as a share of all lists.",
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """Take rate and NDCG of the lists of new members, and of the others; by slice."""
        columns, slices = find_derived(schema, "newcomers", LACKING), slices_in(schema, "newcomers")
        measures = []
        for name, flag in ((NEW, 1), (OTHERS, 0)):
            among = columns["is_new"] == flag
            if "outcomes" in columns:
                taken = share_if(columns["outcomes"] > 0, among=among)
                measures.append(Measure(TAKES + name, "newcomers", "rate", taken, count_if(among), slices))
            if "ndcg" in columns:
                ndcg = case((among, columns["ndcg"]))
                measures.append(Measure(QUALITY + name, "newcomers", "mean", func.avg(ndcg), func.count(ndcg), slices))
        if not measures:
            raise NotApplicable("outcomes cannot be joined to the lists that were shown: map outcomes.request_id")
        return measures

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """Where they take less beside the others; else where their lists are ordered less well."""
        if any(change.kind == "campaign" for change in history.happenings()):
            return []
        for name in (TAKES, QUALITY):
            gaps = _gaps(history.series(name + NEW), history.series(name + OTHERS), name)
            fallen = narrow(judge_all(gaps, judge, "mean", ("down",), WORSE, False))
            if fallen:
                return [self._tell(history, one, name) for one in fallen]
        return []

    def _tell(self, history: History, one: Judged, name: str) -> Finding:
        verdict, place = one.judgement, where(one.series.slice)
        new, others = (_latest(history.series(name + kind), one.series.slice) for kind in (NEW, OTHERS))
        usual = f"usually {abs(100 * verdict.expected):.0f} points {'more' if verdict.expected > 0 else 'less'}"
        if name == TAKES:
            told = (
                f"{percent(new.value)} of new members' lists{place} lead to an outcome, {percent(others.value)} of the"
            )
            words = f"{told} others'; {usual}."
        else:
            told = (
                f"NDCG of new members' lists{place} is {number(new.value)}, that of the others' {number(others.value)}"
            )
            words = f"{told}; {usual} (of 100)."
        share = new.n / max(new.n + others.n, 1.0)
        claim = Claim("New members are served worse", words, "members", touched=abs(one.gap) * share)
        return make_finding(self.about, history, one, claim)


@dataclass(frozen=True)
class _Latest:
    value: float
    n: float


def _latest(series: Sequence[Series], where: Slice) -> _Latest:
    """The last point of one slice's series."""
    one = next(each for each in series if each.slice == where)
    return _Latest(float(one.values[-1]), float(one.n[-1]))


def _gaps(new: Sequence[Series], others: Sequence[Series], name: str) -> list[Series]:
    """New members' number less the others', window by window; n is how many lists of new members there were."""
    beside = {series.slice: series for series in others}
    return [
        replace(one, measure=f"{name}.gap", values=one.values - beside[one.slice].values)
        for one in new
        if one.slice in beside
    ]
