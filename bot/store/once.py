"""Writing a row that must exist once, whoever writes it first."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def insert_once(session: Session, row: SQLModel, *key: str) -> bool:
    """Insert the row unless one with the same `key` columns is there; whether it was inserted.

    One statement within the caller's transaction: nothing to retry, and a lost race is an answer instead of an error.
    The row given is only a carrier of values and is not attached to the session.
    """
    table: Table = type(row).__table__  # type: ignore[attr-defined]
    values: dict[str, Any] = row.model_dump(exclude={"id"} if row.model_dump().get("id") is None else set())
    backend = session.get_bind().dialect.name
    insert = postgresql.insert(table) if backend == "postgresql" else sqlite.insert(table)
    statement = insert.values(**values).on_conflict_do_nothing(index_elements=list(key))
    return session.connection().execute(statement).rowcount == 1
