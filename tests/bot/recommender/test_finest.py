"""A large scan in few passes measures what the same scan in one statement measures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Double, Integer, String, column, distinct, func, literal_column

from bot.recommender.contract import Measured
from bot.recommender.engine import Engine
from bot.recommender.finest import (
    MANY,
    MOST_GROUPS,
    MOST_NARROW,
    VERY_MANY,
    FinestScan,
    Sizes,
    ask_sizes,
    condense,
    divide,
    read_sizes,
)
from bot.recommender.merging import Parts
from bot.recommender.scan import Scan
from checks.base import Measure, Window
from checks.sql import approx_distinct, count_if, histogram, null_share, share_if

START = datetime(2026, 3, 1, tzinfo=UTC)
DAYS = tuple(Window(START + i * timedelta(days=1), START + (i + 1) * timedelta(days=1)) for i in range(3))
ROWS = (
    "SELECT TIMESTAMP '2026-03-01' + to_minutes(CAST(range * 7 % 2880 AS INTEGER)) AS ts, 'a' || range % 3 AS a, "
    "CASE WHEN range % 11 > 0 THEN range % 5 END AS b, 'c' || range // 1000 AS c, range % 4 AS flag, CASE "
    "WHEN range % 13 = 0 THEN NULL WHEN range % 17 = 0 THEN 'nan'::DOUBLE ELSE sin(range) * 10 END AS x "
    "FROM range(9000)"
)
X, FLAG = column("x", Double), column("flag", Integer)
ALL = ("a", "b", "c")
MEASURES = (
    Measure("rows", "r", "count", func.count(), func.count(), ALL),
    Measure("nulls", "r", "rate", null_share(X), func.count(), ALL),
    Measure("bins", "r", "histogram", histogram(X, [-5, 0, 5]), func.count(X), ("a", "c")),
    Measure("flags", "r", "rate", share_if(FLAG == 1, among=FLAG > 0), count_if(FLAG > 0), ("b",)),
    Measure("mean", "r", "mean", func.avg(FLAG), func.count(FLAG), ALL),
    Measure("newest", "r", "age", func.max(column("ts")), func.count(), ("a",)),
    Measure("spread", "r", "quantity", func.stddev_samp(FLAG), func.count()),
    Measure("kinds", "r", "quantity", approx_distinct(column("c", String)), func.count(), ("a",)),
)
SCAN = Scan(MEASURES, DAYS, {})


def _run(scans: list[Scan]) -> dict[tuple[str, str, Window], Measured]:
    found = [one for scan in scans for one in scan.take_apart(Engine().last(scan.statements(ROWS)))]
    told = {(one.measure, one.slice.key, one.window): replace(one, value=_rounded(one.value)) for one in found}
    assert len(told) == len(found)  # nothing is measured twice
    return told


def _rounded(value: float | tuple[float, ...] | None) -> float | tuple[float, ...] | None:
    """Sums of squares differ in the last digit, as threads have it."""
    return round(value, 9) if isinstance(value, float) else value


@pytest.mark.parametrize("groups", [10, 10**6], ids=["all slices together", "slices in bundles"])
def test_in_few_passes_the_same_is_measured(groups: int) -> None:
    sizes = Sizes(MANY, 2, groups, {"a": 30, "b": 6, "c": 9})
    scans = divide(SCAN, sizes)
    assert sum(isinstance(scan, FinestScan) for scan in scans) == (1 if groups == 10 else 2)
    assert _run(scans) == _run([SCAN])


def test_what_is_made_of_very_many_rows_is_counted_by_all_slices_at_once_first() -> None:
    values = {"a": 3, "b": 6, "c": 9}
    scans = condense(SCAN, Sizes(VERY_MANY, 2, MOST_NARROW, values))
    assert [type(scan) for scan in scans] == [Scan, FinestScan]
    assert _run(scans) == _run([SCAN])
    for rows, groups, of_c in ((VERY_MANY - 1, 90, 9), (VERY_MANY, MOST_NARROW + 1, 9), (VERY_MANY, 90, 900)):
        assert condense(SCAN, Sizes(rows, 2, groups, values | {"c": of_c})) == [SCAN]


def test_relations_that_are_read_as_one_are_read_apart_where_there_are_many_rows() -> None:
    """All of "wide" is measured on its own rows, not on those of the relation that has them joined with others."""
    both = Scan((*MEASURES, *(replace(one, name=f"wide {one.name}", relation="wide") for one in MEASURES)), DAYS, {})
    scans = divide(both, Sizes(MANY, 2, 90, {"a": 3, "b": 6, "c": 9}))
    assert both.relation is None
    assert [scan.relation for scan in scans] == ["r", "r", "wide", "wide"]
    assert _run(scans) == _run([both])


def test_what_is_no_sum_of_its_parts_is_measured_over_all_rows() -> None:
    assert {measure.name for measure in divide(SCAN, Sizes(MANY, 2, 90, {"a": 3, "b": 6, "c": 9}))[0].measures} == {
        "spread",
        "kinds",
    }
    for indivisible in (func.count(distinct(X)), literal_column("sum(x)"), func.max(X) - X, func.median(X)):
        assert Parts().merge(indivisible) is None


def test_sizes_are_counted_in_the_windows_asked_for() -> None:
    asked = ask_sizes(SCAN, ROWS)
    assert read_sizes(SCAN, Engine().one(asked)) == Sizes(9000, 2, 3 * 6 * 9 * 2, {"a": 3, "b": 6, "c": 9})


def test_a_small_scan_and_one_with_a_crowded_column_stay_as_they_are() -> None:
    assert divide(SCAN, Sizes(MANY - 1, 2, 90, {"a": 3, "b": 6, "c": 9})) == [SCAN]
    assert divide(SCAN, Sizes(MANY, 2, MOST_GROUPS, {"a": 3, "b": 6, "c": 900})) == [SCAN]


def test_a_long_back_fill_of_many_groups_a_window_stays_as_it_is() -> None:
    assert divide(SCAN, Sizes(MANY, 300, 10**6, {"a": 30, "b": 6, "c": 9})) == [SCAN]
