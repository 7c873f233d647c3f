"""Files that are missing, broken, new or changed: one clear sentence that says what to do, and nothing half done."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest
from sqlalchemy import func

from bot.recommender.contract import RecommenderFailed
from bot.recommender.examination import examine_tables
from bot.recommender.warehouse import DuckDBWarehouse
from checks.base import EVERYONE, Measure
from checks.sql import null_share
from tests.bot.recommender.shop import START, TOML, make_shown, open_shop, settings_of, window, write_day, write_parquet


def rows_of(shop: DuckDBWarehouse, day: int) -> int:
    counted = Measure("rows", "impressions", "count", func.count(), func.count())
    return shop.measure([counted], [window(day)])[0].n


def test_a_folder_without_files_is_named_to_who_asks_for_it(tmp_path: Path, shown: object) -> None:
    shop = open_shop(tmp_path, TOML.replace("shown/*.parquet", "seen/*.parquet"))
    with pytest.raises(RecommenderFailed, match=r"no files for the impressions table at .*seen/\*.parquet: correct"):
        rows_of(shop, 0)
    with pytest.raises(RecommenderFailed, match=r"no files for the impressions table at .*seen/\*.parquet: correct"):
        shop.newest("impressions", START)
    assert shop.item("3")["title"] == "Alpha 3"  # the others are there


def test_a_missing_file_is_found_as_soon_as_it_is_there(tmp_path: Path, shown: object) -> None:
    """Without a restart: the bot may start before tonight's export of the catalogue is done."""
    file, away = tmp_path / "logs/movies.parquet", tmp_path / "elsewhere.parquet"
    file.rename(away)
    shop = open_shop(tmp_path)
    assert rows_of(shop, 2) == 100
    for ask in (lambda: shop.item("3"), lambda: shop.schema.column("items", "launch_date")):
        with pytest.raises(RecommenderFailed, match=r"no files for the items table at .*movies.parquet: correct"):
            ask()
    assert "items" in shop.schema.relations  # not "no such table in recsysops.toml": it is there, and in trouble
    away.rename(file)
    assert shop.item("3")["title"] == "Alpha 3"
    assert "launch_date" in shop.schema.relations["items"]


def test_a_mended_table_that_is_not_as_mapped_is_told_and_not_raised_at_others(tmp_path: Path, shown: object) -> None:
    (tmp_path / "logs/movies.parquet").unlink()
    shop = open_shop(tmp_path)
    write_parquet(make_shown(0), tmp_path / "logs/movies.parquet")
    assert rows_of(shop, 2) == 100
    with pytest.raises(RecommenderFailed, match=r"The items table has no column name, which recsysops.toml maps"):
        shop.item("3")


@pytest.mark.parametrize("keep", [0, 3, 60, 900])
def test_a_truncated_file_is_named_until_it_is_whole_again(tmp_path: Path, shown: object, keep: int) -> None:
    file = tmp_path / "logs/shown/002.parquet"
    whole = file.read_bytes()
    file.write_bytes(whole[:keep])
    shop = open_shop(tmp_path)
    with pytest.raises(RecommenderFailed, match=r"002.parquet \(of the impressions table\) is not a whole Parquet"):
        rows_of(shop, 2)
    file.write_bytes(whole)
    assert rows_of(shop, 2) == 100


def test_the_only_file_of_a_table_may_be_truncated(tmp_path: Path, shown: object) -> None:
    file = tmp_path / "logs/movies.parquet"
    whole = file.read_bytes()
    file.write_bytes(whole[:200])
    shop = open_shop(tmp_path)
    with pytest.raises(RecommenderFailed, match=r"movies.parquet \(of the items table\) is not a whole Parquet"):
        shop.item("3")
    file.write_bytes(whole)
    assert shop.item("3")["title"] == "Alpha 3"


def test_opening_does_not_read_the_log(tmp_path: Path, shown: object) -> None:
    """Only the files' ends are: a year of impressions is not scanned to start the bot or to run one check."""
    assert open_shop(tmp_path).engine.statements == 3  # the columns of three tables


def test_a_file_that_breaks_later_is_named_when_it_is_measured(
    tmp_path: Path, shop: DuckDBWarehouse, shown: object
) -> None:
    file = tmp_path / "logs/plays/002.parquet"
    file.write_bytes(file.read_bytes()[:-9])
    chosen = shop.schema.column("labelled", "chosen")
    with pytest.raises(RecommenderFailed, match=r"002.parquet \(of the outcomes table\) is not a whole Parquet file"):
        shop.measure([Measure("m", "labelled", "mean", func.avg(chosen), func.count())], [window(2)])
    assert rows_of(shop, 2) == 100  # what does not need the file goes on


def test_a_file_with_rotten_pages_is_named(tmp_path: Path, shop: DuckDBWarehouse) -> None:
    file = tmp_path / "logs/shown/001.parquet"
    whole = file.read_bytes()
    file.write_bytes(whole[:4] + b"\xff" * 700 + whole[704:])
    with pytest.raises(RecommenderFailed, match=r"001.parquet .* is not a whole Parquet file"):
        shop.rows("impressions", window(0, 3))


