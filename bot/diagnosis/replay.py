"""Reproduce before you explain: score logged requests again and demand the very scores that were served."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bot.diagnosis.case import Case
from bot.diagnosis.verdict import Answer, Evidence, Replay, Suspicion, percent
from bot.recommender.contract import RecommenderFailed

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

REQUESTS = 200
ENOUGH = 50  # whole requests
NO_MODEL = "This installation has no model to explain; I compared the inputs, the traffic and the outcomes instead."


def replay(case: Case) -> Answer:
    """Did the model say what was served? If not, that is the finding, and everything after it is doubtful."""
    if case.recommender.registry is None:
        return Answer((Evidence("No model to replay", NO_MODEL, "replay"),))
    rows = logged(case)
    if rows.empty or not case.features:
        words = "No scored rows with the features as served are logged in this window, so nothing can be replayed."
        return Answer((Evidence("Nothing to replay", words, "replay"),))
    try:
        differences = _differences(case, rows)
    except RecommenderFailed as failed:
        return _unloadable(case, str(failed))
    return _told(case, rows, differences)


def logged(case: Case) -> pd.DataFrame:
    """Scored rows of up to 200 requests of the bad window, spread over it.

    Whole requests where enough are logged, else what was shown of more of them.
    """
    asked = case.asked_bad
    whole = "score" in asked and asked.loc[asked["score"].notna(), "request_id"].nunique() >= ENOUGH
    rows = asked if whole or "score" not in case.bad else case.bad
    if "score" not in rows or "model_version" not in rows:
        return rows.iloc[:0]
    rows = rows[rows["score"].notna()]
    ids = rows["request_id"].unique()
    chosen = ids[np.unique(np.linspace(0, len(ids) - 1, min(REQUESTS, len(ids))).astype(int))] if len(ids) else ids
    return rows[rows["request_id"].isin(chosen)]


def _differences(case: Case, rows: pd.DataFrame) -> NDArray[np.float64]:
    """Replayed score minus served score, a row each; rows of each version scored by that version."""
    out = np.zeros(len(rows))
    versions = rows["model_version"].to_numpy()
    for version in np.unique(versions):
        mine = versions == version
        out[mine] = case.scorer(str(version)).score(rows[mine]) - rows["score"].to_numpy(float)[mine]
    return out


def _tolerance(rows: pd.DataFrame) -> NDArray[np.float64]:
    """How far two computations of the same score may lie apart: rounding, by the width the log stores."""
    single = rows["score"].dtype == np.float32
    return np.asarray((1e-5 if single else 1e-9) * (1 + rows["score"].abs().to_numpy(float)))


def _told(case: Case, rows: pd.DataFrame, differences: NDArray[np.float64]) -> Answer:
    requests, size = rows["request_id"].nunique(), len(rows)
    largest = float(np.nanmax(np.abs(differences))) if np.isfinite(differences).any() else float("inf")
    wrong = ~(np.abs(differences) <= _tolerance(rows))
    if not wrong.any():
        words = f"Replayed {requests} logged requests ({size:,} rows): every score came out exactly as served."
        return Answer(
            (Evidence("Replay", words, "replay", {"max_difference": largest}),),
            ruled_out=("a difference between the model in the registry and the one that serves",),
            replay=Replay(requests, size, largest, True, words),
        )
    share = float(wrong.mean())
    words = (
        f"Replayed {requests} logged requests ({size:,} rows): {percent(share)} of the scores came out different "
        f"(by up to {largest:.4g}). What was served is not what the model says about the logged inputs."
    )
    return Answer(
        (Evidence("Replay differs", words, "replay", {"max_difference": largest, "share": share}),),
        (_impostor(case, rows[wrong], share),),
        replay=Replay(requests, size, largest, False, words),
    )


def _impostor(case: Case, rows: pd.DataFrame, share: float) -> Suspicion:
    """Why scores differ: another version that gives exactly the served scores, or inputs changed on the way."""
    logged_as = str(rows["model_version"].iloc[0])
    for version in reversed(case.versions):
        if version != logged_as and _reproduces(case, version, rows):
            cause = f"Version {version} really served, though the log says version {logged_as}"
            return Suspicion(cause, "systems", f"model:{_name(case)}", 0.95, explains=("",))
    cause = (
        f"{percent(share)} of the served scores are not what version {logged_as} gives on the logged inputs: "
        "the inputs or the scores are changed between the model and the log"
    )
    return Suspicion(cause, "systems", "serving:scores", min(0.95, 0.6 + share), explains=("",))


def _reproduces(case: Case, version: str, rows: pd.DataFrame) -> bool:
    try:
        again = case.scorer(version).score(rows)
    except (RecommenderFailed, KeyError, ValueError):
        return False
    return bool((np.abs(again - rows["score"].to_numpy(float)) <= _tolerance(rows)).mean() > 0.99)


def _unloadable(case: Case, why: str) -> Answer:
    cause = f"A version that served cannot be loaded from the registry: {why}"
    doubt = Suspicion(cause, "systems", f"model:{_name(case)}", 0.4)
    return Answer((Evidence("Replay failed", why, "replay"),), (doubt,))


def _name(case: Case) -> str:
    return case.recommender.registry.model if case.recommender.registry else "model"
