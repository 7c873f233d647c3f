"""What checks write once is spelled well in DuckDB, in the standard elsewhere, and means the same."""

from __future__ import annotations

import hashlib
import math
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import ColumnElement, Double, String, column
from sqlalchemy.dialects.postgresql.base import PGDialect

from bot.recommender.dialect import quote, text, to_sql
from checks.sql import approx_distinct, count_if, histogram, is_nan, null_share, share_if, text_histogram

X, S = column("x", Double), column("s", String)
ROWS = "(VALUES (0.5::DOUBLE, 'a'), (1.0, 'b'), (1.5, NULL), (NULL, 'b'), ('nan'::DOUBLE, 'a'), (9.0, 'c')) AS t(x, s)"
DUCKDB_HISTOGRAM = (
    "list_resize(coalesce(map_values(histogram(CASE WHEN NOT isnan(CAST(x AS DOUBLE)) THEN CAST(x AS DOUBLE) END, "
    "CAST([1.0, 2.0] AS DOUBLE[]))), []), 3, 0)"
)
STANDARD_HISTOGRAM = (
    "ARRAY[sum(CASE WHEN x <= 1.0 THEN 1 ELSE 0 END), sum(CASE WHEN x > 1.0 AND x <= 2.0 THEN 1 ELSE 0 END), "
    "sum(CASE WHEN x > 2.0 AND NOT (x = 'NaN') THEN 1 ELSE 0 END)]"
)
WORDS = [
    (count_if(S == "a"), "count_if(s = 'a')", "sum(CASE WHEN s = 'a' THEN 1 ELSE 0 END)"),
    (approx_distinct(S), "approx_count_distinct(s)", "count(DISTINCT s)"),
    (count_if(is_nan(X)), "count_if(isnan(x))", "sum(CASE WHEN (x = 'NaN') THEN 1 ELSE 0 END)"),
    (histogram(X, [1, 2]), DUCKDB_HISTOGRAM, STANDARD_HISTOGRAM),
    (
        share_if(S == "a"),
        "CAST(count_if(s = 'a') AS DOUBLE PRECISION) / nullif(count(*), 0)",
        "CAST(sum(CASE WHEN s = 'a' THEN 1 ELSE 0 END) AS DOUBLE PRECISION) "
        "/ CAST(nullif(count(*), 0) AS DOUBLE PRECISION)",
    ),
    (
        null_share(X),
        "CAST(count_if(x IS NULL OR isnan(x)) AS DOUBLE PRECISION) / nullif(count(*), 0)",
        "CAST(sum(CASE WHEN x IS NULL OR (x = 'NaN') THEN 1 ELSE 0 END) AS DOUBLE PRECISION) "
        "/ CAST(nullif(count(*), 0) AS DOUBLE PRECISION)",
    ),
]


def standard(element: ColumnElement[Any]) -> str:
    dialect = PGDialect(paramstyle="named")  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
    return str(element.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


def ask(sql: str, rows: str = ROWS) -> Any:
    row = duckdb.connect().execute(f"SELECT {sql} FROM {rows}").fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize(("element", "duck", "plain"), WORDS, ids=[duck.split("(")[0] for _, duck, _ in WORDS])
def test_each_word_has_one_spelling_a_dialect(element: ColumnElement[Any], duck: str, plain: str) -> None:
    assert to_sql(element) == duck
    assert standard(element) == plain


@pytest.mark.parametrize(("element", "duck", "plain"), WORDS, ids=[duck.split("(")[0] for _, duck, _ in WORDS])
def test_both_spellings_give_the_same_answer(element: ColumnElement[Any], duck: str, plain: str) -> None:
    assert ask(duck) == ask(plain)


def test_a_share_among_some_leaves_the_others_out() -> None:
    assert ask(to_sql(share_if(X > 1, among=S.in_(["b", "c"])))) == pytest.approx(1 / 3)


def test_a_share_of_nothing_is_null() -> None:
    assert ask(to_sql(share_if(X > 1, among=S == "z"))) is None


def test_a_histogram_of_no_values_is_all_zeros() -> None:
    assert ask(to_sql(histogram(X, [1, 2])), "(SELECT NULL::DOUBLE AS x)") == [0, 0, 0]


@pytest.mark.parametrize("edges", [[], [1, 1], [2, 1], [math.inf], [math.nan, 1]])
def test_edges_that_make_no_bins_are_refused(edges: list[float]) -> None:
    with pytest.raises(ValueError, match="histogram"):
        histogram(X, edges)


numbers = st.floats(-1e6, 1e6, allow_nan=False, width=32)


@settings(max_examples=40, deadline=None)
@given(values=st.lists(st.none() | st.just(math.nan) | numbers, max_size=40), edges=st.sets(numbers, min_size=1))
def test_every_value_falls_into_the_bin_numpy_puts_it_in(values: list[float | None], edges: set[float]) -> None:
    """Bins are closed on the right, as np.searchsorted(side="left") has it; null and NaN are in none."""
    bounds = sorted({float(edge) for edge in edges})
    if len(bounds) != len({repr(edge) for edge in bounds}):
        bounds = bounds[:1]
    kept = [value for value in values if value is not None and not math.isnan(value)]
    expected = np.bincount(np.searchsorted(bounds, kept, side="left").astype(int), minlength=len(bounds) + 1)
    rows = f"(SELECT unnest({[None if v is None else str(v) for v in values]!r}::DOUBLE[]) AS x)".replace(
        "None", "NULL"
    )
    assert ask(to_sql(histogram(X, bounds)), rows) == expected.tolist()


def test_texts_with_quotes_and_percent_signs_stay_what_they_are() -> None:
    assert ask(to_sql(count_if(S == "it's 100 %")), "(SELECT 'it''s 100 %' AS s)") == 1
    assert ask("count(" + quote('a"b') + ")", '(SELECT 1 AS "a""b")') == 1
    assert ask(text("o'clock")) == "o'clock"


def test_text_is_counted_in_sixteen_groups_that_no_version_of_a_database_moves() -> None:
    counts = duckdb.connect().execute(f"SELECT {to_sql(text_histogram(S))} FROM {ROWS}").fetchone()
    by_hand = [0] * 16
    for value in "abbac":
        by_hand[int(hashlib.md5(value.encode(), usedforsecurity=False).hexdigest()[0], 16)] += 1
    assert counts == (by_hand,)
