"""How the words of checks.sql are spelled in DuckDB, and how an expression becomes text to execute."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement

from checks.sql import ApproxDistinct, CountIf, Histogram, IsNan


@compiles(CountIf, "duckdb")
def _count_if(element: CountIf, compiler: SQLCompiler, **how: Any) -> str:
    return f"count_if({compiler.process(element.clauses, **how)})"


@compiles(ApproxDistinct, "duckdb")
def _approx_distinct(element: ApproxDistinct, compiler: SQLCompiler, **how: Any) -> str:
    return f"approx_count_distinct({compiler.process(element.clauses, **how)})"


@compiles(IsNan, "duckdb")
def _is_nan(element: IsNan, compiler: SQLCompiler, **how: Any) -> str:
    return f"isnan({compiler.process(element.clauses, **how)})"


@compiles(Histogram, "duckdb")
def _histogram(element: Histogram, compiler: SQLCompiler, **how: Any) -> str:
    """DuckDB leaves the last bin out where nothing exceeds the edges, and all of them where there is no value."""
    column, *edges = element.clauses
    value = f"CAST({compiler.process(column, **how)} AS DOUBLE)"
    bins = ", ".join(compiler.process(edge, **how) for edge in edges)
    counts = f"map_values(histogram(CASE WHEN NOT isnan({value}) THEN {value} END, CAST([{bins}] AS DOUBLE[])))"
    return f"list_resize(coalesce({counts}, []), {len(edges) + 1}, 0)"


def to_sql(element: ClauseElement) -> str:
    """A measure's expression as DuckDB's SQL, values written into the text (they are the checks' own)."""
    return str(element.compile(dialect=_dialect(), compile_kwargs={"literal_binds": True}))


@cache
def _dialect() -> Any:
    """Made once: making it costs more than compiling with it."""
    from duckdb_engine import Dialect

    return Dialect(paramstyle="qmark")


def quote(name: str) -> str:
    """A table's or column's name as SQL: never text that could end the name early."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A piece of text as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"
