"""The tables are the contract's: what a newcomer would map from a recommender of their own."""

from __future__ import annotations

import json
import tomllib
from datetime import timedelta

import pandas as pd

from sandbox.recommender.engine.features import FEATURES
from sandbox.recommender.engine.traffic import is_member
from sandbox.recommender.world import RunningWorld, World
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


def test_the_access_log_has_every_call_and_says_which_brought_no_ranked_list(history: World) -> None:
    calls, shown = table(history, "calls"), table(history, "impressions")
    assert calls["request_id"].is_unique
    assert set(shown["request_id"]) <= set(calls["request_id"])
    lists = calls.merge(shown.groupby("request_id").size().rename("listed"), on="request_id", how="left")
    assert (lists["listed"].fillna(0) == lists["returned"]).all()
    failed, late = calls["error"].notna(), calls["fallback"]
    assert 0 < failed.mean() < 0.01
    assert 0 < late.mean() < 0.01
    assert (calls.loc[failed, "returned"] == 0).all()
    unscored = shown["request_id"].isin(calls.loc[late, "request_id"])
    assert (shown["score"].isna() == unscored).all()


def test_latency_has_a_long_tail_and_follows_the_load(history: World) -> None:
    calls = table(history, "calls")
    latency = calls["latency_ms"]
    median, high, highest = latency.quantile([0.5, 0.95, 0.999])
    assert 60 < median < 120
    assert 1.4 * median < high < 3 * median
    assert highest > 3 * median
    by_hour = latency.groupby(calls["ts"].dt.hour).median()
    assert by_hour.loc[18:22].mean() > 1.1 * by_hour.loc[3:7].mean()


def test_some_members_are_in_the_standing_canary_and_stay_in_it(history: World) -> None:
    calls = table(history, "calls")
    assert (calls.groupby("member_id")["arm"].nunique() == 1).all()
    assert 0.1 < (calls["arm"] == "canary").mean() < 0.2
    assert calls.groupby("ts")["model_version"].nunique().max() == 1


def test_members_join_before_their_first_visit_all_through_the_history(history: World) -> None:
    members, calls = table(history, "members"), table(history, "calls")
    assert members["member_id"].is_unique
    first = calls.groupby("member_id")["ts"].min().rename("first").reset_index().merge(members, on="member_id")
    assert len(first) == calls["member_id"].nunique()
    assert (first["first"] >= first["joined_at"]).all()
    new = members["joined_at"] >= pd.Timestamp(history.today.replace(tzinfo=None)) - pd.Timedelta(days=28)
    assert 10 < new.sum() < 60


def test_what_is_recomputed_offline_is_what_was_served_but_for_late_events(healthy: Read, history: World) -> None:
    offline = table(history, "features_offline")
    rows = healthy.requests.merge(offline, on=["request_id", "item_id"], suffixes=("", "_offline"))
    assert len(rows) == len(healthy.requests)
    for feature in FEATURES:
        same = (rows[feature] == rows[f"{feature}_offline"]) | rows[feature].isna() & rows[f"{feature}_offline"].isna()
        assert same.mean() > 0.98
    assert (rows["popularity_7d"] != rows["popularity_7d_offline"]).any()


def test_titles_say_their_genre_language_and_audience(history: World) -> None:
    items = table(history, "items")
    assert all(genre in genres for genre, genres in zip(items["genre"], items["genres"], strict=True))
    assert (items["language"] == "en").mean() > 0.8
    assert set(items["audience"].dropna()) == {"age_group=child"}
    assert set(items.loc[items["audience"].notna(), "genre"]) == {"Family"}


def test_every_version_passed_its_gate_and_names_the_index_it_is_served_with(history: World, healthy: Read) -> None:
    for path in (history.folder / "registry" / "ranker").glob("*/version.json"):
        words = json.loads(path.read_text())
        assert (words["gate"], words["index"]) == ("passed", words["version"])
    assert (healthy.impressions["index_version"] == healthy.impressions["model_version"]).all()


def test_a_world_goes_on_launching_and_joining_for_a_year(lab: RunningWorld) -> None:
    ahead = lab.engine.state.launch_day[lab.engine.state.launch_day > lab.engine.state.day]
    assert ahead.max() > lab.engine.state.day + 365
    assert lab.engine.state.scene.members.join_day.max() > lab.engine.state.day + 365
    there = [is_member(lab.engine.state, day).sum() for day in range(0, 400, 40)]
    assert min(there) > 0.75 * max(there)


def test_healthy_weeks_are_steady(healthy: Read) -> None:
    daily = healthy.daily
    assert daily["ndcg"].std() / daily["ndcg"].mean() < 0.05
    assert daily["takes"].std() / daily["takes"].mean() < 0.08
    assert daily["rows"].min() > 1_200
