"""What the past was summed up to is known for as long as its files are the same."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tests.bot.recommender.shop import make_shown, open_shop, window, write_parquet

FIVE = [window(day) for day in range(5)]


def write_five(folder: Path) -> None:
    for day in range(5):
        write_parquet(make_shown(day), folder / f"logs/shown/{day:03}.parquet")


def test_a_past_whose_files_are_the_same_is_not_read_again(tmp_path: Path, shown: pd.DataFrame) -> None:
    write_five(tmp_path)
    shop = open_shop(tmp_path)
    first = shop.sum_up("impressions", FIVE)
    asked = shop.engine.statements
    assert shop.sum_up("impressions", FIVE) == first
    assert shop.sum_up("impressions", FIVE[1:3]) == first[1:3]
    assert shop.engine.statements == asked


def test_a_file_that_is_other_or_new_is_read(tmp_path: Path, shown: pd.DataFrame) -> None:
    write_five(tmp_path)
    shop = open_shop(tmp_path)
    first = shop.sum_up("impressions", FIVE)
    write_parquet(make_shown(1).head(60), tmp_path / "logs/shown/001.parquet")
    write_parquet(make_shown(3).head(10), tmp_path / "logs/shown/003-again.parquet")
    second = shop.sum_up("impressions", FIVE)
    assert [one.rows for one in second] == [100, 60, 100, 110, 100]
    assert [second[day] == first[day] for day in range(5)] == [True, False, True, False, True]
    assert second == open_shop(tmp_path).sum_up("impressions", FIVE)


def test_of_few_files_all_are_read_each_time(tmp_path: Path, shown: pd.DataFrame) -> None:
    shop = open_shop(tmp_path)
    first = shop.sum_up("impressions", FIVE[:3])
    asked = shop.engine.statements
    assert shop.sum_up("impressions", FIVE[:3]) == first
    assert shop.engine.statements > asked
