"""Reading a world's tables as the bot would, and the measures that the tests compare."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import duckdb
import numpy as np
import pandas as pd

from sandbox.recommender.world import World


@dataclass(frozen=True)
class Read:
    """A stretch of a world's log. Times are naive UTC."""

    impressions: pd.DataFrame  # with `taken`
    outcomes: pd.DataFrame
    requests: pd.DataFrame

    @property
    def daily(self) -> pd.DataFrame:
        """One row a day: rows, takes a list, NDCG of lists with a take, share of outcomes ranked low or not at all."""
        shown = self.impressions.assign(gain=lambda rows: rows["taken"] / np.log2(rows["position"] + 1))
        lists = shown.groupby([shown["ts"].dt.date, "request_id"]).agg(
            size=("position", "size"), takes=("taken", "sum"), dcg=("gain", "sum"), score=("score", "mean")
        )
        best = (1 / np.log2(np.arange(2, 40))).cumsum()
        lists["ndcg"] = np.where(lists["takes"] > 0, lists["dcg"] / best[lists["takes"].astype(int) - 1], np.nan)
        by_day = lists.groupby(level=0).agg(
            rows=("size", "sum"), takes=("takes", "mean"), ndcg=("ndcg", "mean"), score=("score", "mean")
        )
        low = self.outcomes["rank"].isna() | (self.outcomes["rank"] > 10)
        by_day["items"] = shown.groupby(shown["ts"].dt.date)["item_id"].nunique()
        by_day["low"] = low.groupby(self.outcomes["ts"].dt.date).mean()
        return by_day


def table(world: World, name: str, where: str = "true") -> pd.DataFrame:
    """All rows of one table, times as naive UTC."""
    with duckdb.connect() as duck:
        duck.execute("SET TimeZone = 'UTC'")
        path = world.folder / "tables" / name / "*.parquet"
        relation = duck.sql(f"SELECT * FROM read_parquet('{path}', union_by_name = true) WHERE {where}")
        times = [
            column for column, kind in zip(relation.columns, relation.types, strict=True) if "TIME ZONE" in str(kind)
        ]
        plain = ", ".join(f"{column}::TIMESTAMP AS {column}" for column in times)
        frame: pd.DataFrame = duck.sql(f"SELECT * REPLACE ({plain}) FROM relation" if plain else "FROM relation").df()
    return frame


def read(world: World, *, days: int) -> Read:
    """The last `days` served days."""
    since = f"ts >= TIMESTAMPTZ '{(world.today - timedelta(days=days)).isoformat()}'"
    impressions, outcomes = table(world, "impressions", since), table(world, "outcomes", since)
    listed = outcomes.loc[outcomes["source"] == "list", ["request_id", "item_id"]].assign(taken=1)
    impressions = impressions.merge(listed, on=["request_id", "item_id"], how="left").fillna({"taken": 0})
    requests = table(world, "requests", since) if (world.folder / "tables" / "requests").exists() else pd.DataFrame()
    return Read(impressions, outcomes, requests)
