"""Whether titles reach the members they are meant for."""

from __future__ import annotations

from sqlalchemy import DateTime, Integer, String

from bot.recommender.dialect import quote, text
from bot.recommender.reading import Bounds, read_table
from bot.recommender.relations.base import Mapped, Types


class Reach:
    """One row a member, window and audience they belong to (items.audience, such as "age_group=child"): whether they
    were shown any title meant for that audience (0 or 1)."""

    name = "reach"
    reads = ("impressions", "items")

    def columns(self, mapped: Mapped) -> Types:
        """None of it without an audience column, members and a slice column that an audience can name."""
        known = mapped.has("items", "audience") and mapped.has("impressions", "member_id", "item_id")
        if not known or not mapped.slices_of("impressions"):
            return {}
        return {"ts": DateTime(), "member_id": String(), "audience": String(), "reached": Integer()}

    def sql(self, mapped: Mapped, bounds: Bounds) -> str:
        """An audience is one "column=value"; what names no slice column is left out."""
        items = read_table(mapped.tables["items"], None, None)
        rows = f"SELECT *, {bounds.window_number('ts')} AS w FROM ({mapped.sql('impressions', bounds)})"
        inside = " OR ".join(
            f"(a.audience_column = {text(name)} AND CAST(r.{quote(name)} AS VARCHAR) = a.audience_value)"
            for name in mapped.slices_of("impressions")
        )
        audiences = (
            "SELECT DISTINCT audience, split_part(audience, '=', 1) AS audience_column, "
            f"substr(audience, strpos(audience, '=') + 1) AS audience_value FROM ({items}) WHERE audience IS NOT NULL"
        )
        return (
            "SELECT min(r.ts) AS ts, r.member_id, a.audience, "
            "max(CASE WHEN i.item_id IS NULL THEN 0 ELSE 1 END) AS reached "
            f"FROM ({rows}) r JOIN ({audiences}) a ON ({inside}) "
            f"LEFT JOIN (SELECT item_id, audience FROM ({items})) i USING (item_id, audience) "
            "GROUP BY r.w, r.member_id, a.audience"
        )
