"""Rows of the outbox and the inbox: written once, whoever else is writing the same one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import CursorResult
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)  # due now by any clock: the product's may be years away from the wall's


def insert_once(session: Session, row: SQLModel) -> bool:
    """Insert the row unless one with its unique key is there already; says whether it was inserted.

    One statement, so that two writers cannot both find nothing and both insert.
    """
    values = row.model_dump(exclude={"id"})
    statement: Any
    if session.get_bind().dialect.name == "postgresql":
        statement = postgresql.insert(type(row)).values(**values).on_conflict_do_nothing()
    else:
        statement = sqlite.insert(type(row)).values(**values).on_conflict_do_nothing()
    return count_changed(session, statement) == 1


def count_changed(session: Session, statement: Any) -> int:
    """Execute an INSERT or UPDATE and say how many rows it changed: what compare-and-set is decided by."""
    result = session.execute(statement)
    return result.rowcount if isinstance(result, CursorResult) else 0
