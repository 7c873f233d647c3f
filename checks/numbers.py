"""Whether a value is a number at all: NaN and infinity pass every schema and spoil every order."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Float, case, func

LARGEST = sys.float_info.max


def is_unreal(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a value is NaN or infinite; null for null. Databases sort NaN above every number."""
    return func.abs(column) > LARGEST


def only_real(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The value where it is a number, else null: what can be averaged."""
    return case((func.abs(column) <= LARGEST, column))


def floats_among(columns: Mapping[str, ColumnElement[Any]], names: Iterable[str]) -> dict[str, ColumnElement[Any]]:
    """Those of these columns that can hold NaN and infinity."""
    return {name: columns[name] for name in names if name in columns and isinstance(columns[name].type, Float)}
