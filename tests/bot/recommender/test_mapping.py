"""Other people's columns, types, time zones and databases, read as the contract's tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from sqlalchemy import func

from bot.recommender.contract import RecommenderFailed
from bot.recommender.warehouse import DuckDBWarehouse
from checks.base import EVERYONE, Measure
from tests.bot.recommender.shop import DAY, START, TOML, make_shown, open_shop, window, write_parquet


def test_a_users_own_files_with_other_column_names_are_read_through_recsysops_toml(
    shop: DuckDBWarehouse, shown: pd.DataFrame
) -> None:
    """event_time, visit, user, movie, slot, p_click, model become ts, request_id, member_id and so on."""
    rows = shop.rows("impressions", window(0, 3))
    expected = shown.sort_values(["event_time", "visit", "slot"])
    pairs = {"request_id": "visit", "member_id": "user", "item_id": "movie", "model_version": "model"}
    for logical, physical in pairs.items():
        assert rows[logical].tolist() == expected[physical].astype(str).tolist()
    assert rows["score"].tolist() == expected["p_click"].tolist()
    assert rows["position"].tolist() == expected["slot"].tolist()
    assert rows["ts"].tolist() == expected["event_time"].tolist()
    assert shop.schema.features == ("affinity", "days_old")
    assert {"impressions", "outcomes", "items", "labelled", "lists", "choices"} <= set(shop.schema.relations)
    assert not {"requests", "calls", "skew", "pairs"} & set(shop.schema.relations), "nobody has mapped what these need"
    counted = Measure("rows", "impressions", "count", func.count(), func.count(), ("country",))
    assert [m.n for m in shop.measure([counted], [window(0)]) if m.slice == EVERYONE] == [100]
    assert shop.item("4")["title"] == "Beta 4"
    assert set(shop.rows("outcomes", window(0))["source"]) == {"list", "search"}


def test_columns_that_are_not_mapped_keep_their_names(shop: DuckDBWarehouse) -> None:
    assert "country" in shop.schema.relations["impressions"]
    assert "event_time" not in shop.schema.relations["impressions"]


@pytest.mark.parametrize(
    "times",
    [
        lambda t: t.dt.tz_localize(None),
        lambda t: t.dt.tz_convert("America/New_York"),
        lambda t: (t - pd.Timestamp(0, tz="UTC")) // pd.Timedelta(seconds=1),
        lambda t: (t - pd.Timestamp(0, tz="UTC")) // pd.Timedelta(milliseconds=1),
        lambda t: t.dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
    ],
    ids=["without zone", "another zone", "seconds", "milliseconds", "text"],
)
def test_a_moment_is_the_same_however_it_is_written(tmp_path: Path, shown: pd.DataFrame, times: object) -> None:
    assert callable(times)
    for path in (tmp_path / "logs/shown").glob("*.parquet"):
        path.unlink()
    write_parquet(shown.assign(event_time=times(shown["event_time"])), tmp_path / "logs/shown/all.parquet")
    rows = open_shop(tmp_path).rows("impressions", window(1))
    assert rows["ts"].tolist() == shown[shown["visit"].str.startswith("v1-")]["event_time"].tolist()


def test_times_without_a_zone_are_of_the_time_zone_in_the_settings(tmp_path: Path, shown: pd.DataFrame) -> None:
    local = make_shown(0).assign(event_time=lambda rows: rows["event_time"].dt.tz_localize(None))
    for path in (tmp_path / "logs/shown").glob("*.parquet"):
        path.unlink()
    write_parquet(local, tmp_path / "logs/shown/all.parquet")
    shop = open_shop(tmp_path, '[recommender]\ntimezone = "America/New_York"\n' + TOML)
    assert shop.newest("impressions", START + 9 * DAY) == datetime(2024, 3, 2, 0, 4, tzinfo=UTC)  # 19:04 there
    assert len(shop.rows("impressions", window(0))) == 95


def test_ids_that_pandas_made_into_floats_are_whole_numbers_again(tmp_path: Path, shown: pd.DataFrame) -> None:
    write_parquet(make_shown(0).astype({"user": float}), tmp_path / "logs/shown/000.parquet")
    assert "3" in set(open_shop(tmp_path).rows("impressions", window(0))["member_id"])


def test_flags_written_as_one_and_zero_are_flags(tmp_path: Path, shown: pd.DataFrame) -> None:
    write_parquet(make_shown(0).assign(explored=[1, 0] * 50), tmp_path / "logs/shown/000.parquet")
    assert set(open_shop(tmp_path).rows("impressions", window(0))["explored"]) == {True, False}


def test_tables_may_lie_in_a_duckdb_database(tmp_path: Path, shown: pd.DataFrame) -> None:
    database = duckdb.connect(tmp_path / "shop.duckdb")
    database.execute("SET TimeZone = 'UTC'")
    database.execute("CREATE SCHEMA logs")
    for table, files in (("shown", "shown/*"), ("plays", "plays/*"), ("movies", "movies")):
        database.execute(f"CREATE TABLE logs.{table} AS SELECT * FROM '{tmp_path}/logs/{files}.parquet'")
    database.close()
    text = TOML.replace('root = "logs"', 'url = "duckdb:///shop.duckdb"')
    for table, files in (("shown", "shown/*"), ("plays", "plays/*"), ("movies", "movies")):
        text = text.replace(f'path = "{files}.parquet"', f'table = "logs.{table}"')
    shop = open_shop(tmp_path, text)
    assert len(shop.rows("impressions", window(0, 3))) == len(shown)
    writer = duckdb.connect(tmp_path / "shop.duckdb")  # the bot keeps nobody out
    writer.execute("DELETE FROM logs.shown WHERE slot > 0")
    writer.close()
    assert len(shop.rows("impressions", window(0, 3))) == len(shown) // 5
    with pytest.raises(RecommenderFailed, match=r"no table logs.nowhere for impressions.*\[tables.impressions\] table"):
        open_shop(tmp_path, text.replace("logs.shown", "logs.nowhere")).rows("impressions", window(0))


WRONG = [
    ('ts = "event_time"', 'ts = "event_tiem"', r"no column event_tiem.*maps to ts; the nearest it has: event_time"),
    ('ts = "event_time"', "", r"no column ts: map it.*\[tables.impressions.columns\]"),
    ('score = "p_click"', 'score = "country"', "score must be a number, but the column country is VARCHAR"),
    ('ts = "event_time"', 'ts = "p_click"', "ts must be a time, but the column .*p_click.* is DOUBLE"),
    ('"affinity"', '"affinty"', "no column affinty.*the nearest it has: affinity"),
    ('slices = ["country"]', 'slices = ["planet"]', "no column planet"),
]


@pytest.mark.parametrize(("right", "wrong", "told"), WRONG)
def test_a_wrong_mapping_is_told_in_one_sentence(
    tmp_path: Path, shown: object, right: str, wrong: str, told: str
) -> None:
    with pytest.raises(RecommenderFailed, match=told):
        open_shop(tmp_path, TOML.replace(right, wrong, 1))


def test_days_of_another_length_can_be_measured_across_a_clock_change(tmp_path: Path, shown: object) -> None:
    """In spring a New York day has 23 hours; the windows are then on two grids, and still counted right."""
    shop = open_shop(tmp_path)
    short = [window(0), type(window(0))(START + DAY, START + DAY + timedelta(hours=23))]
    counted = Measure("rows", "impressions", "count", func.count(), func.count())
    assert sorted(m.n for m in shop.measure([counted], short)) == [100, 100]
