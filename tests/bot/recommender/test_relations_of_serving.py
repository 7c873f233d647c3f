"""Passed, wanted and positions: what they say of rows that can be counted by hand; and all relations of these rooms."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import func

from bot.recommender.warehouse import DuckDBWarehouse
from checks.base import Measure, Window
from tests.bot.recommender.shop import (
    DAY,
    START,
    make_shown,
    open_shop,
    window,
    write_parquet,
)
from tests.bot.recommender.whole import MORE, make_ranked

SUMS = {"passed": "differs", "repeats": "jaccard", "tastes": "divergence", "newcomers": "is_new", "wanted": None}
SUMS |= {"established": "position"}


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
