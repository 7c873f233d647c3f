"""Whether what was chosen can be joined to the list it was chosen from."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Integer

from bot.recommender.dialect import quote
from bot.recommender.reading import DAY, Bounds, micros, read_table
from bot.recommender.relations.base import Mapped, Types


class Joins:
    """One row an outcome that claims a request: `joined` (0 or 1), whether that request showed that item."""

    name = "joins"
    reads = ("outcomes", "impressions")

    def columns(self, mapped: Mapped) -> Types:
        """None of it where outcomes or impressions have no request_id."""
        if not (mapped.has("outcomes", "request_id") and mapped.has("impressions", "request_id")):
            return {}
        types = mapped.types("outcomes")
        return {name: types[name] for name in ("ts", *_kept(mapped))} | {"joined": Integer()}

    def sql(self, mapped: Mapped, bounds: Bounds) -> str:
        """The impression must be at most a day older than the outcome, and no younger than the outcome's window.

        So a window measured alone and the same window measured in a back-fill of 45 days agree.
        """
        claims = mapped.sql("outcomes", bounds)
        shown = read_table(mapped.tables["impressions"], bounds.start - DAY, bounds.end)
        claimed = f"hash(request_id, item_id) IN (SELECT hash(request_id, item_id) FROM ({claims}))"  # the rest is most
        closing = f"{micros(bounds.start)} + ({bounds.window_number('o.ts')} + 1) * {_length(bounds)}"
        kept = ", ".join(f"o.{quote(name)}" for name in ("ts", *_kept(mapped)))
        return (
            f"SELECT {kept}, CASE WHEN i.first_ts < make_timestamp({closing}) THEN 1 ELSE 0 END AS joined "
            f"FROM ({claims}) o LEFT JOIN (SELECT request_id, item_id, min(ts) AS first_ts, max(ts) AS last_ts "
            f"FROM ({shown}) WHERE {claimed} GROUP BY ALL) i "
            "ON i.request_id = o.request_id AND i.item_id = o.item_id AND i.last_ts > o.ts - INTERVAL 1 DAY "
            "WHERE o.request_id IS NOT NULL"
        )


def _length(bounds: Bounds) -> int:
    return bounds.length // timedelta(microseconds=1)


def _kept(mapped: Mapped) -> tuple[str, ...]:
    """What outcomes say themselves of where they come from: the lists would lend nothing where the join is broken."""
    names = dict.fromkeys(("source", *mapped.slices))
    return tuple(name for name in names if mapped.has("outcomes", name))
