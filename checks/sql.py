"""The few words of SQL that databases spell differently, for checks to build measures from.

Pure SQLAlchemy: what is written here is the standard spelling; a database with a better one registers it beside its
own dialect (bot/recommender/dialect.py does so for DuckDB). Never write FILTER (WHERE ...): on DuckDB it costs seven
times a `count_if`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, Boolean, ColumnElement, Double, Float, Integer, String, cast, extract, func, literal, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class CountIf(FunctionElement[int]):
    """How many rows a condition holds for; see `count_if`."""

    name = "count_if"
    inherit_cache = True
    type = Integer()


class ApproxDistinct(FunctionElement[int]):
    """About how many different values there are; see `approx_distinct`."""

    name = "approx_distinct"
    inherit_cache = True
    type = Integer()


class IsNan(FunctionElement[bool]):
    """Whether a number is NaN; see `is_nan`."""

    name = "is_nan"
    inherit_cache = True
    type = Boolean()


class Histogram(FunctionElement[Sequence[int]]):
    """How many rows fall between fixed edges; see `histogram`."""

    name = "histogram"
    inherit_cache = True
    type = ARRAY(Integer)


def count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows the condition holds for; a row where it is null does not count.

    NaN compares as larger than every number, so `column > 3` holds for it; add `~is_nan(column)` where that matters.
    """
    return CountIf(condition)


def share_if(condition: ColumnElement[bool], among: ColumnElement[bool] | None = None) -> ColumnElement[Any]:
    """The share (0 to 1) of rows the condition holds for, of all rows or of those `among`; null when there are none.

    The `n` that goes with it is `func.count()`, or `count_if(among)`.
    """
    rows = func.count() if among is None else count_if(among)
    counted = condition if among is None else condition & among
    return cast(count_if(counted), Double) / func.nullif(rows, 0, type_=Double)


def mean_seconds(since: ColumnElement[Any], until: ColumnElement[Any]) -> ColumnElement[Any]:
    """The mean time from one moment to the other, in seconds; null when no row has both."""
    return func.avg(extract("epoch", until) - extract("epoch", since))


def is_nan(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a floating-point value is NaN; null for null. Only for columns of a Float type."""
    return IsNan(column)


def is_missing(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a value is null, or NaN where the column can hold NaN: files written from pandas have either."""
    absent = column.is_(None)
    return or_(absent, is_nan(column)) if isinstance(column.type, Float) else absent


def null_share(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The share (0 to 1) of rows where the column is missing (null or NaN); null when there are no rows."""
    return share_if(is_missing(column))


def histogram(column: ColumnElement[Any], edges: Sequence[float]) -> ColumnElement[Sequence[int]]:
    """Counts of the column's values between fixed edges, as a list of len(edges) + 1 whole numbers.

    The first bin holds values <= edges[0], bin i holds edges[i-1] < value <= edges[i], the last holds values above
    edges[-1]. Nulls and NaNs are in no bin. Edges are finite and rise strictly, else ValueError.
    """
    numbers = [float(edge) for edge in edges]
    if not numbers or not all(math.isfinite(edge) for edge in numbers):
        raise ValueError(f"a histogram needs finite edges, at least one: {list(edges)}")
    if any(right <= left for left, right in itertools.pairwise(numbers)):
        raise ValueError(f"histogram edges must rise strictly: {list(edges)}")
    return Histogram(column, *[literal(edge, Double) for edge in numbers])


def text_histogram(column: ColumnElement[Any]) -> ColumnElement[Sequence[int]]:
    """Counts of text values in 16 fixed groups, by the first digit of their MD5 sum: the same on every database.

    However many values there are, a value that grows or shrinks moves its group. Nulls are in none.
    """
    group = func.strpos("0123456789abcdef", func.substr(func.md5(cast(column, String)), 1, 1))
    return histogram(group, [digit + 1.5 for digit in range(15)])


def approx_distinct(column: ColumnElement[Any]) -> ColumnElement[int]:
    """About how many different values the column has (within a few per cent, exact on databases without a sketch)."""
    return ApproxDistinct(column)


@compiles(CountIf)
def _count_if(element: CountIf, compiler: SQLCompiler, **how: Any) -> str:
    (condition,) = element.clauses
    return f"sum(CASE WHEN {compiler.process(condition, **how)} THEN 1 ELSE 0 END)"


@compiles(ApproxDistinct)
def _approx_distinct(element: ApproxDistinct, compiler: SQLCompiler, **how: Any) -> str:
    return f"count(DISTINCT {compiler.process(element.clauses, **how)})"


@compiles(IsNan)
def _is_nan(element: IsNan, compiler: SQLCompiler, **how: Any) -> str:
    (column,) = element.clauses
    return f"({compiler.process(column, **how)} = 'NaN')"


@compiles(Histogram)
def _histogram(element: Histogram, compiler: SQLCompiler, **how: Any) -> str:
    column, *edges = element.clauses
    value = compiler.process(column, **how)
    limits = [compiler.process(edge, **how) for edge in edges]
    inside = [f"{value} <= {limits[0]}"]
    inside += [f"{value} > {low} AND {value} <= {high}" for low, high in itertools.pairwise(limits)]
    inside += [f"{value} > {limits[-1]}" + _but_nan(element, value)]
    return "ARRAY[" + ", ".join(f"sum(CASE WHEN {bin_} THEN 1 ELSE 0 END)" for bin_ in inside) + "]"


def _but_nan(element: Histogram, value: str) -> str:
    """Databases with NaN sort it above every number; keep it out of the last bin where the column can hold it."""
    column = next(iter(element.clauses))
    return f" AND NOT ({value} = 'NaN')" if isinstance(column.type, Float) else ""
