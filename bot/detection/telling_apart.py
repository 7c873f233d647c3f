"""Which values of a crowded slice column are told apart: chosen once, kept for ever, so that series go on.

Were they chosen anew after every restart, a value that fell out of the choice would look as if it had vanished.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import select

from bot.detection.measurements import insert_new
from bot.recommender.contract import Warehouse
from bot.store.sessions import Store
from bot.store.tables import ToldApart


def recall_values(store: Store, warehouse: Warehouse) -> None:
    """Have the warehouse tell apart what it has been telling apart."""
    known = _read(store)
    if known:
        warehouse.tell_apart(known)


def remember_values(store: Store, warehouse: Warehouse, now: datetime) -> None:
    """Write down what the warehouse has chosen; where another process was first, its choice holds from now on."""
    known = _read(store)
    new = {column: values for column, values in warehouse.told_apart.items() if column not in known}
    if not new:
        return
    rows = [{"column": column, "values": list(values), "learned_at": now} for column, values in new.items()]
    with store.session() as session:
        session.execute(insert_new(session, ToldApart), rows)
    recall_values(store, warehouse)


def _read(store: Store) -> Mapping[str, tuple[str, ...]]:
    with store.session() as session:
        return {each.column: tuple(each.values) for each in session.exec(select(ToldApart)).all()}
