"""An item's set-up: which fields of the catalogue it lacks that others have."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.recommender.contract import Recommender
from checks.base import Window

if TYPE_CHECKING:
    import pandas as pd

EVER = Window(datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))
USUALLY_FILLED = 0.9
SOON = timedelta(days=2)


def catalogue(recommender: Recommender) -> pd.DataFrame:
    """The whole items table; empty where none is mapped."""
    import pandas as pd

    if "items" not in recommender.warehouse.schema.relations:
        return pd.DataFrame()
    return recommender.warehouse.rows("items", EVER)


def absent(value: Any) -> bool:
    """Whether a catalogue field is not filled in: null, NaN, NaT, blank or an empty list."""
    import pandas as pd

    if isinstance(value, list | tuple | set | dict):
        return not value
    if isinstance(value, str):
        return not value.strip()
    try:
        return bool(pd.isna(value))
    except (TypeError, ValueError):
        return False


def missing_fields(recommender: Recommender, item_id: str, now: datetime) -> list[str]:
    """Fields the item lacks though at least nine in ten items have them, in the words of the column names."""
    items = catalogue(recommender)
    item: Mapping[str, Any] = recommender.warehouse.item(item_id)
    lacking = [column for column, value in item.items() if column in items and absent(value)]
    usual = [column for column in lacking if 1 - items[column].map(absent).mean() >= USUALLY_FILLED]
    return [column.removesuffix("_url").removesuffix("_at").replace("_", " ") for column in usual]
