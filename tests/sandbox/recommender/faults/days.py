"""Served days as their files say, and what each fault did to them, in one number that grows with the damage."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import duckdb
import joblib
import numpy as np
import pandas as pd

from sandbox.recommender.engine.features import FEATURES
from sandbox.recommender.engine.scene import LANGUAGES
from sandbox.recommender.faults.base import Fault
from sandbox.recommender.world import RunningWorld

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Broken:
    """The last day served with a fault, and the same day served without."""

    fault: Fault
    world: RunningWorld
    day: Tables
    quiet: Tables

    def gap(self, look: Callable[[Tables], float]) -> float:
        """How much more the broken day has of something."""
        return look(self.day) - look(self.quiet)


def last_day(world: RunningWorld) -> Tables:
    """The files of the last served day by table, and the items and members as they stand."""
    date = (world.today - pd.Timedelta(days=1)).date()
    names = ("impressions", "outcomes", "requests", "features_offline", "calls")
    files = {name: f"{name}/{date}.parquet" for name in names}
    files |= {"items": "items/items.parquet", "members": "members/members.parquet"}
    with duckdb.connect() as duck:
        duck.execute("SET TimeZone = 'UTC'")
        return {name: duck.sql(f"FROM '{world.folder / 'tables' / file}'").df() for name, file in files.items()}


def _feature(broken: Broken) -> str:
    return broken.fault.subject.removeprefix("feature:")


def _item_rows(broken: Broken, table: str) -> pd.DataFrame:
    rows = broken.day[table]
    return rows[rows["item_id"] == broken.fault.subject.removeprefix("item:")]


def _young(day: Tables) -> float:
    """Impressions of titles in their first week."""
    born = day["impressions"].merge(day["items"][["item_id", "launch_date"]], on="item_id")
    return float(((born["ts"] - born["launch_date"]).dt.days < 7).sum())


def _in_region(day: Tables, broken: Broken, column: str) -> pd.Series[float]:
    column_of, value = broken.fault.slice.split("=")
    shown = day["impressions"]
    return shown.loc[shown[column_of] == value, column]


def _moved_hours(broken: Broken) -> float:
    table = broken.fault.subject.removeprefix("table:")
    return float((broken.quiet[table]["ts"] - broken.day[table]["ts"]).dt.total_seconds().mean() / 3600)


def _fill(broken: Broken) -> float:
    """Where the champion puts an unknown similarity, among the known ones."""
    registry = broken.world.folder / "registry" / "ranker"
    champion = json.loads((registry / "aliases.json").read_text())["champion"]
    fill = joblib.load(registry / champion / "model.joblib")[0].statistics_[FEATURES.index("similarity")]
    return float((broken.quiet["impressions"]["similarity"].dropna() < fill).mean())


def _champion_auc(broken: Broken) -> float:
    registry = broken.world.folder / "registry" / "ranker"
    champion = json.loads((registry / "aliases.json").read_text())["champion"]
    return float(json.loads((registry / champion / "version.json").read_text())["metrics"]["auc"])


def _twice(day: Tables, table: str) -> float:
    return float(day[table].duplicated().mean())


def _late_hours(broken: Broken) -> float:
    return (broken.world.clock.now() - broken.world.today).total_seconds() / 3600


def _followers(broken: Broken) -> float:
    """The share of members who follow the language of the title that the fault is about."""
    scene = broken.world.engine.state.scene
    item = list(scene.catalogue.ids).index(broken.fault.subject.removeprefix("item:"))
    return float(scene.members.speaks[:, LANGUAGES.index(scene.catalogue.language[item])].mean())


def _of_arm(rows: pd.DataFrame, arm: str) -> pd.DataFrame:
    return rows[rows["arm"] == arm]


def _of_genre(day: Tables, genre: str) -> float:
    shown = day["impressions"].merge(day["items"][["item_id", "genre"]], on="item_id")
    return float((shown["genre"] == genre).mean())


def _genres_a_member(day: Tables) -> float:
    """How many main genres a member is shown."""
    shown = day["impressions"].merge(day["items"][["item_id", "genre"]], on="item_id")
    return float(shown.groupby("member_id")["genre"].nunique().mean())


def _out_of_order(day: Tables) -> float:
    """The share of ranked items that stand right below one with a lower score."""
    ranked = day["impressions"].query("not explored").sort_values(["request_id", "position"])
    return float((ranked.groupby("request_id")["score"].diff() > 0).mean())


def _seen_again(broken: Broken) -> float:
    """The share of home impressions of titles that the member was shown in the last list before."""
    shown = broken.day["impressions"].query("surface == 'home'")
    before = read_days(broken.world, 8).query("surface == 'home'")
    before = before[before["ts"] < shown["ts"].min().floor("D")]
    last = before[before["ts"] == before.groupby("member_id")["ts"].transform("max")]
    keys = pd.MultiIndex.from_frame(last[["member_id", "item_id"]])
    return float(pd.MultiIndex.from_frame(shown[["member_id", "item_id"]]).isin(keys).mean())


def read_days(world: RunningWorld, days: int) -> pd.DataFrame:
    """The impressions of the last served days."""
    files = sorted((world.folder / "tables" / "impressions").glob("*.parquet"))[-days:]
    with duckdb.connect() as duck:
        duck.execute("SET TimeZone = 'UTC'")
        return duck.execute("FROM read_parquet($1)", [[str(file) for file in files]]).df()


DAMAGE: dict[str, Callable[[Broken], float]] = {
    "partition-lost": lambda b: -b.gap(lambda day: len(day["impressions"])),
    "feature-missing-in-region": lambda b: float(_in_region(b.day, b, _feature(b)).isna().mean()),
    "item-language": lambda b: 100.0 - len(_item_rows(b, "impressions")),
    "artwork-missing": lambda b: float((_item_rows(b, "requests")["excluded_reason"] == "no artwork").mean()),
    "constant-feature": lambda b: float((b.day["impressions"]["similarity"] == 0).mean()),
    "stale-features": lambda b: float(
        (b.day["impressions"]["ts"] - b.day["impressions"]["features_at"]).dt.total_seconds().mean() / 3600
    ),
    "index-mismatch": lambda b: float(
        (b.day["impressions"]["index_version"] != b.day["impressions"]["model_version"]).mean()
    ),
    "serving-only-missing": lambda b: b.gap(lambda day: day["impressions"][_feature(b)].isna().mean()),
    "missing-value-bug": _fill,
    "faulty-training-segment": lambda b: float(
        _in_region(b.day, b, "score").mean() - _in_region(b.quiet, b, "score").mean()
    ),
    "ungated-model": lambda b: 1.0 - _champion_auc(b),
    "index-truncated": lambda b: -b.gap(lambda day: day["requests"]["item_id"].nunique()),
    "filter-too-wide": lambda b: b.gap(lambda day: (day["requests"]["excluded_reason"] == "no rights").mean()),
    "fallback-storm": lambda b: b.gap(lambda day: day["calls"]["latency_ms"].mean()),
    "outcome-join-broken": lambda b: float(b.day["outcomes"]["request_id"].str.startswith("app-").mean()),
    "crawler-burst": lambda b: b.gap(lambda day: len(day["calls"])),
    "upstream-retrained": lambda b: b.gap(lambda day: day["features_offline"][_feature(b)].mean()),
    "popularity-collapse": lambda b: -b.gap(lambda day: day["impressions"]["item_id"].nunique()),
    "cold-start-failure": lambda b: 1000.0 - _young(b.day),
    "segment-flipped": lambda b: float((b.day["members"]["age_group"] != b.quiet["members"]["age_group"]).sum()),
    "unit-change": lambda b: float(np.log(b.day["impressions"][_feature(b)].max())),
    "timezone-slip": _moved_hours,
    "duplicate-delivery": lambda b: b.gap(lambda day: _twice(day, b.fault.subject.removeprefix("table:"))),
    "position-off-by-one": lambda b: float(
        (b.day["impressions"]["position"] != b.quiet["impressions"]["position"]).mean()
    ),
    "loader-stops": lambda b: -b.gap(lambda day: len(day[b.fault.subject.removeprefix("table:")])),
    "column-renamed": lambda b: float(len(set(b.day["impressions"]) - set(b.quiet["impressions"]))),
    "foreign-ids": lambda b: float(b.day["impressions"]["item_id"].str.startswith("sku-").mean()),
    "scores-not-numbers": lambda b: b.gap(lambda day: day["impressions"]["score"].isna().mean()),
    "negatives-sampled": lambda b: b.gap(lambda day: day["impressions"]["score"].mean()),
    "worst-first": lambda b: b.gap(lambda day: day["impressions"]["score"].mean()),
    "bad-canary": lambda b: b.gap(lambda day: _of_arm(day["impressions"], "canary")["score"].mean()),
    "stale-lists": _seen_again,
    "reranked-on-page": lambda b: b.gap(_out_of_order),
    "first-page-skipped": lambda b: -b.gap(lambda day: day["impressions"]["score"].mean()),
    "clicks-lost": lambda b: -b.gap(lambda day: len(day["outcomes"])),
    "narrowed-to-genre": lambda b: -b.gap(_genres_a_member),
    "newcomers-by-default": lambda b: -b.gap(lambda day: day["impressions"]["release_year"].std()),
    "genre-demoted": lambda b: -b.gap(lambda day: _of_genre(day, b.fault.slice.removeprefix("genre="))),
    "lists-turned-around": lambda b: b.gap(_out_of_order),
    "launch-unprepared": lambda b: float(b.world.engine.state.lacks_artwork.sum()),
    "launch-language": lambda b: 1 - float(_followers(b)),
    "launch-values": lambda b: float(np.isnan(b.world.engine.state.scene.catalogue.release_year).sum()),
    "fallback-creeping": lambda b: b.gap(lambda day: day["calls"]["fallback"].mean()),
    "children-kept-out": lambda b: b.gap(lambda day: (day["requests"]["excluded_reason"] == "not for children").mean()),
    "weekend": lambda b: b.gap(lambda day: len(day["calls"])),
    "holiday": lambda b: b.gap(lambda day: len(day["calls"])),
    "big-launch": lambda b: b.gap(_young),
    "marketing-push": lambda b: b.gap(lambda day: len(day["calls"])),
    "ab-ramp": lambda b: float((b.day["calls"]["arm"] == "canary").mean()),
    "new-region": lambda b: float((b.day["calls"]["region"] == "Islands").sum()),
    "gradual-growth": lambda b: b.gap(lambda day: len(day["calls"])),
    "planned-retrain": lambda b: b.gap(lambda day: int(day["calls"]["model_version"].max())),
    "late-partition": _late_hours,
}
SERVED = {
    "stale-features": 3,
    "fallback-creeping": 5,
    "popularity-collapse": 2,
    "weekend": 3,
    "ab-ramp": 3,
    "gradual-growth": 3,
}  # else 1
