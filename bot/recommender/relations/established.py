"""Impressions of members of whom something is known by now."""

from __future__ import annotations

from bot.recommender.reading import Bounds, read_table, timestamp
from bot.recommender.relations.base import Mapped, Types
from bot.recommender.relations.newcomers import NEW


class Established:
    """One row an impression, with all its columns, but for those of members who joined within the 28 days before it.

    Whoever is not in the members table is taken for established.
    """

    name = "established"
    reads = ("impressions", "members")

    def columns(self, mapped: Mapped) -> Types:
        """Those of impressions; none of it without joined_at."""
        known = mapped.has("impressions", "member_id") and mapped.has("members", "member_id", "joined_at")
        return mapped.types("impressions") if known else {}

    def sql(self, mapped: Mapped, bounds: Bounds) -> str:
        """Whoever is in the members table several times joined at the first of those times."""
        members = read_table(mapped.tables["members"], None, None)
        recent = (
            f"SELECT member_id, min(joined_at) AS joined_at FROM ({members}) GROUP BY 1 "
            f"HAVING min(joined_at) > {timestamp(bounds.start)} - INTERVAL {NEW.days} DAY"
        )
        return (
            f"SELECT i.* FROM ({mapped.sql('impressions', bounds)}) i LEFT JOIN ({recent}) m USING (member_id) "
            f"WHERE m.joined_at IS NULL OR m.joined_at <= i.ts - INTERVAL {NEW.days} DAY"
        )
