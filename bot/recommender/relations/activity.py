"""How much each member asked for, and whether anything came of it."""

from __future__ import annotations

from sqlalchemy import BigInteger, DateTime, Double, String

from bot.recommender.reading import Bounds
from bot.recommender.relations.base import Mapped, Types


class Activity:
    """One row a member and window: requests, impressions, outcomes where known; `place` (1: asked for most) and
    `usual` (the mean number of requests of the window's members)."""

    name = "activity"
    reads = ("impressions", "outcomes")

    def columns(self, mapped: Mapped) -> Types:
        """None of it without members; without a request_id every impression counts as a request."""
        if not mapped.has("impressions", "member_id"):
            return {}
        counted = ("requests", "impressions", *(("outcomes",) if _has_outcomes(mapped) else ()), "place")
        types: Types = {"ts": DateTime(), "member_id": String(), **{name: BigInteger() for name in counted}}
        return types | {"usual": Double()}

    def sql(self, mapped: Mapped, bounds: Bounds) -> str:
        """Every window for itself; members without an id are left out."""
        requests = "count(DISTINCT hash(request_id))" if mapped.has("impressions", "request_id") else "count(*)"
        counted = (
            f"SELECT member_id, {bounds.window_number('ts')} AS w, min(ts) AS ts, {requests} AS requests, "
            f"count(*) AS impressions FROM ({mapped.sql('impressions', bounds)}) "
            "WHERE member_id IS NOT NULL GROUP BY 1, 2"
        )
        told = (
            "row_number() OVER (PARTITION BY w ORDER BY requests DESC, member_id) AS place, "
            "avg(requests) OVER (PARTITION BY w) AS usual"
        )
        if not _has_outcomes(mapped):
            return f"SELECT ts, member_id, requests, impressions, {told} FROM ({counted})"
        chosen = (
            f"SELECT member_id, {bounds.window_number('ts')} AS w, count(*) AS outcomes "
            f"FROM ({mapped.sql('outcomes', bounds)}) GROUP BY 1, 2"
        )
        return (
            f"SELECT ts, member_id, requests, impressions, coalesce(outcomes, 0) AS outcomes, {told} "
            f"FROM ({counted}) LEFT JOIN ({chosen}) USING (member_id, w)"
        )


def _has_outcomes(mapped: Mapped) -> bool:
    return mapped.has("outcomes", "member_id")
