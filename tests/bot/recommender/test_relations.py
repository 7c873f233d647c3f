"""Lists, labels and choices: what the derived relations say of rows that can be counted by hand."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import func

from bot.recommender.warehouse import DuckDBWarehouse
from checks.base import Measure
from tests.bot.recommender.shop import (
    DAY,
    START,
    TOML,
    make_plays,
    make_shown,
    open_shop,
    read_plays,
    window,
    write_day,
    write_parquet,
)


def chosen_by_hand(folder: Path, shown: pd.DataFrame) -> pd.Series[bool]:
    """Whether each shown row was played, by visit and movie."""
    plays = read_plays(folder).dropna(subset=["visit"])
    keys = pd.MultiIndex.from_frame(shown[["visit", "movie"]])
    return pd.Series(keys.isin(pd.MultiIndex.from_frame(plays[["visit", "movie"]])), index=shown.index)


def ndcg_by_hand(chosen: list[bool]) -> float | None:
    """Binary relevance, best order in the denominator."""
    gains = [1 / np.log2(rank + 2) for rank, hit in enumerate(chosen) if hit]
    best = [1 / np.log2(rank + 2) for rank in range(sum(chosen))]
    return float(sum(gains) / sum(best)) if best else None


def test_every_shown_row_is_labelled_with_whether_it_was_played(
    tmp_path: Path, shop: DuckDBWarehouse, shown: pd.DataFrame
) -> None:
    labelled = shop.rows("labelled", window(0, 3))
    assert len(labelled) == len(shown)
    by_hand = shown.assign(chosen=chosen_by_hand(tmp_path, shown)).sort_values(["event_time", "visit", "slot"])
    assert labelled["chosen"].tolist() == by_hand["chosen"].astype(int).tolist()


def test_a_list_is_one_request_with_its_size_outcomes_and_ndcg(
    tmp_path: Path, shop: DuckDBWarehouse, shown: pd.DataFrame
) -> None:
    lists = shop.rows("lists", window(0, 3)).set_index("request_id")
    shown["chosen"] = chosen_by_hand(tmp_path, shown)
    assert len(lists) == shown["visit"].nunique()
    for visit, rows in shown.sort_values("slot").groupby("visit"):
        one = lists.loc[str(visit)]
        assert (one["size"], one["outcomes"]) == (len(rows), rows["chosen"].sum())
        assert one["member_id"] == str(rows["user"].iloc[0])
        assert one["ndcg"] == pytest.approx(ndcg_by_hand(rows["chosen"].tolist()), nan_ok=True) or (
            rows["chosen"].sum() == 0 and np.isnan(one["ndcg"])
        )


@pytest.mark.parametrize("first", [0, 1])
def test_ndcg_is_the_same_whether_positions_count_from_0_or_1(tmp_path: Path, shown: pd.DataFrame, first: int) -> None:
    """Lists of 1 to 12 items with any number of them played."""
    rng = np.random.default_rng(3)
    lists = [rng.random(rng.integers(1, 13)) < share for share in np.linspace(0, 1, 40)]
    frame = pd.concat(
        [
            pd.DataFrame({"visit": f"v{n}", "slot": range(first, len(hits) + first), "hit": hits})
            for n, hits in enumerate(lists)
        ]
    ).assign(
        event_time=pd.Timestamp(START), user=1, movie=lambda rows: rows["slot"], p_click=0.5, model="a", country="DE"
    )
    frame = frame.assign(affinity=0.0, days_old=1)
    played = frame[frame["hit"]].rename(columns={"event_time": "at", "slot": "served_rank"}).assign(how="list")
    for path in (tmp_path / "logs").glob("*/*.parquet"):
        path.unlink()
    write_parquet(frame, tmp_path / "logs/shown/0.parquet")
    write_parquet(played[["at", "visit", "user", "movie", "how", "served_rank"]], tmp_path / "logs/plays/0.parquet")
    found = open_shop(tmp_path).rows("lists", window(0)).set_index("request_id")["ndcg"]
    for n, hits in enumerate(lists):
        expected = ndcg_by_hand(hits.tolist())
        assert np.isnan(found[f"v{n}"]) if expected is None else found[f"v{n}"] == pytest.approx(expected)


def test_an_outcome_counts_when_it_came_before_its_window_closed_or_within_the_lateness(
    tmp_path: Path, shown: pd.DataFrame
) -> None:
    """Else a window would be worth more each time it is measured again."""
    late = make_plays(make_shown(0))
    late["at"] = pd.Timestamp(START + DAY + timedelta(hours=1))
    write_parquet(late, tmp_path / "logs/plays/000.parquet")
    strict = open_shop(tmp_path)
    patient = open_shop(tmp_path, TOML.replace("[tables.outcomes]", '[tables.outcomes]\nlateness = "2h"'))
    count = [
        Measure("chosen", "labelled", "count", func.sum(shop.schema.column("labelled", "chosen")), func.count())
        for shop in (strict, patient)
    ]
    for windows in ([window(0)], [window(0), window(1), window(2)]):
        assert strict.measure(count[:1], windows)[0].value == 0.0
        assert patient.measure(count[1:], windows)[0].value == len(late.dropna(subset=["visit"]))


def test_a_choice_has_the_slices_of_its_request(shop: DuckDBWarehouse, shown: pd.DataFrame) -> None:
    choices = shop.rows("choices", window(0, 3))
    country = shown.drop_duplicates("visit").set_index("visit")["country"]
    listed = choices[choices["request_id"].notna()]
    expected = listed["request_id"].map(country)
    assert listed["country"][expected.notna()].tolist() == expected.dropna().tolist()


def test_a_choice_from_search_has_the_slices_the_member_was_last_seen_with_that_day(
    tmp_path: Path, shown: pd.DataFrame
) -> None:
    frame = make_shown(5, visits=2)
    frame["user"], frame["country"] = [1] * 5 + [2] * 5, "FR"
    write_day(tmp_path, 5, frame)
    at = START + 5 * DAY + timedelta(hours=12)
    search = pd.DataFrame({"at": [at] * 2, "visit": None, "user": [1, 9], "movie": 3, "how": "search"})
    search["visit"] = search["visit"].astype("str")
    search["served_rank"] = pd.array([None, None], dtype="Int64")
    write_parquet(search.assign(visit=pd.Series([None, None], dtype="str")), tmp_path / "logs/plays/005.parquet")
    choices = open_shop(tmp_path).rows("choices", window(5))
    assert dict(zip(choices["member_id"], choices["country"], strict=True)) == {"1": "FR", "9": "unknown"}
    assert choices["rank"].isna().all()


def test_without_outcomes_lists_have_no_quality_and_nothing_is_labelled(tmp_path: Path, shown: pd.DataFrame) -> None:
    text = TOML[: TOML.index("[tables.outcomes]")]
    relations = open_shop(tmp_path, text).schema.relations
    assert not {"outcomes", "labelled", "choices", "joins"} & set(relations)
    assert "ndcg" not in relations["lists"]


def test_impressions_that_carry_their_own_label_need_no_outcomes(tmp_path: Path, shown: pd.DataFrame) -> None:
    write_parquet(make_shown(0).assign(bought=True), tmp_path / "logs/shown/000.parquet")
    text = (
        TOML[: TOML.index("[tables.outcomes]")]
        + '[tables.items]\npath = "movies.parquet"\ncolumns = {item_id = "movie"}\n'
    )
    shop = open_shop(tmp_path, text.replace('model_version = "model"', 'model_version = "model"\nchosen = "bought"'))
    assert shop.rows("labelled", window(0))["chosen"].tolist() == [1] * 100
    assert shop.rows("lists", window(0))["ndcg"].tolist() == [1.0] * 20
