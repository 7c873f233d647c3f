"""How what is shown is shared out among items."""

from __future__ import annotations

import math

from sqlalchemy import BigInteger, DateTime, Double, String

from bot.recommender.reading import DAY, Bounds, read_table
from bot.recommender.relations.base import Mapped, Types

BEFORE = 7 * DAY


class Shown:
    """One row an item and window it was shown in: its impressions, its share of all, its place by impressions (1 is the
    most shown), how many items were shown, and how often it was chosen in the 7 days before (null without outcomes)."""

    name = "shown"
    reads = ("impressions", "outcomes")

    def columns(self, mapped: Mapped) -> Types:
        """None of it without items."""
        if not mapped.has("impressions", "item_id"):
            return {}
        own: Types = {"ts": DateTime(), "item_id": String(), "impressions": BigInteger(), "share": Double()}
        own |= {"place": BigInteger(), "items": BigInteger()}
        return own | ({"wanted": Double()} if mapped.has("outcomes", "item_id") else {})

    def sql(self, mapped: Mapped, bounds: Bounds) -> str:
        """One pass over the window's rows; outcomes are read back to 7 days before."""
        rows = f"SELECT *, {bounds.window_number('ts')} AS w FROM ({mapped.sql('impressions', bounds)})"
        counted = f"SELECT w, item_id, min(ts) AS ts, count(*) AS impressions FROM ({rows}) GROUP BY w, item_id"
        shared = (
            "SELECT *, impressions / sum(impressions) OVER (PARTITION BY w) AS share, "
            "count(*) OVER (PARTITION BY w) AS items, "
            "row_number() OVER (PARTITION BY w ORDER BY impressions DESC, item_id) AS place "
            f"FROM ({counted})"
        )
        if not mapped.has("outcomes", "item_id"):
            return f"SELECT * EXCLUDE (w) FROM ({shared})"
        return (
            f"SELECT s.* EXCLUDE (w), coalesce(sum(o.n), 0.0)::DOUBLE AS wanted FROM ({shared}) s "
            f"LEFT JOIN ({self._chosen(mapped, bounds)}) o ON o.item_id = s.item_id "
            f"AND o.w < s.w AND o.w >= s.w - {_back(bounds)} GROUP BY ALL"
        )

    def _chosen(self, mapped: Mapped, bounds: Bounds) -> str:
        outcomes = read_table(mapped.tables["outcomes"], bounds.start - _back(bounds) * bounds.length, bounds.end)
        return f"SELECT item_id, {bounds.any_number('ts')} AS w, count(*) AS n FROM ({outcomes}) GROUP BY ALL"


def _back(bounds: Bounds) -> int:
    """How many windows the days before are."""
    return max(1, math.ceil(BEFORE / bounds.length))
