"""Items that an older version of the model has never seen: what a rollback makes cold."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.recommender.contract import ModelVersion, Recommender
from checks.base import Window


def find_unknown_items(recommender: Recommender, version: ModelVersion, now: datetime) -> tuple[str, ...]:
    """Ids of items launched after the version's training data ends, and not after now; newest launch first.

    () where the catalogue has no launch dates.
    """
    import pandas as pd

    if "launch_date" not in recommender.warehouse.schema.relations.get("items", {}):
        return ()
    items = recommender.warehouse.rows("items", Window(now - timedelta(days=1), now))
    known_until = version.trained_to or version.created_at
    launched = pd.to_datetime(items["launch_date"], utc=True)
    new = launched[(launched > known_until) & (launched <= now)].sort_values(ascending=False, kind="stable")
    return tuple(str(item) for item in items.loc[new.index, "item_id"])
