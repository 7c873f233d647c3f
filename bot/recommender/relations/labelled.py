"""Impressions with whether they were chosen."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Integer

from bot.recommender.reading import Bounds, micros, read_table
from bot.recommender.relations.base import Mapped, Types


class Labelled:
    """One row an impression, with all its columns and `chosen` (0 or 1)."""

    name = "labelled"
    reads = ("impressions", "outcomes")

    def columns(self, mapped: Mapped) -> Types:
        """Those of impressions, and chosen."""
        return mapped.types("impressions") | {"chosen": Integer()} if mapped.has_labels else {}

    def sql(self, mapped: Mapped, bounds: Bounds) -> str:
        """All impressions within bounds, labelled."""
        return label(mapped, bounds, mapped.sql("impressions", bounds))


def label(mapped: Mapped, bounds: Bounds, rows: str) -> str:
    """SELECT the rows of impressions that another SELECT gives (ts, request_id and item_id among its columns, and
    `chosen` where impressions have it), with whether they were chosen.

    An outcome counts for its impression when it came before the end of the impression's window + lateness. So a window
    measured alone and the same window measured in a back-fill of 45 days agree. Joined by a 64-bit hash of both ids: of
    ten million impressions none is taken for another's in a million days, and wide rows joined by two texts cost twice
    as much.
    """
    if not mapped.has("outcomes", "request_id"):
        return f"SELECT * REPLACE (CAST(chosen AS INTEGER) AS chosen) FROM ({rows})"
    late = mapped.tables["outcomes"].lateness
    outcomes = read_table(mapped.tables["outcomes"], bounds.start, bounds.end + late)
    length = bounds.length // timedelta(microseconds=1)
    closing = f"{micros(bounds.start + late)} + ({bounds.window_number('i.ts')} + 1) * {length}"
    keep = "i.* EXCLUDE (chosen)" if mapped.has("impressions", "chosen") else "i.*"
    return (
        f"SELECT {keep}, CASE WHEN epoch_us(o.first_ts) < {closing} THEN 1 ELSE 0 END AS chosen "
        f"FROM ({rows}) i "
        f"LEFT JOIN (SELECT hash(request_id, item_id) AS key, min(ts) AS first_ts FROM ({outcomes}) "
        "WHERE request_id IS NOT NULL AND item_id IS NOT NULL GROUP BY 1) o "
        "ON o.key = hash(i.request_id, i.item_id)"
    )
