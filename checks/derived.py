"""What checks ask of a schema again and again: relations that are made of several tables, and their slices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement

from .base import NotApplicable, Schema


def find_derived(schema: Schema, relation: str, lacking: str) -> Mapping[str, ColumnElement[Any]]:
    """The columns of a derived relation; NotApplicable with the sentence `lacking` where it cannot be made here.

    The sentence says what to map: nobody can add a derived relation to recsysops.toml.
    """
    if relation not in schema.relations:
        raise NotApplicable(lacking)
    return schema.relations[relation]


def slices_in(schema: Schema, relation: str) -> tuple[str, ...]:
    """The slice columns that a relation has; () where it is not mapped."""
    return tuple(name for name in schema.slices if name in schema.relations.get(relation, {}))
