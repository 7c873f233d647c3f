"""Items like this one: the nearest launched ones, by what the catalogue says of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.diagnosis.setup import absent

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

MOST = 8
FEWEST = 3
NOT_TRAITS = {"item_id", "title", "ts", "launch_date", "owner", "description", "url"}


def nearest(items: pd.DataFrame, item: Mapping[str, Any], launched_before: datetime, recent: datetime) -> list[str]:
    """Ids of the items most like this one, nearest first; those launched since `recent` come before older ones.

    Words in common (Jaccard) for texts such as genres, distance in standard deviations for numbers, equal or not else.
    """
    import pandas as pd

    others = items[items["item_id"].astype(str) != str(item["item_id"])]
    dated = "launch_date" in others and others["launch_date"].notna().any()
    if dated:
        others = others[(pd.to_datetime(others["launch_date"], utc=True) <= launched_before).to_numpy()]
    if others.empty:
        return []
    apart = np.zeros(len(others))
    for column in [name for name in others.columns if name not in NOT_TRAITS]:
        apart += _apart(others[column], item.get(column), items[column])
    if recent < launched_before and dated:
        apart += 100.0 * (pd.to_datetime(others["launch_date"], utc=True) < recent).to_numpy()
    order = np.argsort(apart, kind="stable")[:MOST]
    return [str(others["item_id"].iloc[row]) for row in order if apart[row] < 100.0 or recent >= launched_before]


def _apart(values: pd.Series[Any], mine: Any, everyone: pd.Series[Any]) -> NDArray[np.float64]:
    """How far each value is from the item's, 0 to about 1; 1 where either is not filled in."""
    if absent(mine):
        return np.zeros(len(values))
    if values.dtype.kind in "iuf" and values.dtype.kind != "b":
        spread = float(everyone.astype(float).std()) or 1.0
        return np.asarray((values.astype(float) - float(mine)).abs().div(2 * spread).clip(0, 1).fillna(1.0), float)
    words = _words(mine)
    return np.array([1.0 if absent(value) else 1 - _overlap(words, _words(value)) for value in values])


def _words(value: Any) -> frozenset[str]:
    parts = value if isinstance(value, list | tuple | set) else str(value).replace("|", ",").split(",")
    return frozenset(str(part).strip().lower() for part in parts)


def _overlap(left: frozenset[str], right: frozenset[str]) -> float:
    return len(left & right) / max(len(left | right), 1)


def launched_on(item: Mapping[str, Any]) -> datetime | None:
    """The item's launch, aware; None when the catalogue has none."""
    import pandas as pd

    value: Any = item.get("launch_date")
    if absent(value):
        return None
    stamp = pd.Timestamp(value)
    out: datetime = (stamp.tz_localize("UTC") if stamp.tzinfo is None else stamp.tz_convert("UTC")).to_pydatetime()
    return out
