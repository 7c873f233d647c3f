"""The model: did a new version begin to serve at the onset, and what does the registry know of it?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.diagnosis.case import Case
from bot.diagnosis.verdict import ROLLBACK, Answer, Evidence, Suspicion, in_words, percent
from bot.recommender.contract import ModelVersion

WORSE = 0.02  # relative loss of an offline metric that is worth a word


@dataclass(frozen=True)
class Release:
    """A version that began to serve within the bad window."""

    model: str
    version: str
    before: str | None  # the version that served before it
    since: datetime  # its first sampled row
    share: float  # of the bad window's rows
    at_onset: bool


def find_release(case: Case) -> Release | None:
    """The new version at the onset; None when the same versions serve as before or it came at another time."""
    release = newest_release(case)
    return release if release and release.at_onset else None


def newest_release(case: Case) -> Release | None:
    """The version that is new in the bad window and serves most of it, whenever it began."""
    if "model_version" not in case.bad or case.bad.empty:
        return None
    known = set(case.good["model_version"]) if "model_version" in case.good else set()
    fresh = case.bad[~case.bad["model_version"].isin(known)]
    if len(fresh) < 0.03 * len(case.bad) or not known:
        return None
    version = str(fresh["model_version"].value_counts().index[0])
    mine = fresh[fresh["model_version"] == version]
    since: datetime = mine["ts"].min().to_pydatetime()
    model = case.recommender.registry.model if case.recommender.registry else "model"
    near = abs(since - case.onset) <= 1.5 * case.grain
    return Release(model, version, case.served_before, since, len(mine) / len(case.bad), near)


def weigh_release(case: Case) -> Answer:
    """A new version at the onset is a suspect; its offline metrics and training window speak for or against it."""
    release = newest_release(case)
    if release is None:
        words = f"The same model version served as before ({case.serving})." if case.serving else ""
        return Answer(
            (Evidence("Model versions", words, "model"),) if words else (), ruled_out=("a new model version",)
        )
    words = (
        f"Version {release.version} serves {percent(release.share)} of the bad window since "
        f"{release.since:%Y-%m-%d %H:%M} UTC; before it, version {release.before}."
    )
    data = {"version": release.version, "before": release.before, "at_onset": release.at_onset}
    evidence = [Evidence("A new version", words, "model", data)]
    if not release.at_onset:
        return Answer(tuple(evidence), ruled_out=(f"version {release.version}, which began to serve at another time",))
    doubts = list(_doubts(case, release))
    evidence += [Evidence("Training", doubt, "training") for doubt, _ in doubts]
    return Answer(tuple(evidence), tuple(_suspect(release, doubts)))


def _suspect(release: Release, doubts: list[tuple[str, float]]) -> Iterator[Suspicion]:
    subject, hotfix = f"model:{release.model}", ROLLBACK
    cause = f"Nothing clearer was found than that version {release.version} began to serve at that time"
    yield Suspicion(cause, "model", subject, 0.3, hotfix)
    for doubt, strength in doubts:
        yield Suspicion(
            f"Version {release.version} is worse than version {release.before}: {doubt}",
            "model",
            subject,
            strength,
            hotfix,
        )


def _doubts(case: Case, release: Release) -> Iterator[tuple[str, float]]:
    """What the registry holds against a version: worse offline metrics, less or older training data, no entry."""
    now, before = case.versions.get(release.version), case.versions.get(release.before or "")
    if case.recommender.registry is not None and now is None:
        yield f"the registry does not know version {release.version}", 0.6
    if now is None or before is None:
        return
    for metric in sorted(set(now.metrics) & set(before.metrics)):
        had, has = before.metrics[metric], now.metrics[metric]
        if had > 0 and 1 - has / had > WORSE and not _lower_is_better(metric):
            yield (
                f"its offline {metric} is {has:.3f}, the version before had {had:.3f}",
                min(0.85, 0.3 + 5 * (1 - has / had)),
            )
    length, usual = _trained_on(now), _trained_on(before)
    if length and usual and length < 0.6 * usual:
        yield f"it was trained on {in_words(length)} of data, the version before on {in_words(usual)}", 0.5


def _lower_is_better(metric: str) -> bool:
    return any(word in metric.lower() for word in ("loss", "error", "rmse", "entropy", "brier"))


def _trained_on(version: ModelVersion) -> timedelta | None:
    if version.trained_from is None or version.trained_to is None:
        return None
    return version.trained_to - version.trained_from
