"""The scan's benchmark at a small size: both sides count the same, and what it serves is what it says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmarks.scan import line_table, make_world
from benchmarks.scan_floor import NUMBERS, floor_sql, plain_sql
from benchmarks.scan_sides import learn, read_edges, run_suite
from benchmarks.scan_world import DAY, FEATURES, LAST_DAY, LIST, SLICES, World
from bot.detection.judging import plan_measures
from bot.recommender.opening import open_recommender
from bot.settings import load
from checks.base import Measure, Window
from checks.catalogue import EVERY_CHECK

ROWS = 210_000  # enough for the scan of large tables
LAST = Window(LAST_DAY, LAST_DAY + DAY)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A day and a small one before it, their edges learned."""
    made = make_world(tmp_path_factory.mktemp("scan"), ROWS, days=2, rows_before=2000)
    learn(made)
    return made


@pytest.fixture(scope="module")
def measured(world: World) -> Mapping[tuple[str, str], Any]:
    """What the bot's own warehouse measures for every check, by measure and slice."""
    warehouse = open_recommender(load(world.config, {})).warehouse
    plans, _ = plan_measures(EVERY_CHECK, warehouse.with_edges(read_edges(world)))
    measures: dict[str, Measure] = {one.name: one for plan in plans for one in plan.measures}
    asked = [one for one in measures.values() if one.relation in ("impressions", "labelled")]
    return {(one.measure, one.slice.key): one for one in warehouse.measure(asked, [LAST])}


@pytest.fixture(scope="module")
def floor(world: World) -> Mapping[str, list[Any]]:
    """What the hand-written query counts, by slice."""
    rows = _ask(floor_sql(world, read_edges(world), tuple(SLICES)))
    return {_key(row[: len(SLICES)]): list(row[len(SLICES) :]) for row in rows}


def _ask(sql: str) -> list[Any]:
    return duckdb.connect().execute(sql).fetchall()


def _key(values: tuple[str | None, ...]) -> str:
    return " & ".join(f"{name}={value}" for name, value in zip(SLICES, values, strict=True) if value is not None)


def test_the_floor_counts_what_the_suite_measures(
    measured: Mapping[tuple[str, str], Any], floor: Mapping[str, list[Any]]
) -> None:
    assert len(floor) == 1 + sum(map(len, SLICES.values()))
    for key, (rows, _, chosen, *numbers) in floor.items():
        assert measured["rows:impressions", key].value == rows
        assert measured["engagement.clicks", key].value == chosen / rows
        for i, name in enumerate(NUMBERS):
            missing, zeros, bins = numbers[3 * i : 3 * i + 3]
            told = measured["score.histogram" if name == "score" else f"feature.histogram:{name}", key].value
            assert told == tuple(map(float, bins)) + (0.0,) * (len(told) - len(bins))
            if name in FEATURES:
                assert measured[f"feature.null_share:{name}", key].value == missing / rows
                assert measured[f"feature.zero_share:{name}", key].value == zeros / rows


def test_the_plain_query_counts_the_same_for_everyone(world: World, floor: Mapping[str, list[Any]]) -> None:
    rows, newest, *numbers, rates = _ask(plain_sql(world, read_edges(world), tuple(SLICES)))[0]
    assert [rows, newest, *numbers] == [*floor[""][:2], *floor[""][3:]]
    told = {_key(tuple(each[:-2])): [int(each[-2]), int(each[-1])] for each in rates}
    assert told == {key: [each[0], each[2]] for key, each in floor.items() if key}


def test_the_same_seed_serves_the_same_rows(tmp_path: Path) -> None:
    one, other = (make_world(tmp_path / name, 2000, 1, 0).file("impressions", LAST_DAY) for name in ("one", "other"))
    assert _ask(f"SELECT * FROM '{one}' EXCEPT SELECT * FROM '{other}'") == []
    different = "count(DISTINCT request_id), count(DISTINCT (request_id, item_id))"
    assert _ask(f"SELECT {different} FROM '{one}'") == [(2000 // LIST, 2000)]


def test_a_run_has_every_figure_of_the_table(world: World) -> None:
    suite = run_suite(world)
    assert not [code for code, (state, _) in suite["states"].items() if state == "failed"]
    assert {code[0] for code in suite["states"]} == set("DMPI")
    assert suite["again_cpu"] < suite["cpu"]
    side = {"cpu": 2.0, "rss_mb": 100.0, "again_cpu": 0.0}
    table = line_table([ROWS], [{"suite": side, "floor": side, "plain": {"cpu": 1.0}, "learn": {"cpu": 0.1}}])
    assert table.rows == ((float(ROWS), 2.0, 2.0, 1.0, 1.0, 2.0, 100.0, 100.0, 0.0, 0.1),)
