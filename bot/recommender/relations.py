"""The relations that measures are built on, as SQL subqueries over the user's tables, bounded in time.

The bound stands inside each subquery, on the physical column, so that a window reads only its own rows (DuckDB prunes
Parquet row groups by their statistics).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Double, Integer, column
from sqlalchemy.types import TypeEngine

from bot.recommender.dialect import quote
from bot.recommender.mapping import Column, Table
from checks.base import Schema

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Bounds:
    """Rows with start <= ts < end, cut into windows of one length from `start` on."""

    start: datetime
    end: datetime
    length: timedelta

    def window_number(self, ts: str) -> str:
        """SQL for the number (0, 1, ...) of the window that a time falls in."""
        return f"((epoch_us({ts}) - {_micros(self.start)}) // {self.length // timedelta(microseconds=1)})"


class Relations:
    """Makes the SQL of every relation this installation can have."""

    def __init__(
        self, tables: Mapping[str, Table], slices: tuple[str, ...], find_first: Callable[[], int] = lambda: 1
    ) -> None:
        self.tables = tables
        self.slices = slices
        self._find_first = find_first  # asked when it is needed: the answer may take a look at the whole log

    def schema(self, features: tuple[str, ...]) -> Schema:
        """The relations and their columns, as checks see them."""
        relations = {
            name: {known: found.element for known, found in table.columns.items()}
            for name, table in self.tables.items()
        }
        for name, columns in self._derived().items():
            relations[name] = {known: column(known, kind) for known, kind in columns.items()}
        return Schema(relations, features, self.slices)

    def _derived(self) -> dict[str, dict[str, TypeEngine[Any]]]:
        """The derived relations that can be made of what is mapped."""
        derived: dict[str, dict[str, TypeEngine[Any]]] = {}
        if self.has_labels:
            derived["labelled"] = self._types("impressions") | {"chosen": Integer()}
        if self._has("impressions", "request_id"):
            derived["lists"] = self._list_types()
        if self._has("outcomes", "item_id"):
            found = self._types("outcomes")
            derived["choices"] = found | {name: self._types("impressions")[name] for name in self._choice_slices}
        return derived

    def _list_types(self) -> dict[str, TypeEngine[Any]]:
        types = self._types("impressions")
        kept = {name: types[name] for name in ("request_id", "ts", *self._list_columns)}
        kept["size"] = BigInteger()
        if self.has_labels:
            kept |= {"outcomes": BigInteger()}
            if "position" in types:
                kept |= {"dcg": Double(), "ndcg": Double()}
        return kept

    @property
    def has_labels(self) -> bool:
        """Whether it is known which shown item was chosen."""
        joined = self._has("impressions", "request_id") and self._has("outcomes", "request_id")
        return joined or self._has("impressions", "chosen")

    @property
    def _list_columns(self) -> tuple[str, ...]:
        return tuple(n for n in ("member_id", "model_version", *self.slices) if self._has("impressions", n))

    @property
    def _choice_slices(self) -> tuple[str, ...]:
        """The slice columns that outcomes lack and their member's impressions can lend."""
        joined = self._has("outcomes", "member_id") and self._has("impressions", "member_id")
        return tuple(name for name in self.slices if joined and not self._has("outcomes", name))

    def _has(self, table: str, name: str) -> bool:
        return table in self.tables and name in self.tables[table].columns

    def _types(self, table: str) -> dict[str, TypeEngine[Any]]:
        return {name: found.type for name, found in self.tables[table].columns.items()}

    def sql(self, name: str, bounds: Bounds) -> str:
        """SELECT ... of a relation within bounds; a table without ts is read whole."""
        derived = {"labelled": self._labelled, "lists": self._lists, "choices": self._choices}
        if name in derived:
            return derived[name](bounds)
        return read_table(self.tables[name], bounds.start, bounds.end)

    def _labelled(self, bounds: Bounds) -> str:
        """An outcome counts for its impression when it came before the end of the impression's window + lateness.

        So a window measured alone and the same window measured in a back-fill of 45 days agree.
        """
        impressions = self.tables["impressions"]
        if not self._has("outcomes", "request_id"):
            return f"SELECT * REPLACE (CAST(chosen AS INTEGER) AS chosen) FROM ({self.sql('impressions', bounds)})"
        late = self.tables["outcomes"].lateness
        outcomes = read_table(self.tables["outcomes"], bounds.start, bounds.end + late)
        length = bounds.length // timedelta(microseconds=1)
        closing = f"{_micros(bounds.start + late)} + ({bounds.window_number('i.ts')} + 1) * {length}"
        keep = "i.* EXCLUDE (chosen)" if "chosen" in impressions.columns else "i.*"
        return (
            f"SELECT {keep}, CASE WHEN epoch_us(o.first_ts) < {closing} THEN 1 ELSE 0 END AS chosen "
            f"FROM ({self.sql('impressions', bounds)}) i "
            f"LEFT JOIN (SELECT request_id, item_id, min(ts) AS first_ts FROM ({outcomes}) GROUP BY ALL) o "
            "ON i.request_id = o.request_id AND i.item_id = o.item_id"
        )

    def _lists(self, bounds: Bounds) -> str:
        """Binary relevance at rank r counts 1 / log2(r + 1); ndcg divides by the best order's sum (null: no outcome).

        Järvelin & Kekäläinen, Cumulated gain-based evaluation of IR techniques, 2002.
        """
        kept = "".join(f", any_value({quote(name)}) AS {quote(name)}" for name in self._list_columns)
        types = self._list_types()
        quality = ", sum(chosen) AS outcomes" if "outcomes" in types else ""
        if "dcg" in types:
            gain = f"sum(chosen / log2(position - {self._find_first()} + 2))"
            quality += f", {gain} AS dcg, {gain} / {_ideal('sum(chosen)')} AS ndcg"
        rows = self.sql("labelled" if self.has_labels else "impressions", bounds)
        return (
            f"SELECT request_id, min(ts) AS ts{kept}, count(*) AS size{quality} FROM ({rows}) "
            "WHERE request_id IS NOT NULL GROUP BY request_id"
        )

    def _choices(self, bounds: Bounds) -> str:
        """Outcomes with the slices of their own request, else of the member's latest impression that day."""
        outcomes = self.sql("outcomes", bounds)
        if not self._choice_slices:
            return outcomes
        names = [quote(name) for name in self._choice_slices]
        seen = read_table(self.tables["impressions"], bounds.start - DAY, bounds.end)
        own = self._has("outcomes", "request_id") and self._has("impressions", "request_id")
        first = [f"r.{name}, " if own else "" for name in names]
        slices = ", ".join(f"coalesce({r}m.{n}, 'unknown') AS {n}" for r, n in zip(first, names, strict=True))
        request = (
            f" LEFT JOIN (SELECT request_id, min(ts) AS ts, {', '.join(f'any_value({n}) AS {n}' for n in names)} "
            f"FROM ({seen}) GROUP BY request_id) r "
            "ON r.request_id = o.request_id AND r.ts > o.ts - INTERVAL 1 DAY"
        )
        return (
            f"SELECT o.*, {slices} FROM ({outcomes}) o{request if own else ''} "
            f"ASOF LEFT JOIN (SELECT member_id, ts, date_trunc('day', ts) AS day, {', '.join(names)} FROM ({seen})) m "
            "ON m.member_id = o.member_id AND m.day = date_trunc('day', o.ts) AND m.ts <= o.ts"
        )


def read_table(table: Table, start: datetime | None, end: datetime | None) -> str:
    """SELECT the logical columns of a table, rows with start <= ts < end."""
    columns = ", ".join(f"{found.sql} AS {quote(name)}" for name, found in table.columns.items())
    conditions = []
    if "ts" in table.columns:
        conditions += _bound(table.columns["ts"], ">=", start, table.timezone)
        conditions += _bound(table.columns["ts"], "<", end, table.timezone)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT {columns} FROM {table.source}{where}"


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


def _micros(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _ideal(relevant: str) -> str:
    """The best DCG that so many relevant items can have; null for none. Few lists have more than one."""
    many = f"list_sum(list_transform(range(1, CAST({relevant} AS BIGINT) + 1), lambda r: 1 / log2(r + 1)))"
    return f"CASE {relevant} WHEN 0 THEN NULL WHEN 1 THEN 1.0 ELSE {many} END"
