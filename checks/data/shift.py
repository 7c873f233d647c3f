"""D06: feature values that are distributed differently from other days."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func

from checks.base import About, Finding, History, Judge, Measure, NotApplicable, Schema, Series
from checks.evidence import Claim, Judged, make_finding, narrow
from checks.shift import Shift, measure_shift
from checks.sql import histogram
from checks.versions import context_measures, is_new_version, rows_a_list
from checks.wording import where

PSI = 0.25  # the customary bar for a major shift; it must also clear what chance alone can do
NEW_VERSION_PSI = 2.0  # a new version chooses other items, and with them other values: only a break is the input's
DISTANCE = 0.1  # Jensen-Shannon distance beyond the usual one


class FeatureShift:
    """A feature's values have moved."""

    about = About(
        code="D06",
        title="Feature shift",
        notices="A numeric feature is distributed differently from the pooled last weeks: its population stability "
        "index passes 0.25 and what chance allows, and its distance is far beyond that feature's own days.",
        misses="Shifts that leave the histogram's bins filled alike; text features; fewer than 200 rows a window.",
        needs=("features",),
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """A histogram of every feature with learned edges, by slice."""
        columns = [name for name in schema.features if name in schema.edges]
        if not columns:
            raise NotApplicable("no numeric feature columns are listed in recsysops.toml ([warehouse] features)")
        slices = tuple(name for name in schema.slices if name in schema.relations["impressions"])
        shifts = [
            Measure(
                _name(name),
                "impressions",
                "histogram",
                histogram(schema.column("impressions", name), schema.edges[name]),
                func.count(schema.column("impressions", name)),
                slices,
            )
            for name in columns
        ]
        return shifts + context_measures(schema)

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """One finding a feature and place."""
        found = []
        bar = NEW_VERSION_PSI if is_new_version(history) else PSI
        for name in schema.features:
            judged = [one for series in history.series(_name(name)) if (one := _judge(series, judge))]
            shifts = {id(one): shift for one, shift in judged}
            found += [
                self._tell(history, name, one, shifts[id(one)])
                for one in narrow([one for one, _ in judged])
                if shifts[id(one)].psi >= max(bar, shifts[id(one)].noise * rows_a_list(history, one.series.slice))
            ]
        return found

    def _tell(self, history: History, feature: str, one: Judged, shift: Shift) -> Finding:
        place = where(one.series.slice)
        title = f"{feature} has shifted{place}"
        words = (
            f"{feature} is distributed differently{place}: its stability index against the last weeks is "
            f"{shift.psi:.2f}, chance allows {shift.noise:.2f}."
        )
        data = {"psi": shift.psi, "noise": shift.noise, "usual": shift.pooled.tolist(), "now": shift.latest.tolist()}
        return make_finding(self.about, history, one, Claim(title, words, f"feature:{feature}", data=data))


def _judge(series: Series, judge: Judge) -> tuple[Judged, Shift] | None:
    shift = measure_shift(series)
    if shift is None:
        return None
    verdict = judge.judge(shift.distances, "mean", directions=("up",), floor=DISTANCE, relative=False)
    return None if verdict is None else (Judged(shift.distances, verdict), shift)


def _name(feature: str) -> str:
    return f"feature.histogram:{feature}"
