"""What could be shown: candidates retrieved, the share of the catalogue among them, and what filters took out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.case import Case
from bot.diagnosis.setup import missing_fields
from bot.diagnosis.verdict import ROLLBACK, Answer, Evidence, Suspicion, percent

if TYPE_CHECKING:
    import pandas as pd

FEW_ITEMS = 5
ENOUGH_REQUESTS = 20


def weigh_candidates(case: Case) -> Answer:
    """Were fewer candidates retrieved, or did part of the catalogue vanish from among them?"""
    bad, good = case.asked_bad, case.asked_good
    if not _enough(bad, good):
        return Answer()
    now, before = _per_request(bad), _per_request(good)
    gone = _vanished(bad, good)
    words = (
        f"{now:,.0f} candidates were retrieved a request, {before:,.0f} before; "
        f"{percent(gone)} of the items retrieved before are never retrieved now."
    )
    evidence = Evidence("Candidates", words, "candidates", {"now": now, "before": before, "vanished": gone})
    if now > 0.75 * before and gone < 0.2:
        return Answer((evidence,), ruled_out=("fewer or other candidates than before",))
    strength = min(0.96, 0.6 + max(1 - now / before, gone, 0.0) * 0.6)
    cause = f"The candidate index lost items: {words[0].lower()}{words[1:-1]}"
    lost = Suspicion(cause, "systems", "candidates:index", strength, explains=("table:", "item:", "feature:", "model:"))
    return Answer((evidence,), (lost,))


def _enough(bad: pd.DataFrame, good: pd.DataFrame) -> bool:
    columns = {"request_id", "item_id"}
    return all(columns <= set(rows) and rows["request_id"].nunique() >= ENOUGH_REQUESTS for rows in (bad, good))


def _per_request(rows: pd.DataFrame) -> float:
    return float(len(rows) / rows["request_id"].nunique())


def _vanished(bad: pd.DataFrame, good: pd.DataFrame) -> float:
    """Of the items often retrieved before (so often that chance cannot hide them), the share never retrieved now."""
    ratio = len(bad) / len(good)
    counts = good["item_id"].value_counts()
    usual = set(counts[counts * min(ratio, 1.0) >= FEW_ITEMS].index)
    return len(usual - set(bad["item_id"])) / len(usual) if usual else 0.0


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
    apart = Suspicion(cause, "systems", "candidates:index", 0.93, ROLLBACK, (f"model:{name}", "feature:"))
    return Answer((evidence,), (apart,))


def _matching(rows: pd.DataFrame) -> float:
    return float((rows["index_version"].astype(str) == rows["model_version"]).mean())


def weigh_filters(case: Case) -> Answer:
    """Did filters take out more than before, for which reason, and are a few items' set-ups behind it?"""
    bad, good = case.asked_bad, case.asked_good
    if not _enough(bad, good) or "excluded_reason" not in bad:
        return Answer()
    rises = {reason: _share(bad, reason) - _share(good, reason) for reason in bad["excluded_reason"].dropna().unique()}
    total = f"{percent(float(bad['excluded_reason'].notna().mean()))} of candidates were excluded"
    words = f"{total}, before {percent(float(good['excluded_reason'].notna().mean()))}."
    evidence = [Evidence("Filters", words, "filters", {str(reason): rise for reason, rise in rises.items()})]
    suspicions = [
        _suspect(case, str(reason), rise) for reason, rise in rises.items() if _matters(case, str(reason), rise)
    ]
    out = () if suspicions else ("filters that take out more than before",)
    return Answer(tuple(evidence), tuple(suspicions), out)


def _share(rows: pd.DataFrame, reason: str) -> float:
    return float((rows["excluded_reason"] == reason).mean())


def _matters(case: Case, reason: str, rise: float) -> bool:
    """A rise of some points that is also large against what this reason usually takes."""
    return rise > 0.02 and rise > 0.3 * _share(case.asked_good, reason)


def _suspect(case: Case, reason: str, rise: float) -> Suspicion:
    """A set-up cause when a few items with a field missing are behind it, else a filter that became too wide."""
    hit = case.asked_bad[case.asked_bad["excluded_reason"] == reason]["item_id"].value_counts()
    known = set(case.asked_good[case.asked_good["excluded_reason"] == reason]["item_id"])
    new = [item for item in hit.index if item not in known][: FEW_ITEMS + 1]
    if 0 < len(new) <= FEW_ITEMS and hit[new].sum() > 0.6 * rise * len(case.asked_bad):
        fields = missing_fields(case.recommender, str(new[0]), case.window.end)
        lacks = f" (it has no {' and no '.join(fields)})" if fields else ""
        cause = f"Item {new[0]} is kept out by the filter {reason!r}{lacks}"
        return Suspicion(cause, "set-up", f"item:{new[0]}", 0.9 if fields else 0.7)
    cause = (
        f"The filter {reason!r} takes out {percent(_share(case.asked_bad, reason))} of candidates, {percent(rise)} more"
    )
    strength = min(0.95, 0.6 + 2 * rise)
    return Suspicion(f"{cause} than before", "systems", f"filter:{reason}", strength, explains=("item:", "table:"))
