"""M01: a model, or features, that have not been made anew for longer than usual."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
from sqlalchemy import extract, func

from checks.base import EVERYONE, About, Finding, History, Measure, NotApplicable, Schema, Severity
from checks.events import Release
from checks.evidence import Claim, Judged, judge_all, make_finding, narrow
from checks.judging import Judge
from checks.mix import VERSIONS, served_version, versions_measure
from checks.wording import duration, where

AGES = "features.age"
OLDER = 0.6  # features: this share older than expected ...
LEAST = timedelta(hours=2)  # ... and by at least this
LATE = 2.5  # models: this many times the usual gap between releases
RELEASES = 3  # fewer do not make a cadence


class Staleness:
    """What is served was made too long ago."""

    about = About(
        code="M01",
        title="Staleness",
        notices="Features are served that were computed longer ago than usual; or the model that serves most of the "
        "traffic is older than two and a half of its usual retraining intervals.",
        misses="A fresh time stamp on old content; a model that was retrained on old data.",
        needs=("impressions.features_at", "registry"),
        severity="Features: the share of impressions served with them. An old model: medium.",
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """Mean age of the features as served, by slice; impressions by model version."""
        columns = schema.relations.get("impressions", {})
        slices = tuple(name for name in schema.slices if name in columns)
        measures = []
        if {"ts", "features_at"} <= columns.keys():
            at = columns["features_at"]
            age = func.avg(extract("epoch", columns["ts"]) - extract("epoch", at))
            measures.append(Measure(AGES, "impressions", "age", age, func.count(at), slices))
        if "model_version" in columns:
            measures.append(versions_measure(schema))
        if not measures:
            raise NotApplicable("the impressions table has neither a features_at nor a model_version column mapped")
        return measures

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """Old features where they are served; an old model."""
        ages = narrow(judge_all(history.series(AGES), judge, "age", ("up",), OLDER, True), relative=True)
        found = [self._features(history, one) for one in ages if one.gap >= LEAST.total_seconds()]
        model = self._model(history)
        return found + ([model] if model else [])

    def _features(self, history: History, one: Judged) -> Finding:
        age, usual, place = duration(one.judgement.value), duration(one.judgement.expected), where(one.series.slice)
        title = f"Features are {age} old"
        words = f"Features as served{place} were {age} old on average, usually {usual}."
        return make_finding(self.about, history, one, Claim(title, words, "features"))

    def _model(self, history: History) -> Finding | None:
        served = served_version(history)
        releases = [release for release in history.releases() if release.at < history.window.end]
        serving = next((release for release in releases if release.version == served), None)
        usual = _usual_gap(releases)
        if serving is None or usual is None:
            return None
        age = (history.window.end - serving.at).total_seconds()
        due = LATE * usual + (history.window.end - history.window.start).total_seconds()
        if age <= due:
            return None
        impact = history.impact(EVERYONE)
        return Finding(
            code=self.about.code,
            title=f"Model version {serving.version} is {duration(age)} old",
            words=f"Most traffic is served by version {serving.version}, made {duration(age)} before the window's end; "
            f"a new version usually follows after {duration(usual)}.",
            subject=f"model:{serving.model}",
            measure=VERSIONS,
            slice=EVERYONE,
            window=history.window,
            onset=max(history.windows[0].start, serving.at + timedelta(seconds=due)),
            value=age,
            expected=usual,
            low=0.0,
            high=due,
            direction="up",
            n=impact.impressions,
            surprise=5.0,
            severity=Severity.medium,
            impact=impact,
            data={"version": serving.version},
        )


def _usual_gap(releases: Sequence[Release]) -> float | None:
    """Median seconds between releases; None for too few to call it a cadence."""
    times = sorted(release.at.timestamp() for release in releases)
    return float(np.median(np.diff(times))) if len(times) >= RELEASES else None
