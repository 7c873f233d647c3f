"""Which rows of a relation to bring home: by equality and membership, and a fair, repeatable part of too many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.recommender.contract import RecommenderFailed
from bot.recommender.dialect import quote, text
from bot.recommender.reading import timestamp
from bot.recommender.scan import OTHER, slice_value
from checks.base import Schema

Kept = Mapping[str, tuple[str, ...]]


def condition(schema: Schema, relation: str, where: Mapping[str, Any], kept: Kept) -> str:
    """SQL that holds where every column equals its value, or is in its list; RecommenderFailed for no such column."""
    return " AND ".join(_one(schema, relation, name, value, kept) for name, value in where.items()) or "TRUE"


def _one(schema: Schema, relation: str, name: str, value: Any, kept: Kept) -> str:
    if name not in schema.relations[relation]:
        have = ", ".join(schema.relations[relation])
        raise RecommenderFailed(f"The {relation} table has no column {name}; it has {have}.")
    if name in schema.slices:
        return _in_slice(name, value, kept.get(name, ()))
    if value is None:
        return f"{quote(name)} IS NULL"
    if isinstance(value, str | bytes) or not hasattr(value, "__iter__"):
        return f"{quote(name)} = {_literal(value)}"
    return f"{quote(name)} IN ({', '.join(map(_literal, value)) or 'NULL'})"


def _in_slice(name: str, value: Any, told_apart: tuple[str, ...]) -> str:
    """Slice columns are compared as measures group them: as text, nothing is "unknown", rare values are "other"."""
    if value == OTHER and told_apart:
        return f"{slice_value(name)} NOT IN ({', '.join(map(text, told_apart))})"
    values = value if isinstance(value, list | tuple | set | frozenset) else [value]
    return f"{slice_value(name)} IN ({', '.join(text(str(one)) for one in values) or 'NULL'})"


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return timestamp(value)
    if hasattr(value, "item"):  # a numpy scalar
        return _literal(value.item())
    return repr(value) if isinstance(value, int | float) else text(str(value))


def count_cells(schema: Schema, relation: str, rows: str, columns: Sequence[str]) -> str:
    """SELECT of how many rows each combination of slice values has, and of labelled rows how many were chosen."""
    told = [f"{slice_value(name)} AS {quote(name)}" for name in columns]
    chosen = "sum(chosen)" if "chosen" in schema.relations[relation] else "0"
    return f"SELECT {', '.join([*told, 'count(*) AS rows_'])}, {chosen} AS chosen_ FROM ({rows}) GROUP BY ALL"


def choose_rows(
    schema: Schema, relation: str, rows: str, where: Mapping[str, Any], limit: int | None, kept: Kept
) -> str:
    """SELECT of the rows that fit, oldest first; with `limit`, whole requests spread evenly over the window."""
    columns = schema.relations[relation]
    chosen = f"SELECT * FROM ({rows}) WHERE {condition(schema, relation, where, kept)}"
    order = [name for name in ("ts", "request_id", "position", "item_id") if name in columns]
    ordered = f" ORDER BY {', '.join(order)}" if order else ""
    if limit is None:
        return chosen + ordered
    if "request_id" in columns and "ts" in columns:
        return _whole_requests(chosen, limit) + ordered
    numbered = f"SELECT *, row_number() OVER ({ordered}) AS nth_, count(*) OVER () AS of_ FROM ({chosen})"
    return f"SELECT * EXCLUDE (nth_, of_) FROM ({numbered}) WHERE {_evenly('nth_', 'of_', str(limit))}{ordered}"


def _whole_requests(chosen: str, limit: int) -> str:
    """Every k-th request by time, as many as fit into `limit` rows, never fewer than one."""
    requests = f"SELECT request_id, min(ts) AS ts, count(*) AS size FROM ({chosen}) GROUP BY request_id"
    numbered = (
        "SELECT request_id, size, row_number() OVER (ORDER BY ts, request_id) AS nth, "
        f"count(*) OVER () AS requests, sum(size) OVER () AS total FROM ({requests})"
    )
    wanted = f"least(requests, greatest(1, {limit} * requests // total))"
    spread = f"SELECT * FROM ({numbered}) WHERE {_evenly('nth', 'requests', wanted)}"
    running = (
        f"SELECT request_id, nth, min(nth) OVER () AS first, sum(size) OVER (ORDER BY nth) AS so_far FROM ({spread})"
    )
    fitting = f"SELECT request_id FROM ({running}) WHERE so_far <= {limit} OR nth = first"
    return f"SELECT * FROM ({chosen}) WHERE request_id IN ({fitting})"


def _evenly(nth: str, of: str, wanted: str) -> str:
    """SQL that holds for `wanted` of the numbers 1 to `of`, evenly spaced (all of them when wanted >= of)."""
    return f"({nth} * {wanted}) // {of} > (({nth} - 1) * {wanted}) // {of}"
