"""Shown, randomised and reach: how impressions are shared out among items, counted again with pandas."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bot.recommender.warehouse import DuckDBWarehouse
from tests.bot.recommender.shop import make_movies, window, write_parquet
from tests.bot.recommender.whole import one_list, write_lists


def test_what_is_shown_is_shared_out_among_the_movies_of_each_day(tmp_path: Path, whole: DuckDBWarehouse) -> None:
    shop = write_lists(tmp_path, one_list(0, [1, 2, 3]), one_list(0, [1, 2], user=2), one_list(0, [1], user=3))
    rows = shop.rows("shown", window(0)).set_index("item_id").sort_values("place")
    assert rows["impressions"].to_dict() == {"1": 3, "2": 2, "3": 1}
    assert rows["share"].tolist() == [0.5, 2 / 6, 1 / 6]
    assert rows["place"].tolist() == [1, 2, 3]
    assert set(rows["items"]) == {3}


def test_a_day_alone_and_the_same_day_in_a_back_fill_agree(whole: DuckDBWarehouse) -> None:
    alone = pd.concat([whole.rows("shown", window(day)) for day in range(3)], ignore_index=True)
    for day in range(3):
        one = alone[(alone["ts"] >= window(day).start) & (alone["ts"] < window(day).end)]
        assert one["share"].sum() == pytest.approx(1.0)
        assert sorted(one["place"]) == list(range(1, len(one) + 1))


def test_a_choice_counts_for_the_days_after_it_and_never_for_its_own(whole: DuckDBWarehouse) -> None:
    first, last = whole.rows("shown", window(0)), whole.rows("shown", window(2))
    assert first["wanted"].sum() == 0
    plays = whole.rows("outcomes", window(0, 2))
    shown = plays[plays["item_id"].isin(last["item_id"])]
    assert last["wanted"].sum() == len(shown)


def test_an_audience_is_reached_when_one_of_its_titles_was_shown(tmp_path: Path, whole: DuckDBWarehouse) -> None:
    meant = pd.Series(["country=DE" if n == 1 else "country=FR" if n == 2 else None for n in range(30)])
    write_parquet(make_movies().assign(audience=meant, kinds="Drama"), tmp_path / "logs/movies.parquet")
    lists = one_list(0, [1, 5], user=1), one_list(0, [5, 6], user=2), one_list(0, [1], user=3, country="FR")
    shop = write_lists(tmp_path, *lists)
    rows = shop.rows("reach", window(0)).sort_values(["audience", "member_id"])
    assert rows[["member_id", "audience", "reached"]].to_numpy().tolist() == [
        ["1", "country=DE", 1],
        ["2", "country=DE", 0],
        ["3", "country=FR", 0],
    ]


def test_chance_is_held_against_the_ranker_at_the_same_position(tmp_path: Path, whole: DuckDBWarehouse) -> None:
    shown = pd.concat([one_list(0, [1, 2], user=n) for n in range(4)], ignore_index=True)
    shown["explored"] = np.arange(8) % 8 == 1  # the second place of the first list
    shop = write_lists(tmp_path, shown)
    rows = shop.rows("randomised", window(0))
    labelled = shop.rows("labelled", window(0))
    ranked = labelled[(labelled["position"] == 1) & ~labelled["explored"]]
    assert len(rows) == 1
    assert rows["item_id"].tolist() == ["2"]
    assert rows["usual"].tolist() == [ranked["chosen"].mean()]
