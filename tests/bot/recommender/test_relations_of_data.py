"""Keys, joins, activity, catalogued and labels: what they say of rows that can be counted by hand."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import func

from bot.recommender.warehouse import DuckDBWarehouse
from checks.base import Measure, Window
from tests.bot.recommender.shop import (
    DAY,
    START,
    TOML,
    make_plays,
    make_shown,
    open_shop,
    window,
    write_day,
    write_parquet,
)

THREE = [window(day) for day in range(3)]
SUMS = {"joins": "joined", "activity": "place", "catalogued": "known", "impressions_keys": None, "labels": None}


def counted(shop: DuckDBWarehouse, relation: str, windows: list[Window]) -> list[tuple[float, int]]:
    """Rows of a relation, and the sum of one of its columns, window by window."""
    name = SUMS[relation]
    value = func.count() if name is None else func.sum(shop.schema.column(relation, name))
    measure = Measure("m", relation, "mean", value, func.count())
    return [(float(str(one.value or 0)), one.n) for one in shop.measure([measure], windows)]


@pytest.mark.parametrize("relation", SUMS)
def test_a_window_measured_alone_agrees_with_a_back_fill(shop: DuckDBWarehouse, relation: str) -> None:
    earlier = [Window(START - day * DAY, START - (day - 1) * DAY) for day in range(45, 0, -1)]
    together = counted(shop, relation, [*earlier, *THREE])[-3:]
    assert together == [counted(shop, relation, [one])[0] for one in THREE]
    assert together[-1][1] > 0


def test_a_batch_delivered_twice_has_its_keys_twice(tmp_path: Path, shown: pd.DataFrame) -> None:
    write_parquet(make_shown(1).head(40), tmp_path / "logs/shown/001-again.parquet")
    write_parquet(make_plays(make_shown(1)), tmp_path / "logs/plays/001-again.parquet")
    shop = open_shop(tmp_path)
    keys = shop.rows("impressions_keys", window(1))["key"]
    assert (len(keys), keys.nunique()) == (140, 100)
    again = shop.rows("outcomes_keys", window(1))["key"]
    assert len(again) == 2 * again.nunique()
    assert shop.rows("outcomes_keys", window(2))["key"].is_unique


def test_the_catalogue_has_no_time_and_stands_in_the_last_window(shop: DuckDBWarehouse) -> None:
    measure = Measure("m", "items_keys", "count", func.count(), func.count())
    assert [one.value for one in shop.measure([measure], THREE)] == [0.0, 0.0, 30.0]


def test_a_play_of_an_unknown_visit_or_of_a_movie_it_did_not_show_is_not_joined(
    tmp_path: Path, shown: pd.DataFrame
) -> None:
    frame = make_shown(1)
    plays = make_plays(frame)
    listed = plays["visit"].notna().sum()
    plays.loc[0, "visit"], plays.loc[1, "movie"] = "v1-nonesuch", 999
    write_parquet(plays, tmp_path / "logs/plays/001.parquet")
    joins = open_shop(tmp_path).rows("joins", window(1))
    assert (len(joins), joins["joined"].sum()) == (listed, listed - 2)
    assert set(joins["source"]) == {"list"}


def test_a_play_after_midnight_is_joined_to_the_visit_before(tmp_path: Path, shown: pd.DataFrame) -> None:
    plays = make_plays(make_shown(1)).assign(at=pd.Timestamp(START + 2 * DAY + timedelta(hours=1)))
    write_parquet(plays, tmp_path / "logs/plays/001.parquet")
    joins = open_shop(tmp_path).rows("joins", window(2))
    early = joins[joins["ts"] == START + 2 * DAY + timedelta(hours=1)]
    seen_within_a_day = make_shown(1).set_index("visit")["event_time"].groupby(level=0).max()
    within = plays["visit"].map(seen_within_a_day) > START + DAY + timedelta(hours=1)
    assert early["joined"].sum() == within[plays["visit"].notna()].sum() > 0


def test_activity_counts_each_members_visits_rows_and_plays(tmp_path: Path, shown: pd.DataFrame) -> None:
    frame = make_shown(1)
    frame.loc[frame["visit"].isin([f"v1-{n}" for n in range(12)]), "user"] = 77
    write_day(tmp_path, 1, frame)
    activity = open_shop(tmp_path).rows("activity", window(1)).set_index("member_id")
    busiest = activity.loc["77"]
    assert (busiest["requests"], busiest["impressions"], busiest["place"]) == (12, 60, 1)
    assert activity["outcomes"].sum() == len(make_plays(frame))
    assert activity["usual"].unique() == pytest.approx([20 / len(activity)])


def test_without_request_ids_every_row_counts_as_a_request(tmp_path: Path, shown: pd.DataFrame) -> None:
    text = TOML.replace('request_id = "visit"\n', "")
    activity = open_shop(tmp_path, text).rows("activity", window(0))
    assert activity["requests"].tolist() == activity["impressions"].tolist()


def test_an_item_that_is_not_in_the_catalogue_is_not_known(tmp_path: Path, shown: pd.DataFrame) -> None:
    frame = make_shown(1)
    frame.loc[:9, "movie"] = 500
    write_day(tmp_path, 1, frame)
    rows = open_shop(tmp_path).rows("catalogued", window(1))
    assert (len(rows), rows["known"].sum()) == (100, 90)


def test_a_member_seen_again_within_a_week_has_the_label_of_before(tmp_path: Path, shown: pd.DataFrame) -> None:
    """User 1 moves from FR to DE; user 2 comes back after eight days and user 3 after six."""
    for day, user, country in ((4, 1, "FR"), (4, 2, "FR"), (6, 3, None), (12, 1, "DE"), (12, 2, "DE"), (12, 3, "DE")):
        frame = make_shown(day, visits=1).assign(user=user, country=pd.Series([country] * 5, dtype="str"))
        write_parquet(frame, tmp_path / f"logs/shown/{day:03}-{user}.parquet")
    one = make_shown(6, visits=1).assign(user=1, country="FR")
    write_parquet(one, tmp_path / "logs/shown/006-1.parquet")
    labels = open_shop(tmp_path).rows("labels", window(12)).set_index("member_id").fillna("")
    assert labels[["country__before", "country"]].to_dict("index") == {
        "1": {"country__before": "FR", "country": "DE"},
        "3": {"country__before": "", "country": "DE"},
    }


def test_what_cannot_be_told_is_not_there(tmp_path: Path, shown: pd.DataFrame) -> None:
    text = TOML.replace('member_id = "user"\n', "").replace('request_id = "visit"\n', "")
    relations = open_shop(tmp_path, text).schema.relations
    assert not {"activity", "labels", "joins", "impressions_keys"} & set(relations)
    assert {"catalogued", "items_keys", "outcomes_keys"} <= set(relations)


MEMBERS = """[tables.members]
path = "users.parquet"
columns = {member_id = "user"}
"""


def test_the_members_table_is_held_against_what_was_shown_in_the_week_before(
    tmp_path: Path, shown: pd.DataFrame
) -> None:
    """The first user was in FR and then in DE, of the second nothing was seen, the third has only come since."""
    for day, user, country in ((0, 11, "FR"), (1, 11, "DE"), (9, 13, "FR")):
        frame = make_shown(day, visits=1).assign(user=user, country=country)
        write_parquet(frame, tmp_path / f"logs/shown/{day:03}-{user}.parquet")
    write_parquet(pd.DataFrame({"user": [11, 12, 13], "country": ["DE", "DE", "FR"]}), tmp_path / "logs/users.parquet")
    shop = open_shop(tmp_path, TOML + MEMBERS)
    rows = {day: shop.rows("profiles", window(day)) for day in (1, 2, 8, 9, 10)}
    told = {day: dict(zip(found["country__before"], found["country"], strict=True)) for day, found in rows.items()}
    assert told == {1: {"FR": "DE"}, 2: {"FR": "DE"}, 8: {"DE": "DE"}, 9: {}, 10: {"FR": "FR"}}
    measure = Measure("m", "profiles", "count", func.count(), func.count())
    assert [one.n for one in shop.measure([measure], [window(day) for day in range(11)])] == [0] + [1] * 8 + [0, 1]


def test_of_hourly_windows_the_first_of_a_day_holds_the_profiles(tmp_path: Path, shown: pd.DataFrame) -> None:
    write_parquet(make_shown(0, visits=1).assign(user=11, country="DE"), tmp_path / "logs/shown/000-11.parquet")
    write_parquet(pd.DataFrame({"user": [11], "country": ["DE"]}), tmp_path / "logs/users.parquet")
    hours = [Window(START + n * DAY / 24, START + (n + 1) * DAY / 24) for n in range(48)]
    measure = Measure("m", "profiles", "count", func.count(), func.count())
    found = open_shop(tmp_path, TOML + MEMBERS).measure([measure], hours)
    assert [at for at, one in enumerate(found) if one.n] == [24]
