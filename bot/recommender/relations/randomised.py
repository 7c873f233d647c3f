"""Impressions that chance chose, beside what is usual where the ranker chose."""

from __future__ import annotations

from sqlalchemy import DateTime, Double, Integer, String

from bot.recommender.dialect import quote
from bot.recommender.reading import Bounds
from bot.recommender.relations.base import Mapped, Types
from bot.recommender.relations.genres import genre_sql


class Randomised:
    """One row an impression placed at random (impressions.explored), with its item's genre where known: whether it was
    chosen, and the share chosen at the same position of the same window (and genre) where the ranker chose."""

    name = "randomised"
    reads = ("impressions", "outcomes", "items")

    def columns(self, mapped: Mapped) -> Types:
        """None of it without exploration traffic and choices."""
        if not mapped.has_labels or not mapped.has("impressions", "explored", "position", "item_id"):
            return {}
        types = mapped.types("impressions")
        own: Types = {"ts": DateTime(), "item_id": String(), "chosen": Integer(), "usual": Double()}
        own |= {"genre": String()} if genre_sql(mapped) is not None else {}
        return own | {name: types[name] for name in mapped.slices_of("impressions")}

    def sql(self, mapped: Mapped, bounds: Bounds) -> str:
        """The usual rate is that of the same position, so that low places are not held against what is explored."""
        names = ["item_id", *mapped.slices_of("impressions")]
        kept = ", ".join(f"l.{quote(name)}" for name in names)
        genres = genre_sql(mapped)
        told = ", g.genre" if genres is not None else ""
        joined = f" JOIN ({genres}) g USING (item_id)" if genres is not None else ""
        rows = (
            f"SELECT l.ts, {kept}{told}, l.chosen, coalesce(l.explored, false) AS explored, l.position, "
            f"{bounds.window_number('l.ts')} AS w FROM ({mapped.sql('labelled', bounds)}) l{joined}"
        )
        same = "w, position" + (", genre" if genres is not None else "")
        usual = f"avg(CASE WHEN NOT explored THEN chosen END) OVER (PARTITION BY {same})"
        columns = ", ".join(quote(name) for name in self.columns(mapped) if name != "usual")
        return f"SELECT {columns}, usual FROM (SELECT *, {usual} AS usual FROM ({rows})) WHERE explored"
