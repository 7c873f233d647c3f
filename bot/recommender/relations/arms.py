"""What each arm of a test shows, item by item, beside what the others show."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import BigInteger, Double

from bot.recommender.reading import Bounds, timestamp
from bot.recommender.relations.base import Mapped, Types


class Arms:
    """One row a window, arm and item: `shown` (rows), and its `share` of the arm's rows and of the `others`'."""

    name = "arms"
    reads = ("impressions",)

    def columns(self, mapped: Mapped) -> Types:
        """None of it where impressions have no arm."""
        if not mapped.has("impressions", "ts", "arm", "item_id"):
            return {}
        types = mapped.types("impressions")
        own = {name: types[name] for name in ("ts", "arm", "item_id")}
        return own | {"shown": BigInteger(), "share": Double(), "others": Double()}

    def sql(self, mapped: Mapped, bounds: Bounds) -> str:
        """Rows outside of any test (no arm) are no arm; an item that an arm did not show has no row there.

        ts is the start of the window.
        """
        length = bounds.length // timedelta(microseconds=1)
        start = f"{timestamp(bounds.start)} + to_microseconds({bounds.window_number('ts')} * {length})"
        counted = (
            f"SELECT {start} AS ts, arm, item_id, count(*) AS shown FROM ({mapped.sql('impressions', bounds)}) "
            "WHERE arm IS NOT NULL GROUP BY ALL"
        )
        mine = "sum(shown) OVER (PARTITION BY ts, arm)"
        rest = f"nullif(sum(shown) OVER (PARTITION BY ts) - {mine}, 0)"
        elsewhere = "sum(shown) OVER (PARTITION BY ts, item_id) - shown"
        return f"SELECT *, shown / {mine} AS share, ({elsewhere}) / {rest} AS others FROM ({counted})"
