"""What could be shown: candidates retrieved, the share of the catalogue among them, and what filters took out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.case import CANDIDATES, Case
from bot.diagnosis.verdict import ROLLBACK, Answer, Evidence, Suspicion, percent
from checks.base import EVERYONE

if TYPE_CHECKING:
    import pandas as pd

FEWEST_MEMBERS = 6  # expected to be offered an item, before its absence says anything
FEWEST_ITEMS = 20  # offered so often, below which a share of them says nothing
VANISHED = 0.25
ENOUGH_REQUESTS = 8


def weigh_candidates(case: Case) -> Answer:
    """Were fewer candidates retrieved, or did part of the catalogue vanish from among them?"""
    bad, good = case.asked_bad, case.asked_good
    if not enough(bad, good):
        return Answer()
    now, before = _per_request(bad), _per_request(good)
    if case.where == EVERYONE:
        gone = _vanished(bad, good)
    else:  # few members of a slice are offered few items: what is in the index is told by everyone's candidates
        gone = _vanished(*(case.rows("requests", w, CANDIDATES, EVERYONE) for w in (case.window, case.last_good)))
    words = (
        f"{now:,.0f} candidates were retrieved a request, {before:,.0f} before; "
        f"{percent(gone)} of the items retrieved before are never retrieved now."
    )
    evidence = Evidence("Candidates", words, "candidates", {"now": now, "before": before, "vanished": gone})
    if now > 0.75 * before and gone < VANISHED:
        return Answer((evidence,), ruled_out=("fewer or other candidates than before",))
    strength = min(0.96, 0.6 + max(1 - now / before, gone, 0.0) * 0.6)
    cause = f"The candidate index lost items: {words[0].lower()}{words[1:-1]}"
    lost = Suspicion(cause, "systems", "index", strength, explains=("table:", "item:", "feature:", "model:"))
    return Answer((evidence,), (lost,))


def enough(bad: pd.DataFrame, good: pd.DataFrame) -> bool:
    """Whether both windows have whole requests enough to compare."""
    columns = {"request_id", "item_id"}
    return all(columns <= set(rows) and rows["request_id"].nunique() >= ENOUGH_REQUESTS for rows in (bad, good))


def _per_request(rows: pd.DataFrame) -> float:
    return float(len(rows) / rows["request_id"].nunique())


def _vanished(bad: pd.DataFrame, good: pd.DataFrame) -> float:
    """Of the items retrieved for so many members before that chance cannot hide them, the share never retrieved now."""
    who = "member_id" if "member_id" in good and "member_id" in bad else "request_id"
    members = good.groupby("item_id")[who].nunique()
    ratio = min(1.0, bad[who].nunique() / good[who].nunique())
    usual = set(members[members * ratio >= FEWEST_MEMBERS].index)
    return len(usual - set(bad["item_id"])) / len(usual) if len(usual) >= FEWEST_ITEMS else 0.0


def weigh_index(case: Case) -> Answer:
    """Does the candidate index still belong to the model that ranks its candidates?"""
    if not all("index_version" in rows and len(rows) for rows in (case.bad, case.good)):
        return Answer()
    now, before = (_matching(rows) for rows in (case.bad, case.good))
    if before < 0.95:  # here the two are numbered apart: nothing to compare
        return Answer()
    words = f"Model and index are of the same version in {percent(now)} of impressions, before in {percent(before)}."
    evidence = Evidence("Index and model", words, "candidates", {"matching": now, "matching_before": before})
    if now > before - 0.05:
        return Answer((evidence,), ruled_out=("an index built for another model version",))
    pair = case.bad[case.bad["index_version"].astype(str) != case.bad["model_version"]].iloc[-1]
    cause = f"Model version {pair['model_version']} serves with the index of version {pair['index_version']}"
    name = case.recommender.registry.model if case.recommender.registry else "model"
    apart = Suspicion(cause, "systems", "index", 0.93, ROLLBACK, (f"model:{name}", "feature:"))
    return Answer((evidence,), (apart,))


def _matching(rows: pd.DataFrame) -> float:
    return float((rows["index_version"].astype(str) == rows["model_version"]).mean())
