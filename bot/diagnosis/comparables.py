"""Items like this one: the nearest launched ones by what the catalogue says of them, and how often each was shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import func

from bot.diagnosis.case import DAY
from bot.diagnosis.setup import absent
from bot.recommender.contract import Recommender
from bot.slack.charts import Comparable
from checks.base import EVERYONE, Measure, Window
from checks.sql import count_if

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

MOST = 8
FEWEST = 3
NOT_TRAITS = {"item_id", "title", "ts", "launch_date", "owner", "description", "url"}


@dataclass(frozen=True)
class Exposures:
    """How often an item and its comparables were shown a day, day by day side by side."""

    item: tuple[float, ...]
    comparables: tuple[Comparable, ...]
    since_launch: bool  # day 0 is each one's launch day; otherwise the same calendar days
    first: datetime  # day 0 of the item

    def expected(self, days: int) -> tuple[float, float, float] | None:
        """Median and 10th and 90th percentile of the comparables' daily exposure over the item's last whole days."""
        length = len(self.item)
        parts = [one.exposure[max(0, length - days) : length] for one in self.comparables]
        means = [float(np.mean(part)) for part in parts if len(part)]
        if len(means) < FEWEST:
            return None
        low, middle, high = np.percentile(means, [10, 50, 90])
        return float(middle), float(low), float(high)

    def now(self, days: int) -> float:
        """The item's daily exposure over its last days."""
        return float(np.mean(self.item[-days:])) if self.item else 0.0


def nearest(items: pd.DataFrame, item: Mapping[str, Any], launched_before: datetime, recent: datetime) -> list[str]:
    """Ids of the items most like this one, nearest first; those launched since `recent` come before older ones.

    Words in common (Jaccard) for texts such as genres, distance in standard deviations for numbers, equal or not else.
    """
    import pandas as pd

    others = items[items["item_id"].astype(str) != str(item["item_id"])]
    dates = (
        pd.to_datetime(others["launch_date"], utc=True) if "launch_date" in others else pd.Series(pd.NaT, others.index)
    )
    others = others[(dates < launched_before).to_numpy() | (dates.isna().all() if len(dates) else False)]
    if others.empty:
        return []
    apart = np.zeros(len(others))
    for column in [name for name in others.columns if name not in NOT_TRAITS]:
        apart += _apart(others[column], item.get(column), items[column])
    if recent < launched_before and "launch_date" in others:
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


def find_exposures(
    recommender: Recommender, item: Mapping[str, Any], items: pd.DataFrame, now: datetime, window: timedelta
) -> Exposures:
    """Daily exposure of the item and its comparables: since launch for a new title, else over the last days.

    A title counts as new while its launch lies within the logged time; its comparables are then those that launched
    while it was logged too and have been out as long.
    """
    import pandas as pd

    today = pd.Timestamp(now).floor("D").to_pydatetime()
    until = now if now == today else today  # whole days only: a day that has just begun would look like a collapse
    started = _log_start(recommender, until)
    launch = launched_on(item)
    new = launch is not None and started is not None and started <= launch < until
    first = launch if new and launch is not None else max(until - max(window, 7 * DAY), started or until - 7 * DAY)
    days = max(1, round((until - first) / DAY))
    ids = nearest(items, item, first if new else until - 14 * DAY, started if new and started else until)
    shown = _daily(recommender, [str(item["item_id"]), *ids], started if new and started else first, until)
    starts = dict(zip(items["item_id"].astype(str), items.get("launch_date", []), strict=False)) if new else {}
    titles = (
        dict(zip(items["item_id"].astype(str), items.get("title", items["item_id"]), strict=True)) if len(items) else {}
    )
    offset = {one: _day_of(starts.get(one), started) if new and started else 0 for one in shown}
    mine = shown[str(item["item_id"])][offset[str(item["item_id"])] :][:days]
    others = [Comparable(one, str(titles.get(one, one)), tuple(shown[one][offset[one] :][:days])) for one in ids]
    return Exposures(tuple(mine), tuple(others), new, first)


def launched_on(item: Mapping[str, Any]) -> datetime | None:
    """The item's launch, aware; None when the catalogue has none."""
    import pandas as pd

    value: Any = item.get("launch_date")
    if absent(value):
        return None
    stamp = pd.Timestamp(value)
    out: datetime = (stamp.tz_localize("UTC") if stamp.tzinfo is None else stamp.tz_convert("UTC")).to_pydatetime()
    return out


def _log_start(recommender: Recommender, until: datetime) -> datetime | None:
    """The first day with impressions in the last ten weeks."""
    counted = Measure("diagnosis.rows:impressions", "impressions", "count", func.count(), func.count())
    windows = [Window(until - (back + 1) * DAY, until - back * DAY) for back in range(70)]
    found = recommender.warehouse.measure([counted], windows)
    return min((m.window.start for m in found if m.slice == EVERYONE and m.n > 0), default=None)


def _daily(recommender: Recommender, ids: Sequence[str], first: datetime, until: datetime) -> dict[str, list[float]]:
    """Impressions a day of each item, all counted in one scan."""
    column = recommender.warehouse.schema.column("impressions", "item_id")
    counts = {one: count_if(column == one) for one in ids}
    measures = [Measure(f"diagnosis.shown:{one}", "impressions", "count", n, n) for one, n in counts.items()]
    windows = [
        Window(first + day * DAY, first + (day + 1) * DAY) for day in range(max(1, round((until - first) / DAY)))
    ]
    out = {one: [0.0] * len(windows) for one in ids}
    for measured in recommender.warehouse.measure(measures, windows):
        if measured.slice == EVERYONE:
            out[measured.measure.partition(":")[2]][windows.index(measured.window)] = float(measured.n)
    return out


def _day_of(launch: Any, started: datetime) -> int:
    at = launched_on({"launch_date": launch})
    return max(0, round((at - started) / DAY)) if at else 0