def test_days_that_appear_while_the_bot_runs_are_seen(tmp_path: Path, shop: DuckDBWarehouse) -> None:
    assert rows_of(shop, 3) == 0
    write_day(tmp_path, 3, make_shown(3))
    assert rows_of(shop, 3) == 100
    write_day(tmp_path, 3, make_shown(3).head(40))
    assert rows_of(shop, 3) == 40


def test_a_column_that_vanishes_from_newer_files_is_null_there(tmp_path: Path, shop: DuckDBWarehouse) -> None:
    write_parquet(make_shown(3).drop(columns="affinity"), tmp_path / "logs/shown/003.parquet")
    missing = Measure(
        "m", "impressions", "rate", null_share(shop.schema.column("impressions", "affinity")), func.count()
    )
    values = {m.window: m.value for m in shop.measure([missing], [window(2), window(3)]) if m.slice == EVERYONE}
    assert values[window(3)] == 1.0
    assert values[window(2)] is not None
    assert values[window(2)] != 1.0


def test_a_column_that_comes_in_another_type_is_named(tmp_path: Path, shop: DuckDBWarehouse) -> None:
    frame = make_shown(3)
    write_parquet(frame.assign(days_old=["many"] * len(frame)), tmp_path / "logs/shown/003.parquet")
    old = shop.schema.column("impressions", "days_old")
    with pytest.raises(RecommenderFailed, match="days_old of the impressions table was BIGINT and is now VARCHAR"):
        shop.measure([Measure("m", "impressions", "mean", func.avg(old), func.count())], [window(3)])


def test_a_database_that_is_not_there_or_not_one_is_named(tmp_path: Path, shown: pd.DataFrame) -> None:
    text = TOML.replace('root = "logs"', 'url = "duckdb:///shop.duckdb"').replace(
        'path = "shown/*.parquet"', 'table = "t"'
    )
    with pytest.raises(RecommenderFailed, match=r"warehouse database cannot be opened.*Check .warehouse. url"):
        rows_of(open_shop(tmp_path, text), 0)
    (tmp_path / "shop.duckdb").write_bytes(b"not a database" * 500)
    with pytest.raises(RecommenderFailed, match=r"warehouse database cannot be opened.*not a valid DuckDB"):
        rows_of(open_shop(tmp_path, text), 0)


@pytest.mark.parametrize(
    ("table", "file", "column"), [("impressions", "shown", "event_time"), ("outcomes", "plays", "at")]
)
def test_a_time_that_is_none_is_quoted_with_what_to_write(
    tmp_path: Path, shown: object, table: str, file: str, column: str
) -> None:
    """In the table that has it, whichever of the two a relation reads first; and doctor says the same."""
    for path in sorted((tmp_path / f"logs/{file}").glob("*.parquet")):
        write_parquet(duckdb.connect().execute(f"SELECT * FROM '{path}'").df().assign(**{column: "yesterday"}), path)
    shop = open_shop(tmp_path)
    chosen = shop.schema.column("labelled", "chosen")
    said = rf"A time in the {table} table cannot be read \('yesterday', for one\): write times as timestamps, or as ISO"
    with pytest.raises(RecommenderFailed, match=said):
        shop.measure([Measure("m", "labelled", "mean", func.avg(chosen), func.count())], [window(2)])
    lines = {line.subject: line for line in examine_tables(settings_of(tmp_path)).lines}
    assert lines[table].state == "problem"
    assert "'yesterday', for one" in lines[table].words


def test_a_database_that_comes_later_is_read_then(tmp_path: Path, shown: object) -> None:
    """From outside nothing tells that a database can be read again, so it is asked whenever somebody wants it."""
    text = TOML.replace('root = "logs"', 'url = "duckdb:///shop.duckdb"').replace(
        'path = "shown/*.parquet"', 'table = "shown"'
    )
    shop = open_shop(tmp_path, text)
    with pytest.raises(RecommenderFailed, match="warehouse database cannot be opened"):
        rows_of(shop, 0)
    database = duckdb.connect(tmp_path / "shop.duckdb")
    database.execute("SET TimeZone = 'UTC'")
    database.execute(f"CREATE TABLE shown AS SELECT * FROM '{tmp_path}/logs/shown/*.parquet'")
    database.close()
    assert rows_of(shop, 0) == 100


def test_too_little_memory_is_not_taken_for_a_broken_file(tmp_path: Path, shown: object) -> None:
    shop = open_shop(tmp_path, TOML.replace("[warehouse]", '[warehouse]\nmemory = "1KB"\nthreads = 1'))
    with pytest.raises(RecommenderFailed, match=r"too little memory for the impressions table .*\[warehouse\] memory"):
        shop.rows("impressions", window(0))
