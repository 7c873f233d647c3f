"""M01: a model, an index or features that have not been made anew for longer than usual."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import func

from checks.base import EVERYONE, About, Finding, History, Measure, NotApplicable, Schema, Severity
from checks.events import Release
from checks.evidence import Claim, Judged, judge_all, make_finding, narrow
from checks.judging import Judge
from checks.mix import VERSIONS, served_version, versions_measure
from checks.sql import mean_seconds
from checks.versions import INDEX, Served, index_measures
from checks.wording import duration, where

AGES = "features.age"
OLDER = 0.6  # features: this share older than expected ...
LEAST = timedelta(hours=2)  # ... and by at least this
LATE = 2.5  # models and indexes: this many times the usual gap between releases
RELEASES = 3  # fewer do not make a cadence


@dataclass(frozen=True)
class Old:
    """A version that ought to have been followed by another; ages in seconds."""

    version: str
    age: float
    usual: float  # between one version and the next
    due: float  # from which on it is too old
    since: datetime  # when it was due


class Staleness:
    """What is served was made too long ago."""

    about = About(
        code="M01",
        title="Staleness",
        notices="Features are served that were computed longer ago than usual; or the model that serves most of the "
        "traffic, or the candidate index (with its embeddings), is older than two and a half of the usual intervals "
        "between new ones.",
        misses="A fresh time stamp on old content; a model that was retrained on old data; an index that is rebuilt "
        "under the same name.",
        needs=("impressions.features_at", "impressions.index_version", "registry"),
        severity="Features: the share of impressions served with them. An old model or index: medium.",
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """Mean age of the features as served, by slice; impressions by model and by index version."""
        columns = schema.relations.get("impressions", {})
        slices = tuple(name for name in schema.slices if name in columns)
        measures = []
        if {"ts", "features_at"} <= columns.keys():
            at = columns["features_at"]
            age = mean_seconds(at, columns["ts"])
            measures.append(Measure(AGES, "impressions", "age", age, func.count(at), slices))
        if "model_version" in columns:
            measures.append(versions_measure(schema))
            measures += index_measures(schema)
        if not measures:
            raise NotApplicable("the impressions table has neither a features_at nor a model_version column mapped")
        return measures

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """Old features where they are served; an old model; an old index."""
        ages = narrow(judge_all(history.series(AGES), judge, "age", ("up",), OLDER, True), relative=True)
        found = [self._features(history, one) for one in ages if one.gap >= LEAST.total_seconds()]
        old = self._model(history) or self._index(history)  # an index often comes with its model
        return found + ([old] if old else [])

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
        title = f"Model version {serving.version} is {duration(age)} old"
        words = (
            f"Most traffic is served by version {serving.version}, made {duration(age)} before the window's end; "
            f"a new version usually follows after {duration(usual)}."
        )
        old = Old(serving.version, age, usual, due, serving.at + timedelta(seconds=due))
        return self._tell(history, old, VERSIONS, f"model:{serving.model}", title, words)

    def _index(self, history: History) -> Finding | None:
        served = Served.read(history, INDEX)
        version = next(iter(served.now()), None) if served else None
        if served is None or version is None or served.first(version) == 0:
            return None
        firsts = sorted({served.first(name) for name in served.rows} - {0})
        gaps = np.diff([served.starts[first].timestamp() for first in firsts])
        if len(firsts) < RELEASES or any(served.first(name) > served.first(version) for name in served.now()):
            return None
        usual, made = float(np.median(gaps)), served.starts[served.first(version)]
        age = (history.window.end - made).total_seconds()
        due = LATE * usual + (history.window.end - history.window.start).total_seconds()
        if age <= due:
            return None
        title = f"Index {version} is {duration(age)} old"
        words = (
            f"The candidates come from index {version}, which has served for {duration(age)}; a new one usually "
            f"follows after {duration(usual)}."
        )
        return self._tell(
            history, Old(version, age, usual, due, made + timedelta(seconds=due)), INDEX, "index", title, words
        )

    def _tell(self, history: History, old: Old, measure: str, subject: str, title: str, words: str) -> Finding:
        impact = history.impact(EVERYONE)
        return Finding(
            code=self.about.code,
            title=title,
            words=words,
            subject=subject,
            measure=measure,
            slice=EVERYONE,
            window=history.window,
            onset=max(history.windows[0].start, old.since),
            value=old.age,
            expected=old.usual,
            low=0.0,
            high=old.due,
            direction="up",
            n=impact.impressions,
            surprise=5.0,
            severity=Severity.medium,
            impact=impact,
            data={"version": old.version},
        )


def _usual_gap(releases: Sequence[Release]) -> float | None:
    """Median seconds between releases; None for too few to call it a cadence."""
    times = sorted(release.at.timestamp() for release in releases)
    return float(np.median(np.diff(times))) if len(times) >= RELEASES else None
