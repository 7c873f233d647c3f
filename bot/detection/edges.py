"""Histogram edges: learned once, kept for ever, so that one day's bins are the next day's too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Float, Integer, Numeric
from sqlmodel import select

from bot.detection.measurements import insert_new
from bot.recommender.contract import Warehouse
from bot.store.sessions import Store
from bot.store.tables import Edges
from checks.base import Schema, Window
from checks.rhythm import windows_in

LEARNED_ON, LEARNED_ON_DAYS = 28, 7  # windows, and days


def with_learned_edges(store: Store, warehouse: Warehouse, windows: Sequence[Window], now: datetime) -> Schema:
    """The schema with edges for every numeric feature and the score, learned on the windows before the last."""
    wanted = _numeric(warehouse.schema)
    known = _read(store)
    lacking = [name for name in wanted if name not in known]
    if lacking:
        count = windows_in(LEARNED_ON_DAYS, windows[-1].end - windows[-1].start, LEARNED_ON)
        earlier = windows[-1 - count : -1] or windows
        learned = warehouse.learn_edges(lacking, Window(earlier[0].start, earlier[-1].end))
        if rest := [name for name in lacking if name not in learned]:  # on the first day there is no other to learn on
            learned |= warehouse.learn_edges(rest, windows[-1])
        rows = [{"column": name, "edges": list(edges), "learned_at": now} for name, edges in learned.items()]
        if rows:
            with store.session() as session:
                session.execute(insert_new(session, Edges), rows)
            known = _read(store)  # another process may have been first
    return warehouse.with_edges({name: known[name] for name in wanted if name in known})


def _numeric(schema: Schema) -> list[str]:
    columns = schema.relations.get("impressions", {})
    names = dict.fromkeys((*schema.features, "score"))
    return [name for name in names if name in columns and isinstance(columns[name].type, Numeric | Float | Integer)]


def _read(store: Store) -> dict[str, tuple[float, ...]]:
    with store.session() as session:
        return {edges.column: tuple(edges.edges) for edges in session.exec(select(Edges)).all()}
