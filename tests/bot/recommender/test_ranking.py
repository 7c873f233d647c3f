"""The metrics of a ranking, held against scikit-learn and against a reference that counts by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score

from bot.recommender.contract import RecommenderFailed
from bot.recommender.ranking import RankingMetrics, write_query
from bot.recommender.warehouse import DuckDBWarehouse, open_warehouse
from bot.settings import load
from tests.bot.recommender.shop import window

Lists = Sequence[Sequence[tuple[str, int]]]  # each list's items in order, with whether they were chosen


def measured(
    lists: Lists, depth: int | None = None, catalogue: str = "", first: int | None = 0, same_list: bool = False
) -> RankingMetrics:
    """`first` None: positions are not known; `same_list`: all lists are one, and their places are shared."""
    rows = [
        ("r" if same_list else f"r{number}", item, None if first is None else place + first, chosen)
        for number, one in enumerate(lists)
        for place, (item, chosen) in enumerate(one)
    ]
    served = pd.DataFrame(rows, columns=["request_id", "item_id", "position", "chosen"])
    served = served.astype({"position": "Int64", "chosen": "int64", "request_id": str, "item_id": str})
    with duckdb.connect() as connection:
        connection.register("served_rows", served)
        connection.register("known", pd.DataFrame({"item_id": list(catalogue)}, dtype=str))
        sql = write_query("FROM served_rows", "FROM known" if catalogue else None, first or 0, depth)
        return RankingMetrics(*connection.execute(sql).fetchall()[0])


def reference(lists: Lists, depth: int | None = None) -> dict[str, float | None]:
    """By hand, list by list, in plain Python."""
    told: dict[str, list[float]] = {"ndcg": [], "recall": [], "hit_rate": [], "mrr": []}
    for one in lists:
        within = [chosen for _, chosen in one][:depth]
        relevant = sum(chosen for _, chosen in one)
        told["hit_rate"].append(float(any(within)))
        if relevant:
            dcg = sum(chosen / math.log2(place + 2) for place, chosen in enumerate(within))
            best = sum(1 / math.log2(place + 2) for place in range(min(relevant, depth or relevant)))
            told["ndcg"].append(dcg / best)
            told["recall"].append(sum(within) / relevant)
            told["mrr"].append(1 / (1 + within.index(1)) if 1 in within else 0.0)
    return {name: float(np.mean(values)) if values else None for name, values in told.items()}


def gini(lists: Lists) -> float:
    """From its definition: the mean absolute difference over twice the mean."""
    shown = pd.Series([item for one in lists for item, _ in one]).value_counts().to_numpy(float)
    return float(np.abs(shown[:, None] - shown[None, :]).mean() / (2 * shown.mean()))


served = st.lists(
    st.lists(st.tuples(st.sampled_from("abcdefg"), st.integers(0, 1)), min_size=1, max_size=8), min_size=1, max_size=12
)


@settings(deadline=None, max_examples=60)
@given(served, st.sampled_from([None, 1, 3, 5]))
def test_every_metric_of_lists_is_what_counting_by_hand_gives(lists: Lists, depth: int | None) -> None:
    found = measured(lists, depth)
    for name, value in reference(lists, depth).items():
        assert getattr(found, name) == (None if value is None else pytest.approx(value, abs=1e-9)), name
    assert (found.lists, found.lists_with_outcome) == (len(lists), sum(any(c for _, c in one) for one in lists))


@settings(deadline=None, max_examples=60)
@given(served)
def test_exposure_is_what_its_definitions_give(lists: Lists) -> None:
    found = measured(lists, catalogue="abcdefghij")
    shown = pd.Series([item for one in lists for item, _ in one]).value_counts()
    shares = (shown / shown.sum()).to_numpy()
    assert found.items == len(shown)
    assert found.coverage == pytest.approx(len(shown) / 10, abs=1e-9)
    assert found.gini == pytest.approx(gini(lists), abs=1e-9)
    assert found.effective_items == pytest.approx(2 * (np.arange(1, len(shares) + 1) * shares).sum() - 1, abs=1e-9)


@pytest.mark.parametrize("depth", [None, 1, 5, 10, 50])
def test_ndcg_is_that_of_scikit_learn(depth: int | None) -> None:
    rng = np.random.default_rng(1)
    chosen = (rng.random((40, 12)) < 0.2).astype(int)
    chosen[chosen.sum(axis=1) == 0, 3] = 1
    order = -np.arange(12, dtype=float)
    expected = np.mean([ndcg_score([one], [order], k=depth) for one in chosen])
    lists = [[(f"i{place}", int(one)) for place, one in enumerate(each)] for each in chosen]
    assert measured(lists, depth).ndcg == pytest.approx(expected, abs=1e-9)


def test_what_is_shown_and_in_no_catalogue_covers_none_of_it() -> None:
    found = measured([[("a", 1), ("x", 0), ("y", 0)]], catalogue="ab")
    assert (found.items, found.coverage) == (3, 0.5)


def test_an_item_without_a_position_stands_last_and_a_shared_place_is_no_better_than_the_best_order() -> None:
    nowhere = measured([[("a", 0), ("b", 1)]], first=None)
    assert nowhere.mrr == pytest.approx(0.0, abs=1e-6)
    assert nowhere.ndcg is not None
    assert nowhere.ndcg < 0.05
    assert measured([[("a", 1)], [("b", 1)]], same_list=True).ndcg == 1.0


def test_positions_may_be_counted_from_one() -> None:
    lists = [[("a", 0), ("b", 1)], [("a", 1), ("c", 0)]]
    assert measured(lists, first=1) == measured(lists)


def test_where_nothing_was_served_or_nothing_chosen_it_is_said_that_it_is_not_known() -> None:
    nothing = measured([])
    assert (nothing.lists, nothing.ndcg, nothing.hit_rate, nothing.gini) == (0, None, None, None)
    unanswered = measured([[("a", 0), ("b", 0)]])
    assert (unanswered.lists, unanswered.ndcg, unanswered.hit_rate, unanswered.items) == (1, None, 0.0, 2)


def test_the_live_measure_of_ndcg_says_the_same(shop: DuckDBWarehouse) -> None:
    lists = shop.rows("lists", window(0, 3))
    found = shop.ranking(window(0, 3))
    assert found.ndcg == pytest.approx(lists["ndcg"].mean(), abs=1e-9)
    assert (found.lists, found.lists_with_outcome) == (len(lists), int((lists["outcomes"] > 0).sum()))
    shown = shop.rows("shown", window(0, 3))  # one window
    assert found.items == len(shown)
    assert found.effective_items == pytest.approx(2 * (shown["place"] * shown["share"]).sum() - 1, abs=1e-9)


def test_without_outcomes_it_is_said_what_to_map(tmp_path: Path, shop: DuckDBWarehouse) -> None:
    config = shop._settings.source.read_text()
    (shop._settings.source.parent / "less.toml").write_text(config.replace('request_id = "visit"\n', ""))
    with pytest.raises(RecommenderFailed, match="map request_id, item_id and position"):
        open_warehouse(load(shop._settings.source.parent / "less.toml", {})).ranking(window(0))
