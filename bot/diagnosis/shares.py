"""Which feature carries the change of the scores, held against what the inputs say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.case import Case
from bot.diagnosis.explanation import Contributions, contributions, differ
from bot.diagnosis.releases import find_release
from bot.diagnosis.verdict import Answer, Evidence, Suspicion
from bot.recommender.contract import RecommenderFailed, Scorer
from bot.slack.charts import shap_difference_chart

if TYPE_CHECKING:
    import pandas as pd

NAMED = 3
LARGE = 0.1  # of the model's output (log-odds), below which scores have hardly moved


def weigh_shares(case: Case) -> Answer:
    """The SHAP difference between bad and last good rows; after a release, between old and new model on bad rows."""
    if case.recommender.registry is None or case.serving is None or case.served_before is None or not case.features:
        return Answer()
    if min(len(case.bad), len(case.good)) < 50:
        return Answer()
    release = find_release(case)
    new, old = (
        (release.version, release.before or case.served_before) if release else (case.serving, case.served_before)
    )
    bad = case.bad[case.bad["model_version"] == new] if release else case.bad
    try:
        scorer, was = case.scorer(new), case.scorer(old)
        now = contributions(scorer, bad)
        answers = [_between_inputs(case, now, contributions(scorer, case.good))]
        if old != new:
            answers.append(_between_models(now, was, bad, old, new))
    except (RecommenderFailed, KeyError, ValueError) as failed:
        return Answer((Evidence("Explanation", f"The model could not be explained: {failed}", "explanation"),))
    return Answer(
        evidence=tuple(e for answer in answers for e in answer.evidence),
        suspicions=tuple(s for answer in answers for s in answer.suspicions),
        pictures=tuple(p for answer in answers for p in answer.pictures),
    )


def _between_inputs(case: Case, now: Contributions, before: Contributions) -> Answer:
    change = differ(now, before)
    evidence = _told("Which inputs move the scores", change, now, before)
    top, by = next(iter(change.items()))
    rest = sum(abs(value) for value in list(change.values())[1:])
    picture = shap_difference_chart(change, "Change of each feature's part in the score, now against last good")
    if abs(by) < LARGE or abs(by) < rest:
        return Answer((evidence,), pictures=(picture,))
    cause = f"{top} alone moves the scores by {by:+.2f} against the last good rows"
    return Answer((evidence,), (Suspicion(cause, "inputs", f"feature:{top}", 0.25),), pictures=(picture,))


def _between_models(now: Contributions, was: Scorer, bad: pd.DataFrame, old: str, new: str) -> Answer:
    before = contributions(was, bad)
    change = differ(now, before)
    evidence = _told(f"What version {new} makes of the same rows, against version {old}", change, now, before)
    title = f"Change of each feature's part in the score, version {new} against {old} on the same rows"
    return Answer((evidence,), pictures=(shap_difference_chart(change, title),))


def _told(title: str, change: dict[str, float], now: Contributions, before: Contributions) -> Evidence:
    named = ", ".join(f"{name} {value:+.3f}" for name, value in list(change.items())[:NAMED])
    error = max(now.additivity_error, before.additivity_error)
    words = f"Mean SHAP contributions changed most for {named}. They add up to the model's output within {error:.1e}."
    return Evidence(title, words, "explanation", {**change, "additivity_error": error, "method": now.method})
