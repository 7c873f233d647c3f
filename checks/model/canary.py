"""M10: an arm of a test that is worse than its control."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func

from checks.arms import SURE, Arm, compare, find_control, read_arms
from checks.base import About, Direction, Finding, History, Measure, NotApplicable, Schema, Series, Slice
from checks.evidence import Claim, Judged, make_finding, model_subject
from checks.judging import Judge, Judgement
from checks.shift import MINIMUM_ROWS, expected_psi, psi
from checks.sql import histogram, share_if
from checks.versions import begins
from checks.wording import number, percent

SCORES, OVERLAP = "arm.scores", "arm.overlap"
BREAK = 2.0  # PSI: another version may score on a scale of its own, but not on another planet


@dataclass(frozen=True)
class Metric:
    """One number that arms are compared by."""

    measure: str
    title: str  # of a finding, before the arm's name
    words: str  # what was measured, before "in arm canary"
    worse: Direction
    floor: float
    floor_is: Literal["share of the control", "absolute"]
    spread: str | None = None  # the measure of its standard deviation, for means
    of_calls: bool = False

    def matters(self, control: Arm) -> float:
        """The smallest difference that matters, in the unit of the value."""
        return self.floor * (float(np.nanmedian(control.series.values)) if self.floor_is != "absolute" else 1.0)


METRICS = (
    Metric(
        "arm.hits", "Fewer lists lead to a choice", "lists that led to a choice", "down", 0.10, "share of the control"
    ),
    Metric("arm.ndcg", "Ranking is worse", "NDCG", "down", 0.07, "share of the control", "arm.ndcg_sd"),
    Metric("arm.errors", "More calls fail", "calls that failed", "up", 0.01, "absolute", of_calls=True),
    Metric(
        "arm.fallbacks", "More fallback lists", "calls answered by a fallback", "up", 0.02, "absolute", of_calls=True
    ),
)


class Canary:
    """The version on trial is worse than the one it is to replace, or the trial harms who takes part in it."""

    about = About(
        code="M10",
        title="Canary against control",
        notices="In one arm of an experiment or canary fewer lists lead to a choice than in the control arm of the "
        "same windows, NDCG is lower, more calls fail or fall back, or scores are on another scale altogether. An arm "
        "with a history is judged on its differences from the control; a new one is compared by two-sample tests.",
        misses="Arms that are not drawn at random and have no history; differences that few lists cannot show. Other "
        "items in an arm are told but are no fault.",
        needs=("impressions.arm", "impressions.request_id"),
        severity="The share of all impressions that the arm has: critical from 50 %, high from 20 %, medium from 2 %.",
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """Each number by arm, as far as it can be had."""
        schema.column("impressions", "arm")
        measures = [*_of_lists(schema), *_of_calls(schema), *_of_what_is_shown(schema)]
        if not measures:
            raise NotApplicable("arms cannot be compared: map impressions.request_id, or calls.arm, in recsysops.toml")
        return measures

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """One finding an arm and number."""
        found = [one for metric in METRICS for one in self._compare(history, judge, metric)]
        return [*found, *self._scores(history)]

    def _compare(self, history: History, judge: Judge, metric: Metric) -> list[Finding]:
        arms = read_arms(history, metric.measure, metric.spread)
        control = find_control(list(arms.values()))
        if control is None:
            return []
        floor = metric.matters(control)
        others = [arm for arm in arms.values() if arm is not control]
        said = [(arm, compare(arm, control, judge, metric.worse, floor)) for arm in others]
        return [self._tell(history, metric, arm, control, verdict) for arm, verdict in said if verdict]

    def _tell(self, history: History, metric: Metric, arm: Arm, control: Arm, said: Judgement) -> Finding:
        tell = number if metric.spread else percent
        words = (
            f"{metric.words[0].upper()}{metric.words[1:]}: {tell(said.value)} in arm {arm.name}, {tell(said.expected)} "
            f"to be expected from arm {control.name} at the same time{_overlap(history, arm.name)}."
        )
        subject = "calls" if metric.of_calls else model_subject(history)
        data = {"arm": arm.name, "control": control.name, "worse_by": abs(said.value - said.expected)}
        claim = Claim(f"{metric.title} in arm {arm.name}", words, subject, data=data)
        return make_finding(self.about, history, Judged(arm.series, said), claim)

    def _scores(self, history: History) -> list[Finding]:
        arms = {name: arm.series for name, arm in read_arms(history, SCORES).items()}
        control = find_control([Arm(series) for series in arms.values()])
        if control is None:
            return []
        others = [series for name, series in arms.items() if name != control.name]
        broken = [(one, _breaks(one, control.series)) for one in others]
        return [self._tell_scores(history, one, control, flags) for one, flags in broken if flags[-1]]

    def _tell_scores(self, history: History, series: Series, control: Arm, flags: NDArray[np.bool_]) -> Finding:
        name, moved = series.slice.parts[0][1], psi(series.values[-1], control.series.values[-1])
        words = (
            f"Scores in arm {name} are distributed otherwise than in arm {control.name} at the same time: stability "
            f"index (PSI) {moved:.1f}{_overlap(history, name)}."
        )
        onset = series.windows[begins(flags)].start
        said = Judgement(moved, 0.0, 0.0, BREAK, SURE, "up", True, onset, ())
        claim = Claim(f"Scores in arm {name} are on another scale", words, model_subject(history))
        return make_finding(self.about, history, Judged(series, said), claim)


def _of_lists(schema: Schema) -> list[Measure]:
    lists = schema.relations.get("lists", {})
    if not {"arm", "outcomes"} <= lists.keys():
        return []
    measures = [Measure("arm.hits", "lists", "rate", share_if(lists["outcomes"] > 0), func.count(), ("arm",))]
    if "ndcg" in lists:
        ndcg = lists["ndcg"]
        for name, value in (("arm.ndcg", func.avg(ndcg)), ("arm.ndcg_sd", func.stddev_samp(ndcg))):
            measures.append(Measure(name, "lists", "mean", value, func.count(ndcg), ("arm",)))
    return measures


def _of_calls(schema: Schema) -> list[Measure]:
    calls = schema.relations.get("calls", {})
    if "arm" not in calls:
        return []
    measures = []
    if "error" in calls:
        share = share_if(calls["error"].is_not(None))
        measures.append(Measure("arm.errors", "calls", "rate", share, func.count(), ("arm",)))
    if "fallback" in calls:
        measures.append(Measure("arm.fallbacks", "calls", "rate", share_if(calls["fallback"]), func.count(), ("arm",)))
    return measures


def _of_what_is_shown(schema: Schema) -> list[Measure]:
    shown, arms = schema.relations["impressions"], schema.relations.get("arms", {})
    measures = []
    if "score" in shown and "score" in schema.edges:
        counts = histogram(shown["score"], schema.edges["score"])
        measures.append(Measure(SCORES, "impressions", "histogram", counts, func.count(shown["score"]), ("arm",)))
    if {"share", "others"} <= arms.keys():
        both = func.sum(func.least(arms["share"], func.coalesce(arms["others"], 0.0)))
        measures.append(Measure(OVERLAP, "arms", "mean", both, func.sum(arms["shown"]), ("arm",)))
    return measures


def _breaks(arm: Series, control: Series) -> NDArray[np.bool_]:
    """In which windows an arm's scores had nothing in common with the control's."""
    mine, others = np.nan_to_num(arm.values), np.nan_to_num(control.values)
    rows, beside = mine.sum(axis=1), others.sum(axis=1)
    moved = np.array([psi(now, usual) for now, usual in zip(mine, others, strict=True)])
    noise = [expected_psi(mine.shape[1], max(n, 1.0), max(m, 1.0)) for n, m in zip(rows, beside, strict=True)]
    return np.asarray((np.minimum(rows, beside) >= MINIMUM_ROWS) & (moved >= np.maximum(BREAK, noise)))


def _overlap(history: History, arm: str) -> str:
    """How much of what an arm shows the others show too, in words, where it is known."""
    where = Slice((("arm", arm),))
    shared = next((float(one.values[-1]) for one in history.series(OVERLAP) if one.slice == where), float("nan"))
    return f"; {percent(shared)} of what it shows the other arms show as often" if np.isfinite(shared) else ""
