"""The inputs: is a feature missing, constant, in another unit, stale or merely different; where, and since what?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bot.diagnosis.case import Case
from bot.diagnosis.deviations import FEWEST, Deviation, fills_requests, find_deviation, size_among
from bot.diagnosis.releases import Release, find_release
from bot.diagnosis.verdict import ROLLBACK, Answer, Evidence, Suspicion, in_words

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 4
SURE = 0.6  # a deviation at least this strong is a fault rather than life


@dataclass(frozen=True)
class Confined:
    """Where a deviation is, when it is not everywhere."""

    column: str
    value: str
    deviation: Deviation


def weigh_features(case: Case) -> Answer:
    """Compares every feature with its last good values, and says which differ, for whom and since which release."""
    bad, good = case.bad, case.good
    if not case.features or min(len(bad), len(good)) < FEWEST:
        words = "Too few impressions with features are logged to compare them."
        return Answer((Evidence("Features", words, "features"),))
    found = [_closest(case, find_deviation(name, good, bad), good, bad) for name in case.features]
    found = [pair for pair in found if pair[0].strength > 0 and not _chosen(case, *pair)]
    found.sort(key=lambda pair: -pair[0].strength)
    data = {deviation.feature: round(deviation.size, 4) for deviation, _ in found}
    if not found:
        words = f"All {len(case.features)} features look as they did in the last good window."
        return Answer((Evidence("Features", words, "features"),), ruled_out=("a change in the features",))
    words = "; ".join(_say(deviation, where) for deviation, where in found[:SHOWN]) + "."
    suspicions = tuple(_suspect(case, deviation, where) for deviation, where in found)
    out = () if found[0][0].strength >= SURE else ("a feature that is missing, constant or in another unit",)
    return Answer((Evidence("Features", words, "features", data),), suspicions, out)


def _closest(
    case: Case, overall: Deviation, good: pd.DataFrame, bad: pd.DataFrame
) -> tuple[Deviation, Confined | None]:
    """The deviation, or the part of the traffic it is confined to when it is much clearer there than elsewhere."""
    if overall.strength == 0:
        return overall, None
    confined = [where for column in _columns(case, bad) for where in _parts(column, overall.feature, good, bad)]
    if not confined:
        return overall, None
    best = max(confined, key=lambda where: (where.deviation.strength, where.deviation.size))
    return max(best.deviation, overall, key=lambda d: (d.strength, d.size)), best


def _chosen(case: Case, deviation: Deviation, where: Confined | None) -> bool:
    """Whether only what is *shown* deviates: among all candidates it hardly does, so the ranker chooses differently."""
    bad, good = case.asked_bad, case.asked_good
    if not all(deviation.feature in rows for rows in (bad, good)) or fills_requests(deviation, case.bad):
        return False
    if where is not None and where.column in good and where.column != "model_version":
        bad, good = (rows[rows[where.column].astype(str) == where.value] for rows in (bad, good))
    if min(len(bad), len(good)) < FEWEST:
        return False
    return abs(size_among(deviation, good, bad)) < 0.4 * abs(deviation.size)


def _columns(case: Case, bad: pd.DataFrame) -> list[str]:
    return [column for column in (*case.slices, "model_version") if column in bad and 1 < bad[column].nunique() <= 20]


def _parts(column: str, feature: str, good: pd.DataFrame, bad: pd.DataFrame) -> list[Confined]:
    """Values of a column where the feature deviates though in the other rows it hardly does."""
    out = []
    for value in bad[column].dropna().unique():
        inside, outside = bad[column] == value, bad[column] != value
        before = good[column] == value if column != "model_version" else np.ones(len(good), bool)
        there = find_deviation(feature, good[before], bad[inside])
        if there.strength < SURE or outside.sum() < FEWEST:
            continue
        elsewhere = find_deviation(feature, good[~before] if before.sum() < len(good) else good, bad[outside])
        if elsewhere.strength < 0.3 and abs(elsewhere.size) < 0.4 * abs(there.size):
            out.append(Confined(column, str(value), there))
    return out


def _say(deviation: Deviation, where: Confined | None) -> str:
    return deviation.words + (f", only for {where.column}={where.value}" if where else "")


def _suspect(case: Case, deviation: Deviation, where: Confined | None) -> Suspicion:
    """A fault of the release it came with, when a new version's rows alone have it; else of the inputs."""
    release = find_release(case)
    only = _only(case, where)
    subject = f"feature:{deviation.feature}"
    explains = ("feature:", "model:", "item:") if deviation.strength >= SURE else ()
    if release and deviation.strength >= SURE and _came_with(case, deviation, release, where):
        cause = f"Version {release.version} came with a faulty input: {deviation.words}{only} since it serves"
        strength = min(0.97, deviation.strength + 0.03)
        return Suspicion(cause, "model", f"model:{release.model}", strength, ROLLBACK, ("feature:", "item:"))
    cause = f"{deviation.words[0].upper()}{deviation.words[1:]}{only}"
    if release is None and deviation.strength >= SURE:
        cause += ", and no new model came with it: the fault is in what feeds the feature"
    return Suspicion(cause, "inputs", subject, deviation.strength, explains=explains)


def _only(case: Case, where: Confined | None) -> str:
    """For whom, in words: the part it was found confined to, or the slice the findings lie in."""
    parts = [*case.where.parts, *([(where.column, where.value)] if where and where.column != "model_version" else [])]
    return f", only where {' and '.join(f'{column} is {value}' for column, value in parts)}" if parts else ""


def _came_with(case: Case, deviation: Deviation, release: Release, where: Confined | None) -> bool:
    """Whether the rows of the new version have the deviation and rows of others, before and after, do not."""
    if where is not None and where.column == "model_version":
        return where.value == release.version
    good, bad = case.good, case.bad
    mine, others = bad["model_version"] == release.version, bad["model_version"] != release.version
    if where is not None:
        mine, others = (
            mine & (bad[where.column].astype(str) == where.value),
            others & (bad[where.column].astype(str) == where.value),
        )
        good = good[good[where.column].astype(str) == where.value]
    with_it = find_deviation(deviation.feature, good, bad[mine])
    without = find_deviation(deviation.feature, good, bad[others])
    return with_it.strength >= SURE and (others.sum() < FEWEST or without.strength < SURE)


def weigh_staleness(case: Case) -> Answer:
    """Are the served features older than they used to be: has the pipeline that computes them stopped?"""
    if not all("features_at" in rows and len(rows) for rows in (case.bad, case.good)):
        return Answer()
    ages = [(rows["ts"] - rows["features_at"]) for rows in (case.bad, case.good)]
    now, before = (age.max() for age in ages)
    words = f"Served features were up to {in_words(now)} old, before up to {in_words(before)}."
    data = {"hours": now.total_seconds() / 3600, "hours_before": before.total_seconds() / 3600}
    evidence = Evidence("Age of the features", words, "features", data)
    if data["hours"] < 1.5 * data["hours_before"] + 1:
        return Answer((evidence,), ruled_out=("features older than usual",))
    cause = (
        f"The feature pipeline stopped refreshing: served features are up to {in_words(now)} old, "
        f"usually up to {in_words(before)}"
    )
    stopped = Suspicion(cause, "systems", "features", 0.95, explains=("feature:", "model:", "item:"))
    return Answer((evidence,), (stopped,))
