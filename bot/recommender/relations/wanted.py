"""Outcomes with the genre of what was chosen."""

from __future__ import annotations

from sqlalchemy import String

from bot.recommender.reading import Bounds
from bot.recommender.relations.base import Mapped, Types
from bot.recommender.relations.genres import genre_sql


class Wanted:
    """One row an outcome, with its own columns and `genre`: the main genre of its item, null where none is known."""

    name = "wanted"
    reads = ("outcomes", "items")

    def columns(self, mapped: Mapped) -> Types:
        """None of it without genres in the catalogue."""
        if not mapped.has("outcomes", "item_id") or genre_sql(mapped) is None:
            return {}
        return mapped.types("outcomes") | {"genre": String()}

    def sql(self, mapped: Mapped, bounds: Bounds) -> str:
        """An item that is in the catalogue twice counts once."""
        own = "o.* EXCLUDE (genre)" if mapped.has("outcomes", "genre") else "o.*"
        return (
            f"SELECT {own}, g.genre FROM ({mapped.sql('outcomes', bounds)}) o "
            f"LEFT JOIN ({genre_sql(mapped)}) g ON g.item_id = o.item_id"
        )
