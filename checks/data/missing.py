"""D03: feature values that are missing, or stand at zero where they used not to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Float, Integer, Numeric, func

from checks.base import About, Finding, History, Measure, NotApplicable, Schema, Series
from checks.budget import SECOND
from checks.evidence import Claim, Judged, judge_all, make_finding, narrow
from checks.judging import Judge
from checks.mix import context_measures, rows_a_list, shows_other_items
from checks.new_slices import owed_to_new_slices
from checks.sql import null_share, share_if
from checks.wording import percent, where

MISSING = 0.02  # of the rows: how many more must be missing to matter
LISTS = 2.0  # as many rows as this many lists have: fewer may be one member
ESTABLISHED = "established"  # the relation of what members of some weeks were shown
ZERO = 0.15  # zero is often an honest value, and moves more
# A new version chooses other items, and with them more or fewer gaps: then only this much counts ...
NEARLY_ALL = 0.98
NEARLY_NONE = 0.005  # ... or gaps where there were none


class FeatureMissing:
    """A feature is absent in more rows than usual, somewhere."""

    about = About(
        code="D03",
        title="Feature missing",
        notices="The share of rows where a feature is null (or NaN), or exactly zero, has risen, for everyone or in "
        "one part of the traffic; each feature by itself. Where it is known who joined when, it must have risen for "
        "members of more than 28 days, too: of newcomers little is known yet, and some days bring more of them.",
        misses="Wrong values that are neither null nor zero (see D06); fewer than 2 rows in 100; what newcomers alone "
        "lack (see M07 and P05).",
        needs=("features",),
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """Null share of every feature, zero share of the numeric ones, by slice."""
        known = schema.relations.get(ESTABLISHED, {})
        measures = _shares(schema, "impressions", _features(schema))
        theirs = _shares(schema, ESTABLISHED, {name: known[name] for name in schema.features if name in known})
        return measures + theirs + context_measures(schema)

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """One finding a feature and place; a feature that is missing is not called zero as well."""
        found = []
        other_items = shows_other_items(history, judge)
        for name in schema.features:
            nulls = self._risen(history, _null, name, judge, MISSING)
            zeros = self._risen(history, _zero, name, judge, ZERO)
            told = [(one, "missing") for one in nulls] or [(one, "zero") for one in zeros]
            found += [
                self._tell(history, name, one, state) for one, state in told if not (other_items and _chosen(one))
            ]
        return found

    def _risen(
        self, history: History, share: Callable[..., str], name: str, judge: Judge, floor: float
    ) -> list[Judged]:
        """Where a share has risen, by more than newcomers bring with them: of whom little is known yet."""
        series, established = history.series(share(name)), history.series(share(name, ESTABLISHED))
        risen = narrow(judge_all(series, judge, "rate", ("up",), floor, False))
        return [
            one
            for one in risen
            if one.gap - owed_to_new_slices(series, one) >= floor
            and self._is_several(history, one)
            and _holds_among(established, one, judge, floor)
        ]

    def _is_several(self, history: History, one: Judged) -> bool:
        """Whether more than a list or two lack it: what one member's list brings tells of that member alone."""
        return one.gap * one.n >= LISTS * rows_a_list(history, one.series.slice)

    def _tell(self, history: History, feature: str, one: Judged, state: str) -> Finding:
        verdict, place = one.judgement, where(one.series.slice)
        title = f"{feature} is {state}"
        words = (
            f"{feature} is {state} in {percent(verdict.value)} of the rows{place}, usually {percent(verdict.expected)}."
        )
        return make_finding(self.about, history, one, Claim(title, words, f"feature:{feature}", touched=one.gap))


def _chosen(one: Judged) -> bool:
    """Whether other items being shown could explain it: there were gaps before, and there are values still."""
    return one.judgement.expected > NEARLY_NONE and one.judgement.value < NEARLY_ALL


def _features(schema: Schema) -> dict[str, ColumnElement[Any]]:
    if not schema.features:
        raise NotApplicable("no feature columns are listed in recsysops.toml ([warehouse] features)")
    return {name: schema.column("impressions", name) for name in schema.features}


def _shares(schema: Schema, relation: str, columns: Mapping[str, ColumnElement[Any]]) -> list[Measure]:
    """Null share of every feature, zero share of the numeric ones, by slice."""
    slices = tuple(name for name in schema.slices if name in schema.relations["impressions"])
    measures = []
    for name, column in columns.items():
        measures.append(Measure(_null(name, relation), relation, "rate", null_share(column), func.count(), slices))
        if isinstance(column.type, Numeric | Float | Integer):
            zero = share_if(column == 0)
            measures.append(Measure(_zero(name, relation), relation, "rate", zero, func.count(), slices))
    return measures


def _holds_among(established: Sequence[Series], one: Judged, judge: Judge, floor: float) -> bool:
    """Whether it is so for members who have been there for long, as far as there are enough of them to tell.

    They are judged under the name of the whole, whose abnormal windows are known.
    """
    same = next((each for each in established if each.slice == one.series.slice), None)
    if same is None:
        return True
    named = replace(same, measure=one.series.measure)
    verdict = judge.judge(named, "rate", directions=("up",), floor=floor, relative=False)
    return verdict is None or verdict.abnormal


def _null(feature: str, relation: str = "impressions") -> str:
    return f"{_place(relation)}feature.null_share:{feature}"


def _zero(feature: str, relation: str = "impressions") -> str:
    return f"{_place(relation)}feature.zero_share:{feature}"


def _place(relation: str) -> str:
    return "" if relation == "impressions" else f"{SECOND}{relation}."
