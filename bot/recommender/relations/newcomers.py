"""Lists with whether their member is new."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Integer

from bot.recommender.reading import Bounds, read_table
from bot.recommender.relations.base import Mapped, Types

NEW = timedelta(days=28)


class Newcomers:
    """One row a list of a member whose joining is known, with all columns of `lists` and `is_new` (0 or 1): whether
    they joined within the 28 days before it."""

    name = "newcomers"
    reads = ("impressions", "outcomes", "members")

    def columns(self, mapped: Mapped) -> Types:
        """None of it without joined_at, or where lists do not tell their member."""
        lists = mapped.relations["lists"].columns(mapped)
        if "member_id" not in lists or not mapped.has("members", "member_id", "joined_at"):
            return {}
        return lists | {"is_new": Integer()}

    def sql(self, mapped: Mapped, bounds: Bounds) -> str:
        """Whoever is in the members table several times joined at the first of those times."""
        members = read_table(mapped.tables["members"], None, None)
        joined = f"SELECT member_id, min(joined_at) AS joined_at FROM ({members}) GROUP BY 1"
        return (
            f"SELECT l.*, CAST(m.joined_at > l.ts - INTERVAL {NEW.days} DAY AS INTEGER) AS is_new "
            f"FROM ({mapped.sql('lists', bounds)}) l JOIN ({joined}) m USING (member_id) WHERE m.joined_at IS NOT NULL"
        )
