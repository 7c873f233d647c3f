"""Passed, repeats, tastes, newcomers and wanted: what they say of rows that can be counted by hand."""

from __future__ import annotations

import math
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import func

from bot.recommender.warehouse import DuckDBWarehouse
from checks.base import Measure, Window
from tests.bot.recommender.shop import DAY, START, TOML, make_movies, make_shown, open_shop, window, write_parquet

MORE = (
    TOML
    + """genres = "kinds"
[tables.requests]
path = "ranked/*.parquet"
[tables.requests.columns]
ts = "event_time"
request_id = "visit"
member_id = "user"
item_id = "movie"
score = "p_click"
[tables.members]
path = "users.parquet"
[tables.members.columns]
member_id = "user"
joined_at = "since"
"""
)
KINDS = ["Drama", "Drama, Horror", "Comedy|Drama"]


def make_ranked(shown: pd.DataFrame) -> pd.DataFrame:
    """Every second visit whole: what was shown, with the score as emitted, and one candidate that was not shown."""
    sampled = shown[shown["visit"].str.rsplit("-").str[-1].astype(int) % 2 == 0]
    ranked = sampled[["event_time", "visit", "user", "movie", "p_click", "country"]]
    unshown = ranked.drop_duplicates("visit").assign(movie=99, p_click=0.01)
    return pd.concat([ranked, unshown], ignore_index=True)


@pytest.fixture
def whole(tmp_path: Path, shown: pd.DataFrame) -> DuckDBWarehouse:
    """The shop with genres, sampled requests and members: users from 4 on joined on the first day, others long ago."""
    write_parquet(make_movies().assign(kinds=[KINDS[n % 3] for n in range(30)]), tmp_path / "logs/movies.parquet")
    for day in range(3):
        write_parquet(make_ranked(make_shown(day)), tmp_path / f"logs/ranked/{day:03}.parquet")
    since = [pd.Timestamp(START) - (400 if user < 4 else 0) * DAY for user in range(7)]  # nobody knows of user 7
    write_parquet(pd.DataFrame({"user": range(7), "since": since}), tmp_path / "logs/users.parquet")
    return open_shop(tmp_path, MORE)


SUMS = {"passed": "differs", "repeats": "jaccard", "tastes": "divergence", "newcomers": "is_new", "wanted": None}


def counted(shop: DuckDBWarehouse, relation: str, windows: list[Window]) -> list[tuple[float, int]]:
    """Rows of a relation, and the sum of one of its columns, window by window."""
    name = SUMS[relation]
    value = func.count() if name is None else func.sum(shop.schema.column(relation, name))
    measure = Measure("m", relation, "mean", value, func.count())
    return [(round(float(str(one.value or 0)), 9), one.n) for one in shop.measure([measure], windows)]


