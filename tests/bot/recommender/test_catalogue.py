"""Items as people ask for them: by id or by title."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.recommender.contract import RecommenderFailed, UnknownItem
from bot.recommender.warehouse import DuckDBWarehouse
from tests.bot.recommender.shop import TOML, open_shop


def test_an_item_is_its_row_of_the_catalogue(shop: DuckDBWarehouse) -> None:
    assert shop.item("12") == {
        "item_id": "12",
        "title": "Alpha 12",
        "launch_date": datetime(2024, 2, 13, tzinfo=UTC),
    }


def test_an_unknown_item_names_the_nearest_ids(shop: DuckDBWarehouse) -> None:
    with pytest.raises(UnknownItem, match=r"no item 299 .*nearest are 29, "):
        shop.item("299")


@pytest.mark.parametrize("words", ["12", "alpha 12", " Alpha 12 "])
def test_an_id_or_a_whole_title_finds_its_item_first(shop: DuckDBWarehouse, words: str) -> None:
    assert shop.find_items(words)[0]["item_id"] == "12"


def test_part_of_a_title_finds_every_item_that_has_it_shortest_first(shop: DuckDBWarehouse) -> None:
    found = [item["title"] for item in shop.find_items("alpha", limit=30)]
    assert len(found) == 10
    assert found[:2] == ["Alpha 0", "Alpha 3"]
    assert len(shop.find_items("ALPHA", limit=2)) == 2


@pytest.mark.parametrize("words", ["", "100 %", "o'clock", "zeta", "_"])
def test_what_no_title_contains_finds_nothing(shop: DuckDBWarehouse, words: str) -> None:
    assert shop.find_items(words) == []


def test_without_titles_an_item_is_found_by_its_id_alone(tmp_path: Path, shown: object) -> None:
    shop = open_shop(tmp_path, TOML.replace('title = "name"\n', ""))
    assert [item["item_id"] for item in shop.find_items("12")] == ["12"]
    assert shop.find_items("Alpha") == []


def test_without_an_items_table_the_answer_says_how_to_add_one(tmp_path: Path, shown: object) -> None:
    shop = open_shop(tmp_path, TOML[: TOML.index("[tables.items]")])
    with pytest.raises(RecommenderFailed, match=r"no items table in recsysops.toml: add \[tables.items\]"):
        shop.item("12")
