"""The keys of a table's rows: each ought to be there once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import BigInteger, DateTime

from bot.recommender.dialect import quote
from bot.recommender.reading import Bounds, timestamp
from bot.recommender.relations.base import Mapped, Types

NAMED_BY: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {  # what a key needs, and what else belongs to it
    "impressions": (("request_id", "item_id"), ()),
    "outcomes": (("ts", "item_id"), ("member_id", "request_id", "source")),
    "requests": (("request_id", "item_id"), ()),
    "items": (("item_id",), ()),
}
JUST_BEFORE = "INTERVAL 1 MICROSECOND"


@dataclass(frozen=True)
class Keys:
    """One row a row of the table: ts, and `key`, a 64-bit hash of what should name it alone."""

    table: str

    @property
    def name(self) -> str:
        """impressions_keys, outcomes_keys ..."""
        return f"{self.table}_keys"

    @property
    def reads(self) -> tuple[str, ...]:
        """Its own table."""
        return (self.table,)

    def columns(self, mapped: Mapped) -> Types:
        """None of it where a part of the key is not mapped."""
        needed, _ = NAMED_BY[self.table]
        return {"ts": DateTime(), "key": BigInteger()} if mapped.has(self.table, *needed) else {}

    def sql(self, mapped: Mapped, bounds: Bounds) -> str:
        """Rows without a whole key are left out: nothing can be said of them.

        A table without times is taken as it is now, in the last window there is.
        """
        needed, more = NAMED_BY[self.table]
        also = [name for name in more if mapped.has(self.table, name)]
        key = ", ".join(quote(name) for name in (*needed, *also))
        ts = "ts" if mapped.has(self.table, "ts") else f"{timestamp(bounds.end)} - {JUST_BEFORE}"
        whole = " AND ".join(f"{quote(name)} IS NOT NULL" for name in needed)
        return f"SELECT {ts} AS ts, hash({key}) AS key FROM ({mapped.sql(self.table, bounds)}) WHERE {whole}"
