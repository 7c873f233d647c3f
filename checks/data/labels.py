"""D11: what members are taken for moves under them: an attribute that flips for many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import special
from sqlalchemy import ColumnElement

from checks.base import EVERYONE, About, Finding, History, Measure, NotApplicable, Schema, Series, Slice
from checks.evidence import Claim, Judged, judge_all, make_finding, narrow
from checks.judging import Judge
from checks.sql import count_if, share_if
from checks.wording import count, percent

BEFORE = "__before"
RELATIONS = ("profiles", "labels")  # where it is seen; what the members table says shows more members at once
STEADY = 0.05  # of members: a column that flips for more than this on any day is no label
SOME, OF_ALL = 0.04, 0.005  # of the members of one value, and of all, that must flip beside the usual to matter
SURE = 1e-4  # the chance of so many flips at the usual rate, members being independent


@dataclass(frozen=True)
class Move:
    """Members of one value (or all) that another value was given."""

    judged: Judged
    column: str
    to: str | None

    @property
    def members(self) -> float:
        """How many."""
        return self.judged.judgement.value * self.judged.n

    @property
    def old(self) -> str | None:
        """The value they had; None when it is not one alone."""
        parts = self.judged.series.slice.parts
        return parts[0][1] if parts else None


class MovingLabels:
    """Members are suddenly taken for something else."""

    about = About(
        code="D11",
        title="Labels that move",
        notices="An attribute that a member keeps (age group, country ...) has flipped, against the 7 days before, for "
        "more members than ever: for all, or for those who had one value. What impressions say now is compared, and "
        "what the members table says, where it is mapped: it shows all members of the week at once.",
        misses="Attributes that change with the visit anyway (more than 1 member in 20 a day), members not seen in "
        "the week before, and attributes that impressions do not carry.",
        needs=("impressions.member_id", "impressions.ts"),
        severity="The share of members that flipped, by the traffic of the value they had.",
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """The share of members whose value is another than before, by the value before and by the value now."""
        schema.column("impressions", "ts")
        schema.column("impressions", "member_id")
        if "labels" not in schema.relations:
            raise NotApplicable("no slice columns are listed in recsysops.toml ([warehouse] slices)")
        return [
            _measure(relation, name, schema.relations[relation])
            for relation in RELATIONS
            for name in _labels(schema, relation)
        ]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """One finding a column and value."""
        found = []
        for name in schema.slices:
            moves = (_find_moves(relation, name, history, judge) for relation in RELATIONS)
            found += [self._tell(history, move) for move in next((told for told in moves if told), [])]
        return found

    def _tell(self, history: History, move: Move) -> Finding:
        verdict, name = move.judged.judgement, move.column.replace("_", " ")
        of = f"members of {name} {move.old}" if move.old else "members"
        to = f", most of them to {move.to}" if move.to else ""
        words = (
            f"For {count(move.members)} of {count(move.judged.n)} {of} ({percent(verdict.value)}) {name} is another "
            f"than in the 7 days before{to}; usually {percent(verdict.expected)} change."
        )
        title = f"{name[:1].upper()}{name[1:]} has changed for many members"
        where = Slice(((move.column, move.old),)) if move.old else EVERYONE
        judged = replace(move.judged, series=replace(move.judged.series, slice=where))
        data = {"column": move.column, "from": move.old, "to": move.to, "members": round(move.members)}
        claim = Claim(title, words, f"label:{move.column}", touched=verdict.value, data=data)
        return replace(make_finding(self.about, history, judged, claim), slice=where)


def _find_moves(relation: str, name: str, history: History, judge: Judge) -> list[Move]:
    """From which value members moved, and where to."""
    series = history.series(_name(relation, name))
    old = [one for one in series if not one.slice.parts or one.slice.parts[0][0] == name + BEFORE]
    judged: list[Judged] = []
    for one in old:
        floor = SOME if one.slice.parts else OF_ALL
        judged += judge_all([one], judge, "mean", ("up",), floor, False)
    found = [one for one in narrow(judged) if _is_label(series) and _chance(one.series) < SURE]
    return [Move(one, name, _most_went_to(name, series)) for one in found]


def _is_label(series: Sequence[Series]) -> bool:
    """Whether hardly anybody's value changed from day to day so far."""
    everyone = next((one.values[:-1] for one in series if one.slice == EVERYONE), np.array([]))
    known = everyone[np.isfinite(everyone)]
    return len(known) > 0 and float(np.median(known)) <= STEADY


def _chance(series: Series) -> float:
    """The chance of so many flips at the rate of all windows before: Poisson, the rate known from as many members.

    Half a flip is added to the past, so that none so far does not mean never (Jeffreys' prior for a Poisson rate).
    """
    values, n = np.nan_to_num(series.values), series.n
    flips, members = float((values * n)[:-1].sum()) + 0.5, max(1.0, float(n[:-1].sum()))
    now, of = float(values[-1] * n[-1]), float(n[-1])
    return float(special.betainc(max(now, 1e-9), flips, of / (of + members))) if now else 1.0


def _most_went_to(name: str, series: Sequence[Series]) -> str | None:
    """The value that most of those who flipped have now."""
    arrived = {
        one.slice.parts[0][1]: float(np.nan_to_num(one.values[-1]) * one.n[-1])
        for one in series
        if one.slice.parts and one.slice.parts[0][0] == name
    }
    best = max(arrived, key=lambda value: arrived[value], default=None)
    return best if best is not None and arrived[best] > sum(arrived.values()) / 2 else None


def _labels(schema: Schema, relation: str) -> list[str]:
    columns = schema.relations.get(relation, {})
    return [name for name in schema.slices if {name, name + BEFORE} <= columns.keys()]


def _measure(relation: str, name: str, columns: Mapping[str, ColumnElement[str]]) -> Measure:
    now, before = columns[name], columns[name + BEFORE]
    known = now.is_not(None) & before.is_not(None)
    flipped = share_if(now != before, among=known)
    return Measure(_name(relation, name), relation, "mean", flipped, count_if(known), (name + BEFORE, name))


def _name(relation: str, column: str) -> str:
    return f"{'flips' if relation == 'labels' else 'profile'}:{column}"
