"""Aggregates in two steps: over the finest groups of rows first, then over those, for every slice at once.

A GROUP BY over many slice columns costs as many passes of aggregation as there are columns. Counts, sums, extremes and
histograms of parts add up to those of the whole, so one pass over the rows and a cheap one over its groups will do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Integer, cast, column, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import (
    ClauseElement,
    ColumnClause,
    FunctionFilter,
    Over,
    TextClause,
    UnaryExpression,
    WithinGroup,
)
from sqlalchemy.sql.functions import FunctionElement

from bot.recommender.dialect import to_sql
from checks.sql import CountIf, Histogram

PART = "part_"
OUTSIDE = frozenset(
    {"sum", "min", "max", "nullif", "coalesce", "abs", "merged_histogram"}
)  # may stand around merged ones
INDIVISIBLE = (FunctionFilter, Over, TextClause, WithinGroup)


class MergedHistogram(FunctionElement[Sequence[int]]):
    """The histogram of the whole from those of its parts: bin by bin."""

    name = "merged_histogram"
    inherit_cache = True
    type = ARRAY(Integer)


@compiles(MergedHistogram, "duckdb")
def _merged_histogram(element: MergedHistogram, compiler: SQLCompiler, **how: Any) -> str:
    part, bins = element.clauses
    name, count = compiler.process(part, **how), int(bins.value)
    return f"[{', '.join(f'CAST(sum({name}[{i}]) AS BIGINT)' for i in range(1, count + 1))}]"


@dataclass
class Parts:
    """The SQL of every aggregate over the finest groups, each different one once."""

    names: dict[str, str] = field(default_factory=dict)  # SQL -> what it is called

    def merge(self, element: ColumnElement[Any]) -> str | None:
        """The SQL of the same aggregate over the groups; None where it is not the sum of its parts."""
        before = dict(self.names)
        merged = visitors.replacement_traverse(element, {}, self._replace)
        if _is_divisible(merged):
            return to_sql(merged)
        self.names = before
        return None

    def _part(self, aggregate: ColumnElement[Any]) -> ColumnClause[Any]:
        sql = to_sql(aggregate)
        return column(self.names.setdefault(sql, f"{PART}{len(self.names)}"), aggregate.type)

    def _replace(self, element: Any, **_: Any) -> ClauseElement | None:
        """What stands in the place of an aggregate; None for whatever is no aggregate that can be merged."""
        if isinstance(element, Histogram):
            return MergedHistogram(self._part(element), len(list(element.clauses)))
        if isinstance(element, CountIf):
            return _whole(self._part(element))
        if not isinstance(element, FunctionElement) or _counts_distinct(element):
            return None
        name = getattr(element, "name", "")
        if name == "count":
            return _whole(self._part(element))
        if name in ("sum", "min", "max"):
            return getattr(func, name)(self._part(element))  # type: ignore[no-any-return]
        return self._mean(element) if name == "avg" else None

    def _mean(self, element: FunctionElement[Any]) -> ColumnElement[Any]:
        (value,) = element.clauses
        total, rows = self._part(func.sum(value)), self._part(func.count(value))
        return func.sum(total) / func.nullif(_whole(rows), 0)


def _whole(part: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(func.sum(part), BigInteger)


def _counts_distinct(element: FunctionElement[Any]) -> bool:
    return any(isinstance(each, UnaryExpression) and each.operator is operators.distinct_op for each in element.clauses)


def _is_divisible(merged: ClauseElement) -> bool:
    """Whether nothing is left in it but merged parts and arithmetic."""
    for element in visitors.iterate(merged):
        if isinstance(element, INDIVISIBLE):
            return False
        if isinstance(element, ColumnClause) and not element.name.startswith(PART):
            return False
        if isinstance(element, FunctionElement) and getattr(element, "name", "") not in OUTSIDE:
            return False
    return True
