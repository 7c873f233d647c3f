"""Rows brought home: which, in what order, how many."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.recommender.contract import Recommender, RecommenderFailed
from bot.recommender.warehouse import DuckDBWarehouse
from tests.bot.recommender.shop import DAY, START, TOML, open_shop, window, write_parquet, write_shop


def test_rows_come_oldest_first_in_logical_names_with_aware_times(shop: DuckDBWarehouse) -> None:
    rows = shop.rows("impressions", window(1))
    assert {"ts", "request_id", "member_id", "item_id", "position", "score", "model_version"} <= set(rows.columns)
    assert rows["ts"].is_monotonic_increasing
    assert rows["ts"].dt.tz is not None
    assert rows["ts"].min() >= pd.Timestamp(START + DAY)
    assert rows["ts"].max() < pd.Timestamp(START + 2 * DAY)


def test_ids_are_texts_whatever_the_files_hold(shop: DuckDBWarehouse) -> None:
    row = shop.rows("impressions", window(0)).iloc[0]
    assert [row["member_id"], row["item_id"], row["model_version"]] == ["0", "0", "7"]


def test_equalities_and_memberships_choose_rows(shop: DuckDBWarehouse, shown: pd.DataFrame) -> None:
    rows = shop.rows("impressions", window(0, 3), where={"item_id": ["3", "6"], "country": "unknown", "position": 0})
    mine = shown[shown["movie"].isin([3, 6]) & shown["country"].isna() & (shown["slot"] == 0)]
    assert len(rows) == len(mine) > 0
    assert shop.rows("impressions", window(0), where={"affinity": None})["affinity"].isna().all()
    assert shop.rows("impressions", window(0), where={"item_id": []}).empty
    assert shop.rows("impressions", window(0, 3), where={"ts": shown["event_time"].iloc[7]})["position"].tolist() == [2]


def test_a_column_or_table_that_is_not_there_is_named(shop: DuckDBWarehouse) -> None:
    with pytest.raises(RecommenderFailed, match="no column planet; it has"):
        shop.rows("impressions", window(0), where={"planet": 1})
    with pytest.raises(RecommenderFailed, match=r"no changes table in recsysops.toml: add \[tables.changes\]"):
        shop.rows("changes", window(0))


def test_a_limit_brings_whole_requests_spread_over_the_window_and_the_same_each_time(shop: DuckDBWarehouse) -> None:
    rows = shop.rows("impressions", window(0, 3), limit=60)
    assert len(rows) == 60
    assert (rows.groupby("request_id").size() == 5).all()
    assert (rows.groupby(rows["ts"].dt.floor("D"))["request_id"].nunique() == 4).all()
    assert rows.equals(shop.rows("impressions", window(0, 3), limit=60))


@settings(max_examples=12, deadline=None)
@given(limit=st.integers(1, 400))
def test_a_limit_is_kept_but_for_one_whole_request(tmp_path_factory: pytest.TempPathFactory, limit: int) -> None:
    folder = tmp_path_factory.getbasetemp() / "limited"
    if not folder.exists():
        write_shop(folder)
    rows = open_shop(folder).rows("impressions", window(0, 3), limit=limit)
    assert 0 < len(rows) <= max(limit, 5)
    assert len(rows) >= min(300, limit - 5)
    assert (rows.groupby("request_id").size() == 5).all()


def test_rows_of_a_table_without_requests_are_spread_too(shop: DuckDBWarehouse) -> None:
    assert len(shop.rows("items", window(0), limit=6)) == 6
    assert len(shop.rows("items", window(0))) == 30


def test_the_newest_row_is_the_newest_not_after_the_moment(shop: DuckDBWarehouse, shown: pd.DataFrame) -> None:
    last = shown["event_time"].max().to_pydatetime()
    assert shop.newest("impressions", last) == last
    first_day = shown[shown["event_time"] < START + DAY]["event_time"].max().to_pydatetime()
    assert shop.newest("impressions", START + DAY - timedelta(seconds=1)) == first_day
    assert shop.newest("impressions", datetime(2020, 1, 1, tzinfo=UTC)) is None


def test_changes_are_read_through_the_warehouse(tmp_path: Path, shown: pd.DataFrame) -> None:
    changes = pd.DataFrame({"when": [START, START + 2 * DAY], "what_kind": ["deploy", "config"], "subject": "ranker"})
    write_parquet(changes, tmp_path / "logs/changes.parquet")
    mapped = '[tables.changes]\npath = "changes.parquet"\ncolumns = {ts = "when", kind = "what_kind"}\n'
    recommender = Recommender("shop", open_shop(tmp_path, TOML + mapped), None, None)
    (change,) = recommender.changes(window(2))
    assert (change.at, change.kind, change.subject) == (START + 2 * DAY, "config", "ranker")
