"""How often an item is shown, against its comparables: since launch for a new title, else over the last days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import func

from bot.diagnosis.case import DAY
from bot.diagnosis.comparables import FEWEST, launched_on, nearest
from bot.recommender.contract import Recommender
from bot.slack.charts import Comparable
from checks.base import EVERYONE, Measure, Window

if TYPE_CHECKING:
    import pandas as pd

LOGGED_DAYS = 70  # how far back the beginning of the log is looked for
ESTABLISHED = 14 * DAY  # after so long a title is compared with others of any age


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


def find_exposures(
    recommender: Recommender, item: Mapping[str, Any], items: pd.DataFrame, now: datetime, window: timedelta
) -> Exposures:
    """Daily exposure of the item and its comparables.

    A title counts as new while its launch lies within the logged time and at least three like it were launched before
    it within that time: day by day since launch they can be compared. Others are compared on the same calendar days.
    """
    until = now.replace(hour=0, minute=0, second=0, microsecond=0)  # a day just begun would look like a collapse
    started = _log_start(recommender, until) or until - 7 * DAY
    launch = launched_on(item)
    if launch is not None and started <= launch < until:
        ids = nearest(items, item, launch, started)
        if len(ids) >= FEWEST:
            return _since_launch(recommender, item, items, ids, Window(started, until))
    first = max(until - max(window, 7 * DAY), started)
    ids = nearest(items, item, until - ESTABLISHED, until)
    mine = str(item["item_id"])
    shown = _daily(recommender, [mine, *ids], Window(first, until))
    return Exposures(tuple(shown[mine]), _named(items, {one: shown[one] for one in ids}), False, first)


def _since_launch(
    recommender: Recommender, item: Mapping[str, Any], items: pd.DataFrame, ids: Sequence[str], logged: Window
) -> Exposures:
    """Every series from its own launch day on, as long as the item's."""
    mine = str(item["item_id"])
    shown = _daily(recommender, [mine, *ids], logged)
    launches = dict(zip(items["item_id"].astype(str), items["launch_date"], strict=True))
    begun = {one: _day_of(launches.get(one), logged.start) for one in shown}
    days = len(shown[mine]) - begun[mine]
    since = {one: shown[one][begun[one] :][:days] for one in shown}
    others = _named(items, {one: since[one] for one in ids})
    return Exposures(tuple(since[mine]), others, True, logged.start + begun[mine] * DAY)


def _named(items: pd.DataFrame, shown: Mapping[str, Sequence[float]]) -> tuple[Comparable, ...]:
    titles = dict(zip(items["item_id"].astype(str), items["title"], strict=True)) if "title" in items else {}
    return tuple(Comparable(one, str(titles.get(one, one)), tuple(days)) for one, days in shown.items())


def _log_start(recommender: Recommender, until: datetime) -> datetime | None:
    """The first day with impressions in the last ten weeks; None when there is none."""
    counted = Measure("diagnosis.rows:impressions", "impressions", "count", func.count(), func.count())
    windows = [Window(until - (back + 1) * DAY, until - back * DAY) for back in range(LOGGED_DAYS)]
    found = recommender.warehouse.measure([counted], windows)
    return min((m.window.start for m in found if m.slice == EVERYONE and m.n > 0), default=None)


def _daily(recommender: Recommender, ids: Sequence[str], logged: Window) -> dict[str, list[float]]:
    """Impressions a day of each item, all counted in one scan."""
    days = max(1, round((logged.end - logged.start) / DAY))
    out = {one: [0.0] * days for one in ids}
    rows = recommender.warehouse.exposure(logged, ids)
    for one, at, shown in zip(rows["item_id"], rows["window_start"], rows["impressions"], strict=True):
        out[str(one)][min(days - 1, (at - logged.start) // DAY)] += float(shown)
    return out


def _day_of(launch: Any, started: datetime) -> int:
    at = launched_on({"launch_date": launch})
    return max(0, round((at - started) / DAY)) if at else 0
