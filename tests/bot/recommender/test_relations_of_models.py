"""Skew, pairs and shadow: what they say of rows that can be counted by hand."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import func

from bot.recommender.warehouse import DuckDBWarehouse
from checks.base import Measure, Window
from checks.model.canary import OVERLAP, Canary
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

OFFLINE = """
[tables.features_offline]
path = "again/*.parquet"
lateness = "2h"
[tables.features_offline.columns]
ts = "at"
request_id = "visit"
item_id = "movie"
"""
INDEXED = TOML.replace('model_version = "model"', 'model_version = "model"\nindex_version = "built"\narm = "test"')


def write_again(folder: Path, day: int, frame: pd.DataFrame, late: timedelta = timedelta(0)) -> pd.DataFrame:
    """A day's features computed again, one row in four, an hour after the day's end (and later)."""
    again = frame.iloc[::4][["visit", "movie", "affinity", "days_old"]].copy()
    again["at"] = pd.Timestamp(START + (day + 1) * DAY + timedelta(hours=1) + late)
    write_parquet(again, folder / f"logs/again/{day:03}.parquet")
    return again


@pytest.fixture
def skewed(tmp_path: Path, shown: pd.DataFrame) -> DuckDBWarehouse:
    """Three days computed again: the first alike, the second otherwise, the third too late."""
    write_again(tmp_path, 0, make_shown(0))
    write_again(tmp_path, 1, make_shown(1).assign(days_old=-1))
    write_again(tmp_path, 2, make_shown(2), timedelta(hours=3))
    return open_shop(tmp_path, TOML + OFFLINE)


def test_features_stand_beside_the_same_features_computed_again(skewed: DuckDBWarehouse) -> None:
    first, second = (skewed.rows("skew", window(day)) for day in (0, 1))
    assert (len(first), len(second)) == (25, 25)
    assert first["days_old"].tolist() == first["days_old__offline"].tolist()
    assert first["affinity"].equals(first["affinity__offline"].rename("affinity"))
    assert (second["days_old__offline"] == -1).all()
    assert {"ts", "country"} <= set(second.columns)


def test_what_is_computed_again_too_late_does_not_count_in_any_window(skewed: DuckDBWarehouse) -> None:
    assert skewed.rows("skew", window(2)).empty
    measure = Measure("m", "skew", "count", func.count(), func.count())
    found = skewed.measure([measure], [window(day) for day in range(4)])
    assert [one.value for one in found] == [25, 25, 0, 0]


def test_a_row_computed_twice_counts_once_as_it_was_first(tmp_path: Path, shown: pd.DataFrame) -> None:
    write_again(tmp_path, 0, make_shown(0))
    again = write_again(tmp_path, 1, make_shown(0).assign(days_old=-1))
    write_parquet(again.assign(at=again["at"] - DAY + timedelta(minutes=30)), tmp_path / "logs/again/001.parquet")
    rows = open_shop(tmp_path, TOML + OFFLINE).rows("skew", window(0))
    assert len(rows) == 25
    assert rows["days_old"].tolist() == rows["days_old__offline"].tolist()


def test_a_pair_names_the_model_and_the_index_that_answered_together(tmp_path: Path, shown: pd.DataFrame) -> None:
    built = np.array(["a", "b", None], dtype=object)
    for day in range(3):
        write_day(tmp_path, day, make_shown(day).assign(built=lambda rows: built[np.arange(len(rows)) % 3], test=None))
    pairs = open_shop(tmp_path, INDEXED).rows("pairs", window(0))
    assert len(pairs) == 100
    assert pairs["pair"].value_counts().to_dict() == {"7 with index a": 34, "7 with index b": 33}


def test_arms_tell_how_much_of_what_one_shows_the_others_show_as_often(tmp_path: Path, shown: pd.DataFrame) -> None:
    arms = np.array(["control", "canary", None], dtype=object)
    for day in range(3):
        frame = make_shown(day)
        tested = frame.assign(built="a", test=arms[frame["visit"].str.split("-").str[1].astype(int) % 3])
        write_day(tmp_path, day, tested)
    rows = tested[tested["test"].notna()]
    share = rows.groupby("test")["movie"].value_counts(normalize=True).unstack("test").fillna(0.0)
    shop = open_shop(tmp_path, INDEXED)
    (overlap,) = (one for one in Canary().measures(shop.schema) if one.name == OVERLAP)
    found = {one.slice.key: one.value for one in shop.measure([overlap], [window(0), window(1), window(2)])[-3:]}
    assert found["arm=canary"] == found["arm=control"] == pytest.approx(share.min(axis=1).sum())


def test_without_an_index_version_there_are_no_pairs_and_without_recomputation_no_skew(shop: DuckDBWarehouse) -> None:
    assert not {"pairs", "skew"} & set(shop.schema.relations)


def _make_popular(folder: Path) -> dict[int, int]:
    """Searches of the day before that choose each of the thirty movies another number of times; how many each."""
    times = {movie: movie * 7 % 30 for movie in range(30)}
    movies = [movie for movie, count in times.items() for _ in range(count)]
    at = pd.Timestamp(START + DAY + timedelta(hours=5))
    rows = pd.DataFrame({"at": at, "visit": pd.Series([None] * len(movies), dtype="str"), "user": 1, "movie": movies})
    write_parquet(
        rows.assign(how="search", served_rank=pd.Series([1] * len(movies))), folder / "logs/plays/100.parquet"
    )
    return times


def test_the_shadow_orders_a_list_by_what_was_chosen_in_the_days_before(tmp_path: Path, shown: pd.DataFrame) -> None:
    for day in (0, 1):
        write_parquet(make_plays(make_shown(day)).head(0), tmp_path / f"logs/plays/{day:03}.parquet")
    times = _make_popular(tmp_path)
    plays = pd.MultiIndex.from_frame(make_plays(make_shown(2)).dropna(subset=["visit"])[["visit", "movie"]])
    by_hand = {}
    for visit, rows in make_shown(2).groupby("visit"):
        best_first = rows.sort_values("movie", key=lambda movie: -movie.map(times))
        hits = pd.MultiIndex.from_frame(best_first[["visit", "movie"]]).isin(plays)
        if hits.any():
            ideal = (1 / np.log2(np.arange(hits.sum()) + 2)).sum()
            by_hand[str(visit)] = (hits / np.log2(np.arange(len(hits)) + 2)).sum() / ideal
    shop = open_shop(tmp_path)
    shadow = shop.rows("shadow", window(2)).set_index("request_id")
    lists = shop.rows("lists", window(2)).set_index("request_id")
    assert shadow["popular_ndcg"].to_dict() == pytest.approx(by_hand)
    assert shadow["ndcg"].to_dict() == pytest.approx(lists["ndcg"].dropna().to_dict())


@pytest.mark.parametrize("relation", ["skew", "shadow"])
def test_a_window_measured_alone_agrees_with_a_back_fill_of_a_month_and_a_half(
    skewed: DuckDBWarehouse, relation: str
) -> None:
    column = {"skew": "days_old__offline", "shadow": "popular_ndcg"}[relation]
    total = func.sum(skewed.schema.column(relation, column))
    measure = Measure("m", relation, "mean", total, func.count())
    days = [window(day) for day in range(-42, 3)]
    together = {one.window: (one.value, one.n) for one in skewed.measure([measure], days)}
    for day in range(3):
        (alone,) = skewed.measure([measure], [window(day)])
        assert alone.value == pytest.approx(together[window(day)][0])
        assert alone.n == together[window(day)][1]
    assert together[Window(START, START + DAY)][1] > 0
