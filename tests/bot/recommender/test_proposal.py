"""`recsysops init`: a stranger's tables are recognised, and what was not is said."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from bot.recommender.contract import RecommenderFailed
from bot.recommender.proposal import propose
from bot.recommender.warehouse import open_warehouse
from bot.settings import Settings, load
from tests.bot.recommender.shop import make_movies, make_plays, make_shown, window, write_parquet, write_shop
from tests.bot.recommender.test_registry import fit, release


def proposed(folder: Path, text: str) -> Settings:
    (folder / "proposed.toml").write_text(text)
    return load(folder / "proposed.toml", {})


def test_the_shops_tables_are_recognised_and_the_proposal_works_as_it_is(tmp_path: Path, shown: pd.DataFrame) -> None:
    settings = proposed(tmp_path, propose(tmp_path / "logs").text)
    assert settings.tables["impressions"].columns == {
        "ts": "event_time",
        "request_id": "visit",
        "member_id": "user",
        "item_id": "movie",
        "position": "slot",
        "score": "p_click",
        "model_version": "model",
    }
    assert settings.tables["items"].columns == {"item_id": "movie", "title": "name"}
    assert (settings.warehouse.features, settings.warehouse.slices) == (("affinity", "days_old"), ("country",))
    assert len(open_warehouse(settings).rows("impressions", window(0, 3))) == len(shown)


def test_what_was_not_found_is_said_with_what_it_costs(tmp_path: Path) -> None:
    write_parquet(make_shown(0).rename(columns={"visit": "basket"}), tmp_path / "shown/0.parquet")
    text = propose(tmp_path).text
    assert '# request_id = "?"   # not found: without it no lists' in text
    assert "Columns: basket" in text
    assert "# Not found: outcomes, items, requests, features_offline, calls, members, changes." in text


STRANGERS = {"event_time": "shown_at", "visit": "session_ref", "user": "viewer", "movie": "title_ref"}


@pytest.mark.parametrize(
    ("table", "names"),
    [
        ("plays", {"at": "played_at", "visit": "session_ref", "user": "viewer", "movie": "title_ref"}),
        ("bought", {"at": "bought_at", "visit": "visit", "user": "customer", "movie": "product"}),
        ("orders", {"at": "ordered_at", "visit": "session", "user": "customer_ref", "movie": "sku"}),
        ("purchases", {"at": "purchased_at", "visit": "visit_id", "user": "shopper", "movie": "product_ref"}),
    ],
)
def test_what_strangers_call_their_logs_is_understood(tmp_path: Path, table: str, names: dict[str, str]) -> None:
    shown = make_shown(0)
    plays = make_plays(shown)[list(names)].rename(columns=names)
    write_parquet(shown.rename(columns=STRANGERS), tmp_path / "served/0.parquet")
    write_parquet(plays, tmp_path / f"{table}/0.parquet")
    tables = proposed(tmp_path, propose(tmp_path).text).tables
    assert {"ts": "shown_at", "request_id": "session_ref", "member_id": "viewer", "item_id": "title_ref"}.items() <= (
        tables["impressions"].columns.items()
    )
    outcomes = tables["outcomes"]
    assert str(outcomes.path).startswith(f"{table}/")
    assert (outcomes.columns["ts"], outcomes.columns["item_id"]) == (names["at"], names["movie"])
    assert outcomes.columns["request_id"] == names["visit"]


def test_a_doubt_names_the_other_column(tmp_path: Path) -> None:
    write_parquet(make_shown(0).assign(prediction=0.1), tmp_path / "impressions/0.parquet")
    assert 'score = "prediction"         # DOUBLE; unsure: or is it p_click?' in propose(tmp_path).text


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["recs_2024-03-01", "recs_2024-03-02"], "recs*.parquet"),
        (["day=1/part-0", "day=2/part-0"], "**/*.parquet"),
        (["served/2024/03/01", "served/2024/03/02"], "served/**/*.parquet"),
        (["served/a", "served/b"], "served/*.parquet"),
        (["recs"], "recs.parquet"),
    ],
)
def test_files_of_one_table_are_found_together(tmp_path: Path, names: list[str], expected: str) -> None:
    for day, name in enumerate(names):
        write_parquet(make_shown(day), tmp_path / f"{name}.parquet")
    settings = proposed(tmp_path, propose(tmp_path).text)
    assert settings.tables["impressions"].path == expected
    assert len(open_warehouse(settings).rows("impressions", window(0, 9))) == 100 * len(names)


def test_tables_side_by_side_in_one_folder_are_told_apart(tmp_path: Path) -> None:
    write_shop(tmp_path / "shop", days=1)
    write_parquet(make_shown(0), tmp_path / "flat/impressions.parquet")
    write_parquet(make_movies(), tmp_path / "flat/catalog.parquet")
    shutil.copy(tmp_path / "shop/logs/plays/000.parquet", tmp_path / "flat/clicks.parquet")
    write_parquet(pd.DataFrame({"foo": [1]}), tmp_path / "flat/other.parquet")
    text = propose(tmp_path / "flat").text
    tables = proposed(tmp_path, text).tables
    assert {name: part.path for name, part in tables.items()} == {
        "impressions": "impressions.parquet",
        "outcomes": "clicks.parquet",
        "items": "catalog.parquet",
    }
    assert '# Not used: path = "other.parquet" (foo)' in text


def test_camel_case_is_no_obstacle(tmp_path: Path) -> None:
    names = {"event_time": "eventTime", "user": "userId", "movie": "movieId", "slot": "displayPosition"}
    write_parquet(make_shown(0).rename(columns=names), tmp_path / "served/0.parquet")
    columns = proposed(tmp_path, propose(tmp_path).text).tables["impressions"].columns
    assert (columns["ts"], columns["member_id"], columns["position"]) == ("eventTime", "userId", "displayPosition")


def test_tables_of_a_database_are_proposed_by_name(tmp_path: Path) -> None:
    write_parquet(make_shown(0), tmp_path / "s.parquet")
    database = duckdb.connect(tmp_path / "shop.duckdb")
    database.execute(f"CREATE TABLE impressions AS SELECT * FROM '{tmp_path}/s.parquet'")
    database.close()
    settings = proposed(tmp_path, propose(tmp_path / "shop.duckdb").text)
    assert settings.tables["impressions"].table == "main.impressions"
    assert len(open_warehouse(settings).rows("impressions", window(0))) == 100


def test_a_registry_beside_the_tables_names_the_features(tmp_path: Path, shown: object) -> None:
    release(tmp_path / "models", "3", fit(), features=["days_old"])
    settings = proposed(tmp_path, propose(tmp_path / "logs").text)
    assert settings.registry is not None
    assert (Path(settings.registry.path), settings.registry.model) == ((tmp_path / "models").resolve(), "ranker")
    assert settings.warehouse.features == ("days_old",)


def test_without_impressions_there_is_a_place_to_name_them(tmp_path: Path) -> None:
    write_parquet(make_movies(), tmp_path / "movies.parquet")
    write_parquet(make_shown(0), tmp_path / "mine/day.parquet")
    proposal = propose(tmp_path / "movies.parquet")
    assert proposal.lacks_impressions
    assert "# REQUIRED, and not found: [tables.impressions]" in proposal.text
    assert proposal.to_json()["missing_tables"][0] == "impressions"
    skeleton = proposal.text[proposal.text.index("# [tables.impressions]") :].split("\n\n")[0]
    text = re.sub(r'^# (\w+ = "\?".*)?', "", skeleton, flags=re.MULTILINE).replace("impressions/*", "mine/*")
    text += '\nts = "event_time"\nitem_id = "movie"\n'
    settings = proposed(tmp_path, text)
    assert len(open_warehouse(settings).rows("impressions", window(0))) == 100


def test_nothing_to_propose_from_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(RecommenderFailed, match=r"There are no .parquet files below"):
        propose(tmp_path)
    (tmp_path / "clicks.csv").write_text("a,b")
    with pytest.raises(RecommenderFailed, match=r"there are .csv files: write them as Parquet first"):
        propose(tmp_path)
    with pytest.raises(RecommenderFailed, match=r"There is no .*nowhere"):
        propose(tmp_path / "nowhere")
    with pytest.raises(RecommenderFailed, match=r"clicks.csv is not a DuckDB file"):
        propose(tmp_path / "clicks.csv")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1")
    with pytest.raises(RecommenderFailed, match=r"broken.parquet is not a whole Parquet file"):
        propose(tmp_path)


def test_what_few_installations_log_is_taken_where_it_is_there(tmp_path: Path) -> None:
    shown = make_shown(0).assign(variant="control", is_explore=False, p_scored=0.5)
    write_parquet(shown, tmp_path / "served/0.parquet")
    write_parquet(make_movies().assign(lang="de", category="drama", has_image=True), tmp_path / "catalog.parquet")
    visits = shown.drop_duplicates("visit")
    calls = pd.DataFrame({"served_at": visits["event_time"], "req_id": visits["visit"], "duration_ms": 12.0})
    calls = calls.assign(error_code=None, used_fallback=False, n_items=5)
    write_parquet(calls.astype({"error_code": "string"}), tmp_path / "access_log/0.parquet")
    users = pd.DataFrame({"id": range(8), "signup_date": pd.Timestamp("2024-01-01"), "age_band": "adult"})
    write_parquet(users, tmp_path / "users.parquet")
    tables = proposed(tmp_path, propose(tmp_path).text).tables
    assert {"arm": "variant", "explored": "is_explore"}.items() <= tables["impressions"].columns.items()
    assert {"language": "lang", "genre": "category", "has_artwork": "has_image"}.items() <= tables[
        "items"
    ].columns.items()
    assert tables["calls"].columns == {
        "ts": "served_at",
        "request_id": "req_id",
        "latency_ms": "duration_ms",
        "error": "error_code",
        "fallback": "used_fallback",
        "returned": "n_items",
    }
    assert tables["members"].columns == {"member_id": "id", "joined_at": "signup_date"}
