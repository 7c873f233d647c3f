"""What becomes of one item in a request: retrieved, excluded for a reason, scored, ranked, shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.diagnosis.case import Case
from checks.base import EVERYONE

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 3_000


@dataclass(frozen=True)
class Fate:
    """How an item fared in the sampled requests of a window."""

    requests: int  # sampled requests in the window
    retrieved: int  # of them, those with the item among the candidates
    excluded: dict[str, int] = field(default_factory=dict)  # by reason
    usual: dict[str, float] = field(default_factory=dict)  # the share each reason takes of all but the worst-hit items
    rank: float | None = None  # the median rank where it was scored
    rows: pd.DataFrame | None = None

    @property
    def reason(self) -> str | None:
        """The reason that kept it out of at least half of the requests that retrieved it, and of more than is usual."""
        if not self.excluded or not self.retrieved:
            return None
        reason = max(self.excluded, key=lambda one: self.excluded[one])
        share = self.excluded[reason] / self.retrieved
        return reason if share >= 0.5 and share > self.usual.get(reason, 0.0) else None


def find_fate(case: Case, item_id: str) -> Fate | None:
    """The item's fate in the bad window; None where requests are not logged whole."""
    if not case.has("requests", "item_id", "request_id"):
        return None
    sampled = case.asked_bad
    if sampled.empty:
        return None
    rows = case.rows("requests", case.window, MOST_ROWS, EVERYONE, item_id=item_id)
    reasons = dict(rows["excluded_reason"].dropna().value_counts()) if "excluded_reason" in rows else {}
    rank = float(rows["rank"].dropna().median()) if "rank" in rows and rows["rank"].notna().any() else None
    return Fate(
        int(sampled["request_id"].nunique()),
        int(rows["request_id"].nunique()) if len(rows) else 0,
        {str(reason): int(count) for reason, count in reasons.items()},
        {str(reason): _usual(sampled, str(reason)) for reason in reasons},
        rank,
        rows,
    )


def _usual(sampled: pd.DataFrame, reason: str) -> float:
    """The share of its requests that a reason keeps an item out of, at the 95th percentile of items (5 requests up)."""
    shares = (sampled["excluded_reason"] == reason).groupby(sampled["item_id"]).agg(["mean", "size"])
    often = shares.loc[shares["size"] >= 5, "mean"]
    return float(often.quantile(0.95)) if len(often) >= 20 else 0.0
