"""One item: is it set up, retrieved, let through, ranked, and where do its features differ from its like?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bot.diagnosis.case import Case
from bot.diagnosis.comparables import FEWEST, nearest
from bot.diagnosis.explanation import contributions, differ
from bot.diagnosis.fate import MOST_ROWS, Fate, find_fate
from bot.diagnosis.setup import EVER, catalogue, missing_fields
from bot.diagnosis.verdict import Answer, CauseClass, Evidence, Suspicion, percent
from bot.recommender.contract import RecommenderFailed
from bot.slack.charts import shap_difference_chart
from checks.base import EVERYONE

if TYPE_CHECKING:
    import pandas as pd


def weigh_setup(case: Case) -> Answer:
    """Does the catalogue lack something of this item that nearly every other has?"""
    if case.item is None or not case.has("items"):
        return Answer()
    lacks = missing_fields(case.recommender, case.item, case.window.end)
    fate = find_fate(case, case.item)
    if not lacks:
        return Answer(
            (Evidence("Set-up", "Nothing is missing in the catalogue.", "item"),), ruled_out=("a gap in the set-up",)
        )
    words = f"The catalogue has no {' and no '.join(lacks)} for item {case.item}; nine in ten items have."
    said = fate.reason if fate else None
    cause = f"Item {case.item} has no {' and no '.join(lacks)}" + (
        f", so the filter {said!r} keeps it out" if said else ""
    )
    barred = Suspicion(
        cause, "set-up", f"item:{case.item}", 0.95 if said else 0.6, explains=("filter:", "feature:", "model:")
    )
    return Answer((Evidence("Set-up", words, "item", {"missing": lacks}),), (barred,))


def weigh_fate(case: Case) -> Answer:
    """What happens to it in requests: never retrieved, kept out by a filter, or ranked low?"""
    fate = find_fate(case, case.item) if case.item else None
    if fate is None or case.item is None:
        return Answer()
    evidence = Evidence("Its way through requests", _tell(fate), "item", {"retrieved": fate.retrieved, **fate.excluded})
    subject = f"item:{case.item}"
    if fate.reason:
        share = percent(fate.excluded[fate.reason] / fate.retrieved)
        cause = f"The filter {fate.reason!r} keeps item {case.item} out of {share} of requests"
        return Answer((evidence,), (Suspicion(cause, _class_of(fate.reason), subject, 0.75),))
    if fate.retrieved == 0 and fate.requests >= 50:
        cause = f"Item {case.item} was a candidate in none of {fate.requests} sampled requests: it is not in the index"
        return Answer((evidence,), (Suspicion(cause, "systems", subject, 0.7, explains=("feature:", "model:")),))
    return Answer((evidence,), ruled_out=("a filter that keeps it out",))


def _class_of(reason: str) -> CauseClass:
    """A filter that says what an item lacks points at its set-up; any other at the filter."""
    return "set-up" if reason.lower().startswith(("no ", "not ", "missing", "without")) else "systems"


def _tell(fate: Fate) -> str:
    words = f"It was among the candidates of {fate.retrieved} of about {fate.requests} sampled requests"
    if fate.excluded:
        words += "; excluded: " + ", ".join(f"{reason} {count} times" for reason, count in fate.excluded.items())
    return words + (f"; its median rank when scored was {fate.rank:.0f}." if fate.rank is not None else ".")


def weigh_likeness(case: Case) -> Answer:
    """Do its features lie outside the range of its five to eight nearest items, and does that cost it score?"""
    if case.item is None or not case.features or not case.has("items"):
        return Answer()
    items = catalogue(case.recommender)
    ids = nearest(items, case.recommender.warehouse.item(case.item), case.window.end, EVER.start)
    relation = "requests" if case.has("requests", "item_id") else "impressions"
    mine = case.rows(relation, case.window, MOST_ROWS, EVERYONE, item_id=case.item)
    like = case.rows(relation, case.window, MOST_ROWS, EVERYONE, item_id=ids) if ids else mine.iloc[:0]
    if len(mine) < 5 or like.empty or like["item_id"].nunique() < FEWEST:
        return Answer()
    outside = _outside(case, mine, like)
    evidence = [
        Evidence("Against comparable items", _tell_outside(outside, ids), "comparables", dict.fromkeys(outside))
    ]
    explained = _explain(case, mine, like)
    suspicions = tuple(_suspect(case, name, explained, told) for name, told in outside.items())
    title = f"Each feature's part in the score of item {case.item}, against comparable items"
    pictures = (shap_difference_chart(explained, title),) if explained else ()
    out = () if outside else ("features unlike those of comparable items",)
    return Answer(tuple(evidence), suspicions, out, pictures)


def _outside(case: Case, mine: pd.DataFrame, like: pd.DataFrame) -> dict[str, str]:
    """Features whose typical value is beyond every comparable's own, or missing though theirs are not."""
    out = {}
    for name in case.features:
        missing = float(mine[name].isna().mean())
        if missing > 0.5 + float(like[name].isna().mean()):
            out[name] = f"{name} is missing in {percent(missing)} of its rows"
        elif mine[name].dtype.kind in "fiu" and mine[name].notna().any():
            typical = like.groupby("item_id")[name].median().dropna()
            value, low, high = float(mine[name].median()), float(typical.min()), float(typical.max())
            margin = 0.5 * (high - low) + 1e-9 * abs(high)
            if len(typical) >= FEWEST and not low - margin <= value <= high + margin:
                out[name] = f"{name} is {value:.4g}, comparable items have {low:.4g} to {high:.4g}"
    return out


def _tell_outside(outside: dict[str, str], ids: list[str]) -> str:
    if outside:
        return "; ".join(outside.values()) + f" (items {', '.join(ids)})."
    return f"All its features lie within the range of comparable items ({', '.join(ids)})."


def _explain(case: Case, mine: pd.DataFrame, like: pd.DataFrame) -> dict[str, float]:
    """The SHAP difference between the item's rows and its comparables', {} where there is no model."""
    if case.recommender.registry is None or case.serving is None:
        return {}
    try:
        scorer = case.scorer(case.serving)
        return differ(contributions(scorer, mine), contributions(scorer, like))
    except (RecommenderFailed, KeyError, ValueError):
        return {}


def _suspect(case: Case, name: str, explained: dict[str, float], told: str) -> Suspicion:
    """Weak for a feature that the score hardly minds, stronger the more score it costs."""
    cost = -explained.get(name, 0.0)
    strength = float(np.clip(0.25 + 0.5 * cost, 0.15, 0.7))
    return Suspicion(told[0].upper() + told[1:] + (f", which costs it {cost:.2f} of score" if cost > 0.05 else ""),
                     "inputs", f"feature:{name}", strength)  # fmt: skip
