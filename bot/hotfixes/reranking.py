"""Ranking logged requests again: how would the lists differ under another version?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.recommender.contract import Recommender, RecommenderFailed, Registry
from checks.base import Window

from .base import HotfixRefused, Progress

if TYPE_CHECKING:
    import pandas as pd

LOOK_BACK = (timedelta(days=1), timedelta(days=7))  # the last day, or the last week where a day has few
ENOUGH = 50  # requests to speak of shares
MOST_ROWS = 60_000  # candidates ranked again: seconds, not minutes
TOP = 10


@dataclass(frozen=True)
class Reranked:
    """How the top lists of logged requests differ between two versions."""

    requests: int = 0
    changed: int = 0
    items: int = 0
    members: int = 0
    overlap: float = 1.0
    rank_change: float = 0.0
    top: int = TOP


def rerank(recommender: Recommender, serving: str, other: str, now: datetime, progress: Progress) -> Reranked:
    """Rank the candidates of logged requests with both versions; Reranked() where whole requests are not logged.

    Raises RecommenderFailed for a corrupt version, HotfixRefused when it reads features that serving does not have.
    """
    registry = recommender.registry
    assert registry is not None
    scorer = registry.load(other)  # first of all: a corrupt file must be known before anything else
    rows = _logged_candidates(recommender, now)
    if rows.empty:
        return Reranked()
    missing = [name for name in scorer.features if name not in rows]
    if missing:
        raise HotfixRefused(
            f"Version {other} reads {', '.join(missing)}, which logged requests do not have: serving could not feed it."
        )
    progress(f"ranking {rows['request_id'].nunique()} logged requests with both versions")
    before = _scores_now(registry, serving, rows)
    return compare(rows, before, _series(rows, scorer.score(rows[list(scorer.features)])))


def compare(rows: pd.DataFrame, before: pd.Series[float], after: pd.Series[float]) -> Reranked:
    """Compare two scorings of the same candidates: `rows` has request_id, item_id and member_id; higher is better."""
    ranks = rows[["request_id", "item_id"]].assign(before=_rank(rows, before), after=_rank(rows, after))
    was, is_now = ranks["before"] <= TOP, ranks["after"] <= TOP
    moved = was ^ is_now
    lists = (
        ranks.assign(stays=was & is_now, was=was, moved=moved).groupby("request_id")[["stays", "was", "moved"]].sum()
    )
    touched = ranks.loc[moved, "request_id"].unique()
    whose = rows.loc[rows["request_id"].isin(touched), "member_id"].nunique() if "member_id" in rows else 0
    return Reranked(
        requests=len(lists),
        changed=int((lists["moved"] > 0).sum()),
        items=int(ranks.loc[moved, "item_id"].nunique()),
        members=int(whose),
        overlap=float((lists["stays"] / lists["was"].clip(lower=1)).mean()),
        rank_change=float((ranks["after"] - ranks["before"])[was].abs().mean()),
    )


def _logged_candidates(recommender: Recommender, now: datetime) -> pd.DataFrame:
    """Candidates that ranking was free to show, of the newest logged requests."""
    import pandas as pd

    if "requests" not in recommender.warehouse.schema.relations:
        return pd.DataFrame()
    for back in LOOK_BACK:
        rows = recommender.warehouse.rows("requests", Window(now - back, now), limit=MOST_ROWS)
        if "excluded_reason" in rows:
            rows = rows[rows["excluded_reason"].isna()]
        if rows["request_id"].nunique() >= ENOUGH:
            break
    return rows.reset_index(drop=True)


def _scores_now(registry: Registry, serving: str, rows: pd.DataFrame) -> pd.Series[float]:
    """What serves now, scored again; as logged when its file cannot be read or its inputs are not logged."""
    try:
        scorer = registry.load(serving)
        return _series(rows, scorer.score(rows[list(scorer.features)]))
    except (RecommenderFailed, KeyError):
        if "score" not in rows:
            raise
        return rows["score"].astype(float)


def _series(rows: pd.DataFrame, scores: object) -> pd.Series[float]:
    import pandas as pd

    return pd.Series(scores, index=rows.index, dtype=float)


def _rank(rows: pd.DataFrame, scores: pd.Series[float]) -> pd.Series[float]:
    """Places within each request, 1 for the best; ties go to the candidate logged first."""
    return scores.groupby(rows["request_id"]).rank(method="first", ascending=False, na_option="bottom")
