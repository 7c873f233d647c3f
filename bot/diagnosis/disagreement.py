"""Where do the new and the old version disagree: on rows without some feature, or in some part of the traffic?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bot.diagnosis.case import Case
from bot.diagnosis.releases import Release, find_release
from bot.diagnosis.verdict import ROLLBACK, Answer, Evidence, Suspicion
from bot.recommender.contract import RecommenderFailed

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

FEWEST = 40  # rows inside and outside
LARGE = 0.8  # standard deviations of the old scores: Cohen calls that a large effect
MOST_VALUES = 20


@dataclass(frozen=True)
class Part:
    """A part of the rows, and how much more the new version raises scores in it than elsewhere."""

    words: str
    effect: float  # in standard deviations of the old version's scores
    missing: bool  # whether it is made of rows that lack a feature


def weigh_disagreement(case: Case) -> Answer:
    """After a release: both versions score the same rows; the part where they disagree most says what changed."""
    release = find_release(case)
    if release is None or release.before is None or case.recommender.registry is None:
        return Answer()
    rows = case.asked_bad[case.asked_bad["score"].notna()] if "score" in case.asked_bad else case.bad
    rows = rows[rows["model_version"] == release.version]
    if len(rows) < 2 * FEWEST:
        return Answer()
    try:
        new, old = (case.scorer(version).score(rows) for version in (release.version, release.before))
    except (RecommenderFailed, KeyError, ValueError):
        return Answer()  # the replay has said already what cannot be loaded
    parts = sorted(_parts(case, rows, (new - old) / (float(np.std(old)) or 1.0)), key=lambda part: -abs(part.effect))
    return _told(release, parts) if parts else Answer()


def _parts(case: Case, rows: pd.DataFrame, change: NDArray[np.float64]) -> Iterator[Part]:
    for name in case.features:
        if name in rows:
            effect = _effect(rows[name].isna().to_numpy(bool), change)
            if effect is not None:
                yield Part(f"rows where {name} is missing", effect, True)
    for column in (name for name in case.slices if name in rows and rows[name].nunique() <= MOST_VALUES):
        for value in rows[column].dropna().unique():
            effect = _effect((rows[column] == value).to_numpy(bool), change)
            if effect is not None:
                yield Part(f"{column}={value}", effect, False)


def _effect(inside: NDArray[np.bool_], change: NDArray[np.float64]) -> float | None:
    """Mean change inside minus outside; None where either has too few rows."""
    if inside.sum() < FEWEST or (~inside).sum() < FEWEST:
        return None
    return float(change[inside].mean() - change[~inside].mean())


def _told(release: Release, parts: list[Part]) -> Answer:
    first = parts[0]
    way = "higher" if first.effect > 0 else "lower"
    words = (
        f"On the same rows, version {release.version} scores {first.words} {abs(first.effect):.2f} standard deviations "
        f"{way} than version {release.before} does, compared with all other rows."
    )
    evidence = Evidence("Where the versions disagree", words, "model", {part.words: part.effect for part in parts[:8]})
    if abs(first.effect) < LARGE:
        return Answer((evidence,))
    strength = float(np.clip(0.5 + 0.2 * abs(first.effect), 0.5, 0.9)) if first.missing else 0.5
    about = "handles missing values another way" if first.missing else "treats a part of the traffic another way"
    cause = f"Version {release.version} {about}: it scores {first.words} much {way} than version {release.before} does"
    return Answer((evidence,), (Suspicion(cause, "model", f"model:{release.model}", strength, ROLLBACK),))
