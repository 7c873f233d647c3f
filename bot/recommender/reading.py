"""Stretches of time, and the SQL that reads a table within one.

The bound stands on the physical column, so that a window reads only its own rows (DuckDB prunes Parquet row groups by
their statistics).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.recommender.dialect import quote
from bot.recommender.mapping import Column, Table

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Bounds:
    """Rows with start <= ts < end, cut into windows of one length from `start` on."""

    start: datetime
    end: datetime
    length: timedelta

    def window_number(self, ts: str) -> str:
        """SQL for the number (0, 1, ...) of the window that a time falls in."""
        return f"((epoch_us({ts}) - {micros(self.start)}) // {self.length // timedelta(microseconds=1)})"

    def any_number(self, ts: str) -> str:
        """The same for times that may lie before `start`: there it is below 0 (DuckDB's // cuts towards 0)."""
        length = self.length // timedelta(microseconds=1)
        return f"CAST(floor((epoch_us({ts}) - {micros(self.start)}) / {length}) AS BIGINT)"


def read_table(table: Table, start: datetime | None, end: datetime | None) -> str:
    """SELECT the logical columns of a table, rows with start <= ts < end."""
    columns = ", ".join(f"{found.sql} AS {quote(name)}" for name, found in table.columns.items())
    conditions = []
    if "ts" in table.columns:
        conditions += _bound(table.columns["ts"], ">=", start, table.timezone)
        conditions += _bound(table.columns["ts"], "<", end, table.timezone)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT {columns} FROM {table.source_within(start, end)}{where}"


def _bound(ts: Column, relation: str, limit: datetime | None, timezone: str) -> list[str]:
    """The exact bound on the logical time, and a coarser one on the physical column that files can be pruned by."""
    if limit is None:
        return []
    exact = f"{ts.sql} {relation} {timestamp(limit)}"
    if ts.kind == "TIMESTAMP WITH TIME ZONE":
        return [f"{quote(ts.physical)} {relation} TIMESTAMPTZ '{_plain(limit)}+00'", exact]
    if ts.kind.startswith("TIMESTAMP") and timezone != "UTC":
        slack = DAY if relation == "<" else -DAY
        return [f"{quote(ts.physical)} {relation} {timestamp(limit + slack)}", exact]
    return [exact]


def timestamp(moment: datetime) -> str:
    """An aware moment as SQL, in UTC."""
    return f"TIMESTAMP '{_plain(moment)}'"


def _plain(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")


def micros(moment: datetime) -> int:
    """Microseconds since 1970, as DuckDB's epoch_us tells them."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
