"""Many measures over many windows are one scan a relation, and the numbers are those pandas finds."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import func

from bot.recommender.contract import Measured
from bot.recommender.warehouse import DuckDBWarehouse
from checks.base import EVERYONE, Measure, Slice, Window
from checks.sql import approx_distinct, histogram, null_share
from tests.bot.recommender.shop import DAY, START, make_shown, open_shop, window, write_day

EDGES = (-0.5, 0.0, 0.5)


def measures_of(shop: DuckDBWarehouse) -> list[Measure]:
    shown, lists = shop.schema.relations["impressions"], shop.schema.relations["lists"]
    rows, by = func.count(), ("country",)
    return [
        Measure("rows", "impressions", "count", rows, rows, by),
        Measure("missing", "impressions", "rate", null_share(shown["affinity"]), rows, by),
        Measure("score", "impressions", "mean", func.avg(shown["score"]), func.count(shown["score"])),
        Measure("spread", "impressions", "histogram", histogram(shown["affinity"], EDGES), rows, by),
        Measure("items", "impressions", "count", approx_distinct(shown["item_id"]), rows),
        Measure("newest", "impressions", "age", func.max(shown["ts"]), rows),
        Measure("lists", "lists", "count", rows, rows, by),
        Measure("size", "lists", "mean", func.avg(lists["size"]), rows),
    ]


def found(measured: list[Measured], name: str, day: int, where: Slice = EVERYONE) -> Any:
    (one,) = [m for m in measured if (m.measure, m.window, m.slice) == (name, window(day), where)]
    return one.value


@pytest.mark.parametrize("day", [0, 1, 2])
@pytest.mark.parametrize("country", [None, "DE", "FR", "unknown"])
def test_numbers_are_those_of_pandas(shop: DuckDBWarehouse, shown: pd.DataFrame, day: int, country: str | None) -> None:
    measured = shop.measure(measures_of(shop), [window(0), window(1), window(2)])
    mine = shown[shown["event_time"].between(START + day * DAY, START + (day + 1) * DAY, inclusive="left")]
    where = EVERYONE
    if country:
        where = Slice((("country", country),))
        mine = mine[mine["country"].fillna("unknown") == country]
    assert found(measured, "rows", day, where) == len(mine)
    assert found(measured, "lists", day, where) == mine["visit"].nunique()
    assert found(measured, "missing", day, where) == pytest.approx(mine["affinity"].isna().mean())
    bins = np.searchsorted(EDGES, mine["affinity"].dropna(), side="left")
    assert found(measured, "spread", day, where) == tuple(np.bincount(bins, minlength=4))
    if not country:
        assert found(measured, "score", day) == pytest.approx(mine["p_click"].mean())
        assert found(measured, "size", day) == 5.0
        assert found(measured, "newest", day) == (START + (day + 1) * DAY - mine["event_time"].max()).total_seconds()
        assert found(measured, "items", day) == pytest.approx(mine["movie"].nunique(), rel=0.1)


def test_a_relation_is_scanned_once_however_many_measures_and_windows(shop: DuckDBWarehouse) -> None:
    shop.measure(measures_of(shop), [window(0)])  # asks once what positions are counted from
    before = shop.engine.statements
    shop.measure(measures_of(shop), [window(day) for day in range(-42, 3)])
    assert shop.engine.statements - before == 2  # impressions and lists


def test_a_window_measured_alone_gives_what_a_back_fill_gives(shop: DuckDBWarehouse) -> None:
    together = shop.measure(measures_of(shop), [window(day) for day in range(3)])
    alone = [m for day in range(3) for m in shop.measure(measures_of(shop), [window(day)])]
    assert sorted(map(repr, together)) == sorted(map(repr, alone))


def test_a_window_without_rows_counts_nothing_and_knows_nothing(shop: DuckDBWarehouse) -> None:
    """A table that fell silent must be seen: no rows is a measurement."""
    measured = shop.measure(measures_of(shop), [window(7)])
    assert {(m.measure, m.value, m.n) for m in measured if m.slice == EVERYONE} == {
        ("rows", 0.0, 0),
        ("lists", 0.0, 0),
        ("items", 0.0, 0),
        ("missing", None, 0),
        ("score", None, 0),
        ("spread", None, 0),
        ("newest", None, 0),
        ("size", None, 0),
    }


def test_windows_far_apart_do_not_count_what_lies_between(shop: DuckDBWarehouse) -> None:
    measured = shop.measure(measures_of(shop)[:1], [window(0), window(2)])
    assert {m.window for m in measured} == {window(0), window(2)}


def test_windows_of_any_length_and_phase_are_measured(shop: DuckDBWarehouse, shown: pd.DataFrame) -> None:
    odd = [Window(START + timedelta(hours=5), START + timedelta(hours=12)), window(1), window(0, 2)]
    measured = shop.measure(measures_of(shop)[:1], odd)
    counted = {m.window: m.value for m in measured if m.slice == EVERYONE}
    times = shown["event_time"]
    assert counted == {w: ((times >= w.start) & (times < w.end)).sum() for w in odd}


def test_a_measure_is_broken_down_by_its_own_slices_only(shop: DuckDBWarehouse) -> None:
    measured = shop.measure(measures_of(shop), [window(0)])
    assert {m.slice for m in measured if m.measure == "score"} == {EVERYONE}


def test_the_fiftieth_value_of_a_slice_is_told_apart_and_the_rest_are_other(tmp_path: Path, shown: object) -> None:
    frame = make_shown(3, visits=200)
    frame["country"] = [f"c{int(visit.split('-')[1]) % 70:02}" for visit in frame["visit"]]
    frame["event_time"] = START + 3 * DAY
    write_day(tmp_path, 3, frame)
    shop = open_shop(tmp_path)
    measured = shop.measure(measures_of(shop)[:1], [window(3)])
    values = [m.slice.parts[0][1] for m in measured if m.slice.parts]
    assert len(values) == 51
    assert "other" in values
    assert sum(m.n for m in measured if m.slice.parts) == len(frame)
    rest = shop.impact(window(3), Slice((("country", "other"),))).impressions
    assert rest == next(m.n for m in measured if m.slice.key == "country=other")


def test_measuring_what_is_not_there_is_a_mistake_of_the_check(shop: DuckDBWarehouse) -> None:
    rows = func.count()
    with pytest.raises(ValueError, match="which is not mapped"):
        shop.measure([Measure("m", "changes", "count", rows, rows)], [window(0)])
    with pytest.raises(ValueError, match="needs ts"):
        shop.measure([Measure("m", "items", "count", rows, rows)], [window(0)])
    with pytest.raises(ValueError, match="needs planet"):
        shop.measure([Measure("m", "impressions", "count", rows, rows, ("planet",))], [window(0)])
    assert shop.measure([], [window(0)]) == []
    assert shop.measure(measures_of(shop), []) == []


def test_impact_counts_members_and_impressions_of_a_slice(shop: DuckDBWarehouse, shown: pd.DataFrame) -> None:
    mine = shown[(shown["event_time"] < START + DAY) & (shown["country"] == "DE")]
    impact = shop.impact(window(0), Slice((("country", "DE"),)))
    assert (impact.members, impact.impressions) == (mine["user"].nunique(), len(mine))
    assert impact.share == pytest.approx(len(mine) / 100)
    assert shop.impact(window(9), EVERYONE).share == 0.0


def test_exposure_is_impressions_and_members_by_item_and_window_in_one_scan(
    shop: DuckDBWarehouse, shown: pd.DataFrame
) -> None:
    before = shop.engine.statements
    exposure = shop.exposure(window(0, 3))
    assert shop.engine.statements - before == 1
    shown["day"] = shown["event_time"].dt.floor("D")
    expected = shown.groupby([shown["movie"].astype(str), "day"])["user"].agg(["size", "nunique"]).reset_index()
    assert exposure.sort_values(["item_id", "window_start"])[["impressions", "members"]].to_numpy().tolist() == (
        expected.sort_values(["movie", "day"])[["size", "nunique"]].to_numpy().tolist()
    )
    assert set(exposure["window_start"]) == {START + day * DAY for day in range(3)}
    assert set(shop.exposure(window(0, 3), ["3", "4"])["item_id"]) == {"3", "4"}
    assert shop.exposure(window(0, 3), []).empty


def test_cells_are_rows_and_choices_by_all_slices_together(shop: DuckDBWarehouse, shown: pd.DataFrame) -> None:
    mine = shown[shown["event_time"] < START + DAY]["country"].fillna("unknown").value_counts()
    cells = shop.cells("labelled", window(0), ["country"])
    assert dict(zip(cells["country"], cells["rows_"], strict=True)) == mine.to_dict()
    assert cells["chosen_"].sum() == shop.rows("labelled", window(0))["chosen"].sum() > 0
    assert shop.cells("impressions", window(0), ["country"])["chosen_"].sum() == 0


def test_edges_are_learned_from_a_bounded_sample_and_are_the_same_when_asked_again(
    shop: DuckDBWarehouse, shown: pd.DataFrame
) -> None:
    edges = shop.learn_edges(["affinity", "score"], window(0, 3))
    expected = np.quantile(shown["affinity"].dropna(), np.arange(0.1, 0.95, 0.1))
    assert edges["affinity"] == pytest.approx(expected)
    assert edges == shop.learn_edges(["affinity", "score"], window(0, 3))
    assert shop.with_edges(edges).edges["score"] == edges["score"]
    assert shop.learn_edges(["affinity"], window(8)) == {}


def test_a_constant_has_an_edge_on_either_side(tmp_path: Path, shown: object) -> None:
    write_day(tmp_path, 4, make_shown(4).assign(affinity=2.0))
    below, at = open_shop(tmp_path).learn_edges(["affinity"], window(4))["affinity"]
    assert below < at == 2.0
