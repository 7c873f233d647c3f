"""D06: feature values that are distributed differently from other days."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import String, func

from checks.base import EVERYONE, About, Finding, History, Measure, NotApplicable, Schema
from checks.evidence import Claim, Judged, judge_all, make_finding, narrow
from checks.judging import Judge
from checks.mix import context_measures, rows_a_list, shows_other_items
from checks.shift import Shift, measure_shift
from checks.shifts import measure_shifts
from checks.sql import histogram, text_histogram
from checks.wording import where

PSI = 0.25  # the customary bar for a major shift; it must also clear what chance alone can do
BREAK = 2.0  # when other items are shown, they have other values: only as much as this is the feature's own fault
DISTANCE = 0.1  # Jensen-Shannon distance beyond the usual one


class FeatureShift:
    """A feature's values have moved."""

    about = About(
        code="D06",
        title="Feature shift",
        notices="A feature is distributed differently from the pooled last weeks: its population stability index "
        "passes 0.25 and what chance allows, and its distance is far beyond that feature's own days. Numbers are "
        "counted between learned edges, the values of text features in 16 fixed groups.",
        misses="Shifts that leave the histogram's bins filled alike; fewer than 200 rows a window.",
        needs=("features",),
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """A histogram of every feature with learned edges, by slice."""
        columns = [name for name in schema.features if name in schema.edges or _is_text(schema, name)]
        if not columns:
            raise NotApplicable("no feature columns are listed in recsysops.toml ([warehouse] features)")
        shown = [_measure(schema, "impressions", name) for name in columns]
        candidates = schema.relations.get("requests", {})
        offered = [_measure(schema, "requests", name) for name in columns if {"ts", name} <= candidates.keys()]
        return [*shown, *offered, *context_measures(schema)]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """One finding a feature and place."""
        found = []
        other_items = shows_other_items(history, judge)
        for name in schema.features:
            shifts = measure_shifts(history.series(_name("impressions", name)))
            moved = narrow(judge_all(shifts.distances, judge, "mean", ("up",), DISTANCE, False))
            found += [
                self._tell(history, name, one, shift)
                for one, shift in ((one, shifts.of(one.series.slice)) for one in moved)
                if shift.psi >= max(PSI, shift.noise * rows_a_list(history, one.series.slice))
                and (not other_items or _is_break(history, name, one, shift))
            ]
        return found

    def _tell(self, history: History, feature: str, one: Judged, shift: Shift) -> Finding:
        place = where(one.series.slice)
        title = f"{feature} has shifted"
        words = (
            f"The values of {feature}{place} are distributed differently than in the last weeks: stability index (PSI) "
            f"{shift.psi:.2f}, chance alone stays below {shift.noise:.2f}."
        )
        data = {"psi": shift.psi, "noise": shift.noise, "usual": shift.pooled.tolist(), "now": shift.latest.tolist()}
        return make_finding(self.about, history, one, Claim(title, words, f"feature:{feature}", data=data))


def _is_break(history: History, feature: str, one: Judged, shift: Shift) -> bool:
    """Whether the feature itself broke, seen where no ranker has chosen yet: among all candidates of that slice."""
    if shift.psi < BREAK:
        return False
    offered = (each for each in history.series(_name("requests", feature)) if each.slice == one.series.slice)
    candidates = next((found for each in offered if (found := measure_shift(each))), None)
    return one.series.slice == EVERYONE if candidates is None else candidates.psi >= BREAK


def _is_text(schema: Schema, feature: str) -> bool:
    column = schema.relations.get("impressions", {}).get(feature)
    return column is not None and isinstance(column.type, String)


def _measure(schema: Schema, relation: str, feature: str) -> Measure:
    column = schema.column(relation, feature)
    slices = tuple(name for name in schema.slices if name in schema.relations[relation])
    edges = schema.edges.get(feature)
    counts = histogram(column, edges) if edges else text_histogram(column)
    return Measure(_name(relation, feature), relation, "histogram", counts, func.count(column), slices)


def _name(relation: str, feature: str) -> str:
    return f"{'feature' if relation == 'impressions' else 'candidates'}.histogram:{feature}"
