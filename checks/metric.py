"""A number of the operator's own, from recsysops.toml, watched like any other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, literal_column

from .base import About, Direction, Finding, History, Measure, NotApplicable, Schema
from .evidence import Claim, Judged, judge_all, make_finding, narrow
from .judging import Judge
from .wording import duration, number, percent, where

MetricKind = Literal["count", "rate", "share", "mean", "quantity", "age"]
# The change that matters, for each kind.
SMALLEST = {"count": 0.35, "rate": 0.05, "share": 0.05, "mean": 0.1, "quantity": 0.2, "age": 1.0}
ABSOLUTE = ("rate", "share")  # kinds whose change is told in points, not as a share of what was expected


@dataclass(frozen=True)
class Metric:
    """What [metrics.NAME] says."""

    name: str
    relation: str
    value: str  # SQL aggregate over the relation's columns, in the contract's names
    n: str  # how many rows the value rests on
    kind: MetricKind
    title: str
    slices: tuple[str, ...] | None = None  # None: every slice column the relation has
    directions: tuple[Direction, ...] = ("up", "down")
    floor: float | None = None
    owner: str | None = None


class OwnMetric:
    """One metric as a check; its code is its name."""

    def __init__(self, metric: Metric) -> None:
        self.metric = metric
        self.about = About(
            code=metric.name,
            title=metric.title,
            notices=f"{metric.title} ({metric.value} of {metric.relation}) is other than usual, for everyone or in one "
            "part of the traffic.",
            misses="Whatever that number does not show.",
            needs=(metric.relation,),
            **({"owner": metric.owner} if metric.owner else {}),
        )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """The metric, by slice; NotApplicable where its table, or a slice it names, is not mapped."""
        metric = self.metric
        if metric.relation not in schema.relations:
            raise NotApplicable(f"there is no {metric.relation} table in recsysops.toml")
        there = schema.relations[metric.relation]
        for name in metric.slices or ():
            schema.column(metric.relation, name)
        slices = metric.slices if metric.slices is not None else tuple(one for one in schema.slices if one in there)
        value: ColumnElement[Any] = literal_column(metric.value)
        n: ColumnElement[Any] = literal_column(metric.n)
        return [Measure(_name(metric), metric.relation, metric.kind, value, n, slices)]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """Where it is abnormal."""
        metric, relative = self.metric, self.metric.kind not in ABSOLUTE
        floor = metric.floor if metric.floor is not None else SMALLEST[metric.kind]
        judged = judge_all(history.series(_name(metric)), judge, metric.kind, metric.directions, floor, relative)
        return [self._tell(history, one) for one in narrow(judged, relative)]

    def _tell(self, history: History, one: Judged) -> Finding:
        verdict, metric = one.judgement, self.metric
        side = "high" if verdict.direction == "up" else "low"
        value, low, high = (_told(metric.kind, x) for x in (verdict.value, verdict.low, verdict.high))
        words = f"{metric.title}{where(one.series.slice)}: {value}, usually {low} to {high}."
        claim = Claim(f"{metric.title} is {side}", words, f"metric:{metric.name}", data={"value": metric.value})
        return make_finding(self.about, history, one, claim)


def _told(kind: MetricKind, value: float) -> str:
    if kind in ABSOLUTE:
        return percent(value)
    return duration(value) if kind == "age" else number(value)


def _name(metric: Metric) -> str:
    return f"metric:{metric.name}"
