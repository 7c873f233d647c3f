"""Repeats, tastes and newcomers: what they say of members' lists that can be counted by hand."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest

from bot.recommender.mapping import find_table
from bot.recommender.reading import Bounds
from bot.recommender.relations.catalogue import map_relations
from bot.recommender.relations.sampling import rows_of_few_lists, rows_of_few_members
from bot.recommender.warehouse import DuckDBWarehouse, open_engine
from tests.bot.recommender.shop import (
    DAY,
    START,
    settings_of,
    window,
    write_parquet,
)
from tests.bot.recommender.whole import one_list, write_lists


def test_a_repeat_is_told_by_the_items_in_both_lists_over_those_in_either(
    tmp_path: Path, whole: DuckDBWarehouse
) -> None:
    shop = write_lists(
        tmp_path, one_list(0, [1, 2, 3]), one_list(2, [2, 3, 4], model=8), one_list(4, [2, 3, 4], model=8)
    )
    rows = [shop.rows("repeats", window(day)) for day in range(5)]
    assert [len(each) for each in rows] == [0, 0, 1, 0, 1]
    assert rows[2][["jaccard", "same"]].to_numpy().tolist() == [[0.5, 0]]
    assert rows[4][["jaccard", "same"]].to_numpy().tolist() == [[1.0, 1]]


def test_only_the_top_ten_of_the_last_seven_days_and_the_same_part_of_the_traffic_are_compared(
    tmp_path: Path, whole: DuckDBWarehouse
) -> None:
    top, tail = list(range(10)), [20, 21, 22]
    shop = write_lists(tmp_path, one_list(0, top), one_list(1, top + tail), one_list(9, top))
    assert shop.rows("repeats", window(1))["jaccard"].tolist() == [1.0]
    assert shop.rows("repeats", window(9)).empty  # eight days later
    moved = write_lists(tmp_path, one_list(0, top), one_list(1, top, country="FR"), one_list(1, top, user=2))
    assert moved.rows("repeats", window(1)).empty


def test_a_visit_that_comes_back_within_the_window_is_no_repeat(tmp_path: Path, whole: DuckDBWarehouse) -> None:
    again = one_list(1, [4, 5]).assign(visit="again")
    again["event_time"] += pd.Timedelta(minutes=1)
    shop = write_lists(tmp_path, one_list(0, [4, 5]), one_list(1, [1, 2]), again)
    assert shop.rows("repeats", window(1))["jaccard"].tolist() == [1.0]  # the last list of each day


def write_choices(folder: Path, day: int, movies: list[int], user: int = 1) -> None:
    at = pd.Timestamp(START) + day * DAY + pd.Timedelta(hours=8)
    plays = pd.DataFrame({"at": at, "visit": "x", "user": user, "movie": movies, "how": "list", "served_rank": 1})
    write_parquet(plays, folder / f"logs/plays/{day + 100:03}.parquet")


def test_taste_and_what_is_shown_are_compared_by_genre(tmp_path: Path, whole: DuckDBWarehouse) -> None:
    """Chosen: 2 Drama, 1 half Drama half Horror. Shown: Drama and half Drama half Horror."""
    for path in (tmp_path / "logs/plays").glob("*.parquet"):
        path.unlink()
    write_choices(tmp_path, 0, [0, 3, 1])
    shop = write_lists(tmp_path, one_list(0, [0]), one_list(1, [0, 1]), one_list(2, [0, 0, 3]), one_list(40, [0]))
    taste = {"Drama": 2.5 / 3, "Horror": 0.5 / 3}

    def divergence(shown: dict[str, float]) -> float:
        return sum(p * math.log(p / (0.99 * shown.get(genre, 0.0) + 0.01 * p)) for genre, p in taste.items())

    told = {day: shop.rows("tastes", window(day))["divergence"].tolist() for day in (0, 1, 2, 40)}
    assert told[0] == []  # nothing was chosen before
    assert told[1] == pytest.approx([divergence({"Drama": 0.75, "Horror": 0.25})])
    assert told[2] == pytest.approx([divergence({"Drama": 1.0})])
    assert told[40] == []  # too long ago


def test_two_choices_are_no_taste(tmp_path: Path, whole: DuckDBWarehouse) -> None:
    for path in (tmp_path / "logs/plays").glob("*.parquet"):
        path.unlink()
    write_choices(tmp_path, 0, [0, 3])
    assert write_lists(tmp_path, one_list(1, [0, 1])).rows("tastes", window(1)).empty


def test_a_list_is_a_newcomers_for_28_days_after_joining(tmp_path: Path, whole: DuckDBWarehouse) -> None:
    rows = whole.rows("newcomers", window(0))
    assert rows.groupby("member_id")["is_new"].max().to_dict() == {str(n): int(n >= 4) for n in range(7)}
    lists = [one_list(day, [1], user) for day in (27, 29) for user in (1, 5)]
    shop = write_lists(tmp_path, *lists)
    assert shop.rows("newcomers", window(27)).set_index("member_id")["is_new"].to_dict() == {"1": 0, "5": 1}
    assert shop.rows("newcomers", window(29))["is_new"].tolist() == [0, 0]


def test_what_members_of_more_than_28_days_were_shown_is_told_apart(tmp_path: Path, whole: DuckDBWarehouse) -> None:
    """Those of the three who joined on day 0 are not among them until day 28; of 7 and 99 nothing is known."""
    rows = whole.rows("established", window(0))
    assert set(rows["member_id"]) == {"0", "1", "2", "3", "7"}
    assert set(rows.columns) == set(whole.rows("impressions", window(0)).columns)
    lists = [one_list(day, [1], user) for day in (27, 29) for user in (1, 5, 99)]
    shop = write_lists(tmp_path, *lists)
    assert sorted(shop.rows("established", window(27))["member_id"]) == ["1", "99"]
    assert sorted(shop.rows("established", window(29))["member_id"]) == ["1", "5", "99"]


def sampled(folder: Path, column: str, enough: int, *days: int) -> set[str]:
    """The members or lists that are kept when so many impressions a window are enough."""
    settings = settings_of(folder)
    engine = open_engine(settings)
    mapped = map_relations({"impressions": find_table(engine, settings, "impressions")}, ("country",))
    bounds = Bounds(window(days[0]).start, window(days[-1]).end, DAY)
    few = {"member_id": rows_of_few_members, "request_id": rows_of_few_lists}[column]
    rows = mapped.sql("impressions", bounds)
    kept = engine.all(f"SELECT DISTINCT {column} FROM ({few(mapped, bounds, rows, [column], enough)})")
    return {one for (one,) in kept}


def test_of_very_many_members_the_same_part_is_looked_at_each_time(tmp_path: Path, shown: pd.DataFrame) -> None:
    everyone = {str(user) for user in range(8)}
    nobody = one_list(1, [1]).assign(user=pd.array([None], dtype="Int64"))
    write_parquet(nobody, tmp_path / "logs/shown/nobody.parquet")
    assert sampled(tmp_path, "member_id", 51, 1) == everyone  # about a hundred a day
    part = sampled(tmp_path, "member_id", 30, 1)
    assert set() < part < everyone
    assert sampled(tmp_path, "member_id", 30, 0, 1, 2) == part


def test_of_very_many_lists_the_same_part_is_looked_at_each_time(tmp_path: Path, shown: pd.DataFrame) -> None:
    everything = sampled(tmp_path, "request_id", 51, 1)
    part = sampled(tmp_path, "request_id", 30, 1)
    assert set() < part < everything
    assert part < sampled(tmp_path, "request_id", 30, 0, 1, 2)
