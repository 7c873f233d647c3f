"""The tables are the contract's: what a newcomer would map from a recommender of their own."""

from __future__ import annotations

import tomllib
from datetime import timedelta

import pandas as pd

from sandbox.recommender.engine.features import FEATURES
from sandbox.recommender.world import World
from sandbox.recommender.worlds import TABLES
from tests.sandbox.recommender.reading import Read, table

IMPRESSIONS = {
    "ts", "request_id", "member_id", "item_id", "position", "score", "model_version", "explored", "propensity",
    "region", "age_group", "surface", "features_at", "index_version", "arm", *FEATURES,
}  # fmt: skip


def test_impressions_say_who_saw_what_where_by_which_model_from_which_features(healthy: Read) -> None:
    assert set(healthy.impressions.columns) - {"taken"} == IMPRESSIONS


def test_a_list_has_positions_one_to_its_length_and_every_item_once(healthy: Read) -> None:
    lists = healthy.impressions.groupby("request_id")
    assert (lists["position"].max() == lists.size()).all()
    assert (lists["position"].min() == 1).all()
    assert not healthy.impressions.duplicated(["request_id", "item_id"]).any()


def test_each_day_has_its_own_file_with_its_own_times(history: World) -> None:
    for path in sorted((history.folder / "tables" / "impressions").glob("*.parquet")):
        day = table(history, "impressions", f"ts::DATE = DATE '{path.stem}'")
        assert len(day) > 1_000


def test_the_history_ends_where_today_begins(history: World, healthy: Read) -> None:
    assert healthy.impressions["ts"].max() < history.today.replace(tzinfo=None)
    assert history.today <= history.clock.now() < history.today + timedelta(hours=1)


def test_an_outcome_names_its_list_unless_it_was_searched_for(healthy: Read) -> None:
    outcomes = healthy.outcomes
    assert set(outcomes["source"]) == {"list", "search"}
    assert (outcomes["request_id"].isna() == (outcomes["source"] == "search")).all()
    assert outcomes.loc[outcomes["source"] == "list", "rank"].notna().mean() > 0.97  # a fallback list has no ranks
    assert outcomes.loc[outcomes["source"] == "search", "rank"].isna().any()


def test_sampled_requests_are_whole_and_say_why_a_candidate_was_not_shown(healthy: Read) -> None:
    requests = healthy.requests
    share = requests["request_id"].nunique() / healthy.impressions["request_id"].nunique()
    assert 0.06 < share < 0.12
    excluded = requests["excluded_reason"].notna()
    assert set(requests.loc[excluded, "excluded_reason"]) >= {"already seen", "not launched"}
    assert requests.loc[excluded, ["score", "rank", "position"]].isna().all().all()
    assert requests.loc[~excluded, "score"].notna().all()
    sampled = healthy.impressions[healthy.impressions["request_id"].isin(requests["request_id"].unique())]
    assert len(sampled) == requests["position"].notna().sum()


def test_some_slots_are_explored_and_carry_their_chance(healthy: Read) -> None:
    explored = healthy.impressions["explored"]
    assert 0.05 < explored.mean() < 0.3
    assert (healthy.impressions.loc[explored, "propensity"] < 1).all()
    assert (healthy.impressions.loc[~explored, "propensity"] == 1).all()


def test_the_catalogue_announces_launches_two_weeks_ahead(history: World) -> None:
    items = table(history, "items")
    ahead = (items["launch_date"] - pd.Timestamp(history.today.replace(tzinfo=None))).dt.days
    assert ahead.max() >= 14
    assert items["item_id"].is_unique
    assert set(items["owner"]) <= {"catalogue team", "family team"}


def test_launches_are_steady_and_comparable(history: World, healthy: Read) -> None:
    items = table(history, "items")
    shown = healthy.impressions.merge(items[["item_id", "launch_date"]], on="item_id")
    first_day = shown[shown["ts"].dt.normalize() == shown["launch_date"]].groupby("item_id").size()
    assert len(first_day) == 12  # four a week
    assert first_day.min() > first_day.median() / 2


def test_releases_and_launches_are_in_the_changes_table(history: World) -> None:
    changes = table(history, "changes")
    assert set(changes["kind"]) == {"deploy", "launch"}
    deploys = changes[changes["kind"] == "deploy"]
    assert (deploys["ts"].dt.day_of_week == 0).all()
    assert deploys["words"].str.contains("became champion").all()


def test_the_config_maps_every_table_and_names_the_features(history: World) -> None:
    config = tomllib.loads(history.config_path.read_text())
    assert config["recommender"] == {"name": "lab", "window": "1d", "timezone": "UTC"}
    assert set(config["tables"]) == set(TABLES)
    assert config["warehouse"]["features"] == list(FEATURES)
    assert all(list((history.folder / "tables").glob(entry["path"])) for entry in config["tables"].values())


def test_healthy_weeks_are_steady(healthy: Read) -> None:
    daily = healthy.daily
    assert daily["ndcg"].std() / daily["ndcg"].mean() < 0.05
    assert daily["takes"].std() / daily["takes"].mean() < 0.08
    assert daily["rows"].min() > 1_200
