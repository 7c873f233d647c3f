"""How far what members are shown is from what they have been choosing."""

from __future__ import annotations

import math
from datetime import timedelta

from sqlalchemy import DateTime, Double, String

from bot.recommender.dialect import quote
from bot.recommender.reading import Bounds, read_table
from bot.recommender.relations.base import Mapped, Types
from bot.recommender.relations.genres import genres_sql
from bot.recommender.relations.sampling import rows_of_few_members

BEFORE = timedelta(days=28)
FEWEST = 3  # choices in those days: fewer are no taste
MIXED = 0.01  # of the taste mixed into what was shown, so that a genre not shown at all counts much and not infinitely


class Tastes:
    """One row a member, part of the traffic and window: `divergence` (nats) of the genres shown from those the member
    has chosen in the 28 days before the window; members with fewer than 3 choices are left out."""

    name = "tastes"
    reads = ("impressions", "outcomes", "items")

    def columns(self, mapped: Mapped) -> Types:
        """None of it without members, outcomes of theirs, and genres in the catalogue."""
        known = mapped.has("impressions", "member_id", "item_id") and mapped.has("outcomes", "member_id", "item_id")
        if not known or genres_sql(mapped) is None:
            return {}
        types = mapped.types("impressions")
        own: Types = {"ts": DateTime(), "member_id": String(), "divergence": Double()}
        return own | {name: types[name] for name in mapped.slices_of("impressions")}

    def sql(self, mapped: Mapped, bounds: Bounds) -> str:
        """Kullback-Leibler divergence of p, the taste, from (1 - a) q + a p, q being the genres shown and a = 0.01.

        Steck, Calibrated recommendations, 2018, equations 2 to 7. Of very many members, a part (see sampling.py).
        """
        slices = "".join(f"s.{quote(name)}, " for name in mapped.slices_of("impressions"))
        share = f"(1 - {MIXED}) * coalesce(s.genres[t.genre], 0) / s.total + {MIXED} * t.part"
        return (
            f"WITH genres AS ({genres_sql(mapped)}), shown AS ({self._shown(mapped, bounds)}), "
            f"chosen AS MATERIALIZED ({self._chosen(mapped, bounds)}), taste AS ({self._taste(bounds)}) "
            f"SELECT s.ts, s.member_id, {slices}sum(t.part * ln(t.part / ({share}))) AS divergence "
            "FROM shown s JOIN taste t ON t.member_id = s.member_id AND t.w = s.w "
            f"GROUP BY s.ts, s.member_id, {slices}s.w"
        )

    def _shown(self, mapped: Mapped, bounds: Bounds) -> str:
        """What each member was shown in each window, by genre."""
        own = mapped.slices_of("impressions")
        slices = "".join(f"{quote(name)}, " for name in own)
        rows = mapped.sql("impressions", bounds)
        few = rows_of_few_members(mapped, bounds, rows, ("ts", "member_id", "item_id", *own))
        parts = (
            f"SELECT member_id, {slices}{bounds.any_number('ts')} AS w, genre, max(ts) AS ts, sum(part) AS part "
            f"FROM ({few}) JOIN genres USING (item_id) GROUP BY ALL"
        )
        return (
            f"SELECT member_id, {slices}w, max(ts) AS ts, map(list(genre), list(part)) AS genres, sum(part) AS total "
            f"FROM ({parts}) GROUP BY ALL"
        )

    def _chosen(self, mapped: Mapped, bounds: Bounds) -> str:
        """What each member chose in each window and those before it, by genre; asked for twice, read once."""
        outcomes = read_table(mapped.tables["outcomes"], bounds.start - _back(bounds) * bounds.length, bounds.end)
        few = rows_of_few_members(mapped, bounds, outcomes, ("ts", "member_id", "item_id"))
        return (
            f"SELECT member_id, genre, {bounds.any_number('ts')} AS w, sum(part) AS part "
            f"FROM ({few}) JOIN genres USING (item_id) GROUP BY ALL"
        )

    def _taste(self, bounds: Bounds) -> str:
        """Shares by genre of what each member chose in the windows before each one they were seen in."""
        seen = "SELECT DISTINCT member_id, w FROM shown"
        asked = (
            "SELECT member_id, genre, w, 0.0 AS part, true AS asked "
            f"FROM ({seen}) JOIN (SELECT DISTINCT member_id, genre FROM chosen) USING (member_id)"
        )
        running = (
            "SELECT *, sum(part) OVER (PARTITION BY member_id, genre ORDER BY w "
            f"RANGE BETWEEN {_back(bounds)} PRECEDING AND 1 PRECEDING) AS so_far "
            f"FROM (SELECT *, false AS asked FROM chosen UNION ALL {asked})"
        )
        return (
            "SELECT member_id, genre, w, so_far / sum(so_far) OVER all_ AS part "
            f"FROM ({running}) WHERE asked AND so_far > 0 "
            f"WINDOW all_ AS (PARTITION BY member_id, w) QUALIFY sum(so_far) OVER all_ >= {FEWEST} - 1e-9"
        )


def _back(bounds: Bounds) -> int:
    """How many windows before one are looked at."""
    return max(1, math.ceil(BEFORE / bounds.length))