@pytest.mark.parametrize("relation", SUMS)
@pytest.mark.parametrize("hours", [24, 6])
def test_a_window_measured_alone_agrees_with_a_back_fill(whole: DuckDBWarehouse, relation: str, hours: int) -> None:
    length = timedelta(hours=hours)
    first = START - 45 * DAY
    windows = [Window(first + n * length, first + (n + 1) * length) for n in range(48 * 24 // hours)]
    last = windows[-3 * 24 // hours :]
    together = counted(whole, relation, windows)[-len(last) :]
    assert together == [counted(whole, relation, [one])[0] for one in last]
    assert together[-1][1] > 0 or hours != 24


def passed(shop: DuckDBWarehouse, day: int = 1) -> pd.DataFrame:
    return shop.rows("passed", window(day))


def change_requests(folder: Path, day: int, **columns: Any) -> DuckDBWarehouse:
    write_parquet(make_ranked(make_shown(day)).assign(**columns), folder / f"logs/ranked/{day:03}.parquet")
    return open_shop(folder, MORE)


def test_what_was_shown_has_the_score_that_was_emitted(whole: DuckDBWarehouse) -> None:
    rows = passed(whole)
    assert len(rows) == 50  # ten of the twenty visits are sampled
    assert rows["differs"].tolist() == [0] * 50


def test_another_score_differs_and_a_missing_one_is_unknown(tmp_path: Path, whole: DuckDBWarehouse) -> None:
    stale = passed(change_requests(tmp_path, 1, p_click=lambda rows: rows["p_click"] + 0.1))
    assert stale["differs"].tolist() == [1] * 50
    close = passed(change_requests(tmp_path, 1, p_click=lambda rows: rows["p_click"].astype("float16").astype(float)))
    assert close["differs"].sum() == 0
    assert passed(change_requests(tmp_path, 1, p_click=np.nan))["differs"].isna().all()


def test_an_item_that_was_never_a_candidate_differs(tmp_path: Path, whole: DuckDBWarehouse) -> None:
    rows = passed(change_requests(tmp_path, 1, movie=lambda rows: rows["movie"].where(rows["movie"] != 0, 77)))
    shown = make_shown(1)
    there = shown[shown["visit"].isin(make_ranked(shown)["visit"])]
    assert rows["differs"].sum() == (there["movie"] == 0).sum() > 0


def test_a_lower_score_above_a_higher_one_is_an_inversion(whole: DuckDBWarehouse) -> None:
    rows = passed(whole)
    shown = make_shown(1).merge(make_ranked(make_shown(1))[["visit"]].drop_duplicates())
    rises = shown.sort_values("slot").groupby("visit")["p_click"].diff().dropna() > 0
    assert rows["inverted"].isna().sum() == 10  # the first of each list
    assert rows["inverted"].sum() == rises.sum()


def test_an_explored_slot_is_no_inversion(tmp_path: Path, whole: DuckDBWarehouse) -> None:
    frame = make_shown(1).sort_values(["visit", "p_click"], ascending=[True, False])
    frame["slot"] = frame.groupby("visit").cumcount()
    frame["explored"] = frame["slot"] == 2
    frame.loc[frame["explored"], "p_click"] = 0.0
    write_parquet(frame, tmp_path / "logs/shown/001.parquet")
    write_parquet(make_ranked(frame), tmp_path / "logs/ranked/001.parquet")
    rows = passed(open_shop(tmp_path, MORE))
    assert rows["inverted"].sum() == 0
    assert rows["inverted"].isna().sum() == 20


def test_candidates_delivered_twice_count_once(tmp_path: Path, whole: DuckDBWarehouse) -> None:
    write_parquet(make_ranked(make_shown(1)), tmp_path / "logs/ranked/001-again.parquet")
    write_parquet(make_shown(1), tmp_path / "logs/shown/001-again.parquet")
    assert len(passed(open_shop(tmp_path, MORE))) == 50


def one_list(day: int, movies: list[int], user: int = 1, model: int = 7, country: str = "DE") -> pd.DataFrame:
    """One visit of one user with these movies."""
    count = len(movies)
    return pd.DataFrame(
        {
            "event_time": [pd.Timestamp(START) + day * DAY + pd.Timedelta(hours=9)] * count,
            "visit": f"w{day}-{user}",
            "user": user,
            "movie": movies,
            "slot": range(count),
            "p_click": 0.5,
            "model": model,
            "country": country,
            "affinity": 0.0,
            "days_old": 1,
        }
    )


def write_lists(folder: Path, *lists: pd.DataFrame) -> DuckDBWarehouse:
    """The shop with nothing shown but these lists."""
    for path in (folder / "logs/shown").glob("*.parquet"):
        path.unlink()
    write_parquet(pd.concat(lists, ignore_index=True), folder / "logs/shown/000.parquet")
    return open_shop(folder, MORE)


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


def test_an_outcome_has_the_main_genre_of_its_item(whole: DuckDBWarehouse) -> None:
    rows = whole.rows("wanted", window(0, 3))
    first = {0: "Drama", 1: "Drama", 2: "Comedy"}
    assert rows["genre"].tolist() == [first[int(movie) % 3] for movie in rows["item_id"]]
    assert len(rows) == len(whole.rows("outcomes", window(0, 3)))


def test_positions_of_a_list_are_told_as_logged(whole: DuckDBWarehouse) -> None:
    lists = whole.rows("lists", window(0))
    assert set(zip(lists["first_position"], lists["last_position"], strict=True)) == {(0, 4)}


def test_what_cannot_be_made_is_not_there(tmp_path: Path, shown: pd.DataFrame) -> None:
    assert not set(SUMS) & set(open_shop(tmp_path).schema.relations) - {"repeats"}
