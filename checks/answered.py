"""How a call says that it was answered with a fallback list."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, ColumnElement, String, cast, func

NO = ("", "0", "false", "f", "no", "n", "none")


def fell_back(said: ColumnElement[Any]) -> ColumnElement[bool]:
    """A flag as it is, or the name of the fallback that was used."""
    return func.lower(said).not_in(NO) if isinstance(said.type, String) else cast(said, Boolean)
