"""Whether what was shown is in the catalogue."""

from __future__ import annotations

from sqlalchemy import Integer

from bot.recommender.dialect import quote
from bot.recommender.reading import Bounds, read_table
from bot.recommender.relations.base import Mapped, Types


class Catalogued:
    """One row an impression: ts, item_id, its slices, and `known` (0 or 1), whether the catalogue has its item now."""

    name = "catalogued"
    reads = ("impressions", "items")

    def columns(self, mapped: Mapped) -> Types:
        """None of it without a catalogue."""
        if not mapped.has("items", "item_id"):
            return {}
        types = mapped.types("impressions")
        return {name: types[name] for name in _kept(mapped) if name in types} | {"known": Integer()}

    def sql(self, mapped: Mapped, bounds: Bounds) -> str:
        """The catalogue is read as it is now, its ids alone."""
        kept = ", ".join(f"i.{quote(name)}" for name in _kept(mapped))
        items = read_table(mapped.tables["items"], None, None)
        return (
            f"SELECT {kept}, CASE WHEN c.item_id IS NULL THEN 0 ELSE 1 END AS known "
            f"FROM ({mapped.sql('impressions', bounds)}) i "
            f"LEFT JOIN (SELECT DISTINCT item_id FROM ({items})) c ON c.item_id = i.item_id"
        )


def _kept(mapped: Mapped) -> tuple[str, ...]:
    return ("ts", "item_id", *mapped.slices_of("impressions"))
