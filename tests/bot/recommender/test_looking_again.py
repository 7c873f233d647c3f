"""Columns as they lie, past windows summed up, and which of them to look at again."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from bot.recommender.past import Summed
from bot.recommender.warehouse import DuckDBWarehouse
from checks.base import Window
from checks.past import Moved, compare, still_columns
from tests.bot.recommender.shop import DAY, START, TOML, make_shown, open_shop, window, write_parquet

THREE = [window(day) for day in range(3)]


def kinds(shop: DuckDBWarehouse, day: int, table: str = "impressions") -> dict[str, str]:
    """The columns behind one day of three, and their types."""
    return {column.name: column.kind for column in shop.columns(table, THREE).get(window(day), ())}


def write_shown(folder: Path, day: int, frame: pd.DataFrame) -> None:
    write_parquet(frame, folder / f"logs/shown/{day:03}.parquet")


def compare_day(shop: DuckDBWarehouse, before: list[Summed], day: int) -> Moved | None:
    """What has become of a day's impressions since."""
    was, now = before[day], shop.sum_up("impressions", THREE)[day]
    columns = still_columns("impressions", shop.schema.relations["impressions"])

    return compare(columns, np.array(was.sums), np.array(now.sums), (was.rows, now.rows))


def test_each_window_has_the_columns_of_its_own_files(tmp_path: Path, shown: pd.DataFrame) -> None:
    write_shown(tmp_path, 2, make_shown(2).drop(columns="p_click").assign(mood="calm", days_old="old"))
    shop = open_shop(tmp_path)
    assert kinds(shop, 1)["p_click"] == "DOUBLE"
    newest = kinds(shop, 2)
    assert "p_click" not in newest
    assert (newest["mood"], newest["days_old"]) == ("VARCHAR", "VARCHAR")
    assert kinds(shop, 1)["days_old"] == "BIGINT"


def test_a_column_is_told_with_what_recsysops_toml_calls_it(shop: DuckDBWarehouse) -> None:
    logical = {column.name: column.logical for column in shop.columns("impressions", THREE)[window(0)]}
    assert (logical["p_click"], logical["affinity"]) == ("score", "affinity")


def test_a_column_without_any_value_is_empty_whatever_its_type(tmp_path: Path, shown: pd.DataFrame) -> None:
    write_shown(tmp_path, 2, make_shown(2).assign(affinity=None))
    assert kinds(open_shop(tmp_path), 2)["affinity"] == "empty"


def test_a_window_without_rows_has_no_columns_and_a_table_without_times_those_of_now(shop: DuckDBWarehouse) -> None:
    earlier = Window(START - DAY, START)
    assert earlier not in shop.columns("impressions", [earlier, *THREE])
    assert list(shop.columns("items", THREE)) == [window(2)]


def test_a_file_whose_times_are_gone_still_says_which_columns_it_has(tmp_path: Path, shown: pd.DataFrame) -> None:
    shop = open_shop(tmp_path)
    write_shown(tmp_path, 2, make_shown(2).rename(columns={"event_time": "happened"}))
    newest = kinds(shop, 2)
    assert "happened" in newest
    assert "event_time" not in newest


def test_a_table_of_a_database_has_the_columns_it_has_now(tmp_path: Path, shown: pd.DataFrame) -> None:
    with duckdb.connect(str(tmp_path / "shop.db")) as connection:
        connection.execute(f"CREATE TABLE shown AS FROM '{tmp_path}/logs/shown/*.parquet'")
    text = TOML[: TOML.index("[tables.outcomes]")].replace('root = "logs"', 'url = "duckdb:///shop.db"')
    shop = open_shop(tmp_path, text.replace('path = "shown/*.parquet"', 'table = "shown"'))
    with duckdb.connect(str(tmp_path / "shop.db")) as connection:
        connection.execute("ALTER TABLE shown DROP COLUMN p_click")
    assert "p_click" not in kinds(shop, 2)
    assert shop.rewritten("impressions", THREE) == []


def test_the_same_rows_in_another_order_or_file_are_summed_up_alike(tmp_path: Path, shown: pd.DataFrame) -> None:
    shop = open_shop(tmp_path)
    before = shop.sum_up("impressions", THREE)
    frame = make_shown(1).sample(frac=1, random_state=1)
    write_shown(tmp_path, 1, frame.head(30))
    write_parquet(frame.tail(70), tmp_path / "logs/shown/001-more.parquet")
    assert shop.sum_up("impressions", THREE) == before
    assert shop.sum_up("impressions", [window(1)]) == before[1:2]
    assert [one.rows for one in before] == [100, 100, 100]


def test_a_changed_value_is_found_with_its_column_though_there_are_as_many_rows(
    tmp_path: Path, shown: pd.DataFrame
) -> None:
    shop = open_shop(tmp_path)
    before = shop.sum_up("impressions", THREE)
    frame = make_shown(1)
    frame.loc[[3, 40], "p_click"] += 0.5
    write_shown(tmp_path, 1, frame)
    moved = compare_day(shop, before, 1)
    assert moved is not None
    assert (moved.columns, moved.before, moved.now) == (("score",), 100, 100)
    assert moved.rows == pytest.approx(2, abs=1)
    assert compare_day(shop, before, 0) is None


def test_rows_that_vanish_while_others_come_are_found(tmp_path: Path, shown: pd.DataFrame) -> None:
    shop = open_shop(tmp_path)
    before = shop.sum_up("impressions", THREE)
    others = make_shown(1, seed=9).tail(20).assign(visit="late")
    write_shown(tmp_path, 1, pd.concat([make_shown(1).head(80), others]))
    moved = compare_day(shop, before, 1)
    assert moved is not None
    assert moved.before == moved.now == 100
    assert 15 <= moved.rows <= 80


def test_a_type_that_a_newer_file_widens_is_no_change_of_the_past(tmp_path: Path, shown: pd.DataFrame) -> None:
    before = open_shop(tmp_path).sum_up("impressions", THREE)
    write_shown(tmp_path, 2, make_shown(2).assign(days_old=lambda rows: rows["days_old"].astype(float)))
    assert compare_day(open_shop(tmp_path), before, 1) is None


def test_windows_whose_files_were_written_anew_are_looked_at_again(tmp_path: Path, shown: pd.DataFrame) -> None:
    shop = open_shop(tmp_path)
    assert set(shop.rewritten("impressions", THREE)) == set(THREE)  # at first every file is new
    assert shop.rewritten("impressions", THREE) == []
    write_shown(tmp_path, 0, make_shown(0))
    os.utime(tmp_path / "logs/shown/000.parquet", (0, 0))  # a copy that keeps old times deceives nobody
    assert shop.rewritten("impressions", THREE) == [window(0)]
