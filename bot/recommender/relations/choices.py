"""Outcomes with the slices they belong to, whether they came from a list or not."""

from __future__ import annotations

from bot.recommender.dialect import quote
from bot.recommender.reading import DAY, Bounds, read_table
from bot.recommender.relations.base import Mapped, Types


class Choices:
    """One row an outcome, with its own columns and the slice columns that impressions can lend it."""

    name = "choices"
    reads = ("outcomes", "impressions")

    def columns(self, mapped: Mapped) -> Types:
        """None of it without outcomes."""
        if not mapped.has("outcomes", "item_id"):
            return {}
        types = mapped.types("impressions")
        return mapped.types("outcomes") | {name: types[name] for name in _lent(mapped)}

    def sql(self, mapped: Mapped, bounds: Bounds) -> str:
        """Outcomes with the slices of their own request, else of the member's latest impression that day."""
        outcomes = mapped.sql("outcomes", bounds)
        if not _lent(mapped):
            return outcomes
        names = [quote(name) for name in _lent(mapped)]
        seen = read_table(mapped.tables["impressions"], bounds.start - DAY, bounds.end)
        own = mapped.has("outcomes", "request_id") and mapped.has("impressions", "request_id")
        first = [f"r.{name}, " if own else "" for name in names]
        slices = ", ".join(f"coalesce({r}m.{n}, 'unknown') AS {n}" for r, n in zip(first, names, strict=True))
        any_of_them = ", ".join(f"any_value({name}) AS {name}" for name in names)
        request = (
            f" LEFT JOIN (SELECT request_id, min(ts) AS ts, {any_of_them} FROM seen GROUP BY request_id) r "
            "ON r.request_id = o.request_id AND r.ts > o.ts - INTERVAL 1 DAY"
        )
        alike = ", ".join(["request_id"] * own + ["member_id", "ts"])  # rows of a list say the same: one will do
        return (
            f"WITH seen AS MATERIALIZED (SELECT {alike}, {any_of_them} FROM ({seen}) GROUP BY {alike}) "
            f"SELECT o.*, {slices} FROM ({outcomes}) o{request if own else ''} "
            f"ASOF LEFT JOIN (SELECT member_id, ts, date_trunc('day', ts) AS day, {', '.join(names)} FROM seen) m "
            "ON m.member_id = o.member_id AND m.day = date_trunc('day', o.ts) AND m.ts <= o.ts"
        )


def _lent(mapped: Mapped) -> tuple[str, ...]:
    """The slice columns that outcomes lack and their member's impressions can lend."""
    joined = mapped.has("outcomes", "member_id") and mapped.has("impressions", "member_id")
    here = mapped.slices_of("impressions")
    return tuple(name for name in here if joined and not mapped.has("outcomes", name))
