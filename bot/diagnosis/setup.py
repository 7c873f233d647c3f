"""An item's set-up: which fields of the catalogue it lacks that others have."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.recommender.contract import Recommender
from checks.base import Window

if TYPE_CHECKING:
    import pandas as pd

EVER = Window(datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))
USUALLY_FILLED = 0.9


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


def lacking(value: Any) -> bool:
    """Absent, or plainly no: a flag such as has_artwork that says false."""
    import numpy as np

    return absent(value) or (isinstance(value, bool | np.bool_) and not value)


def missing_fields(recommender: Recommender, item_id: str, now: datetime) -> list[str]:
    """Fields the item lacks though at least nine in ten items have them, in the words of the column names."""
    items = catalogue(recommender)
    item: Mapping[str, Any] = recommender.warehouse.item(item_id)
    gaps = [column for column, value in item.items() if column in items and lacking(value)]
    usual = [column for column in gaps if 1 - items[column].map(lacking).mean() >= USUALLY_FILLED]
    return [column.removeprefix("has_").removesuffix("_url").removesuffix("_at").replace("_", " ") for column in usual]
