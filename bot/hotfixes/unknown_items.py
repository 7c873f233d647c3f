"""Items that an older version of the model has never seen: what a rollback makes cold."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.recommender.contract import ModelVersion, Recommender
from checks.base import Window


def find_unknown_items(recommender: Recommender, version: ModelVersion, now: datetime) -> tuple[str, ...]:
    """Ids of items launched after the version's training data ends, and not after now; newest launch first.

    () where the catalogue has no launch dates.
    """
    if "launched_at" not in recommender.warehouse.schema.relations.get("items", {}):
        return ()
    items = recommender.warehouse.rows("items", Window(now - timedelta(days=1), now))
    known_until = version.trained_to or version.created_at
    new = items[(items["launched_at"] > known_until) & (items["launched_at"] <= now)]
    return tuple(str(item) for item in new.sort_values("launched_at", ascending=False)["item_id"])
