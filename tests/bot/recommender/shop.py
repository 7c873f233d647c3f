"""Somebody's own recommender, with somebody's own column names, small enough to count by hand or with pandas."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from bot.recommender.warehouse import DuckDBWarehouse, open_warehouse
from bot.settings import Settings, load
from checks.base import Window

START = datetime(2024, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)

TOML = """
[warehouse]
root = "logs"
features = ["affinity", "days_old"]
slices = ["country"]
[tables.impressions]
path = "shown/*.parquet"
[tables.impressions.columns]
ts = "event_time"
request_id = "visit"
member_id = "user"
item_id = "movie"
position = "slot"
score = "p_click"
model_version = "model"
[tables.outcomes]
path = "plays/*.parquet"
[tables.outcomes.columns]
ts = "at"
request_id = "visit"
member_id = "user"
item_id = "movie"
source = "how"
rank = "served_rank"
[tables.items]
path = "movies.parquet"
[tables.items.columns]
item_id = "movie"
title = "name"
launch_date = "released"
"""


def window(day: int, days: int = 1) -> Window:
    """The window of `days` days that begins `day` days after the start."""
    return Window(START + day * DAY, START + (day + days) * DAY)


def make_shown(day: int, visits: int = 20, seed: int = 1) -> pd.DataFrame:
    """A day of impressions: 5 movies a visit, 8 users, slots counted from 0, some countries and affinities missing."""
    rng = np.random.default_rng([seed, day])
    visit, slot = np.repeat(np.arange(visits), 5), np.tile(np.arange(5), visits)
    affinity = rng.normal(size=len(visit)).round(3)
    affinity[rng.random(len(visit)) < 0.1] = np.nan
    country = np.array(["DE", "FR", None], dtype=object)[visit % 3]
    return pd.DataFrame(
        {
            "event_time": pd.Timestamp(START) + day * DAY + pd.to_timedelta(visit * 60 + slot, unit="min"),
            "visit": [f"v{day}-{n}" for n in visit],
            "user": visit % 8,
            "movie": (visit * 3 + slot * 7) % 30,
            "slot": slot,
            "p_click": rng.random(len(visit)).round(4),
            "model": 7,
            "country": country,
            "affinity": affinity,
            "days_old": rng.integers(0, 400, len(visit)),
        }
    )


def make_plays(shown: pd.DataFrame, seed: int = 2) -> pd.DataFrame:
    """Every fourth shown movie is played a minute later; one more is found by search, from no visit."""
    rng = np.random.default_rng(seed)
    played = shown[rng.random(len(shown)) < 0.25]
    plays = pd.DataFrame(
        {
            "at": played["event_time"] + pd.Timedelta(minutes=1),
            "visit": played["visit"],
            "user": played["user"],
            "movie": played["movie"],
            "how": "list",
            "served_rank": (played["slot"] + 1).astype("Int64"),
        }
    )
    found = plays.head(1).assign(visit=None, how="search", movie=29)
    found["served_rank"] = pd.array([None], dtype="Int64")
    return pd.concat([plays, found], ignore_index=True)


def make_movies() -> pd.DataFrame:
    """Thirty movies: "Alpha 0", "Beta 1", "Gamma 2", "Alpha 3" ..."""
    names = ["Alpha", "Beta", "Gamma"]
    return pd.DataFrame(
        {
            "movie": range(30),
            "name": [f"{names[n % 3]} {n}" for n in range(30)],
            "released": [pd.Timestamp("2024-02-01") + n * DAY for n in range(30)],
        }
    )


def write_parquet(frame: pd.DataFrame, path: Path) -> Path:
    """The frame as a Parquet file at `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.register("frame", frame)
    connection.execute(f"COPY frame TO '{path}' (FORMAT parquet)")
    connection.close()
    return path


def write_shop(folder: Path, days: int = 3) -> pd.DataFrame:
    """The shop's files and recsysops.toml; returns everything that was shown."""
    shown = [make_shown(day) for day in range(days)]
    for day, frame in enumerate(shown):
        write_day(folder, day, frame)
    write_parquet(make_movies(), folder / "logs/movies.parquet")
    (folder / "recsysops.toml").write_text(TOML)
    return pd.concat(shown, ignore_index=True)


def write_day(folder: Path, day: int, frame: pd.DataFrame) -> None:
    """One more day of files."""
    write_parquet(frame, folder / f"logs/shown/{day:03}.parquet")
    write_parquet(make_plays(frame), folder / f"logs/plays/{day:03}.parquet")


def read_plays(folder: Path) -> pd.DataFrame:
    """Every play's visit, movie and way of being found, as they lie in the files."""
    rows = duckdb.connect().execute(f"SELECT visit, movie, how FROM '{folder}/logs/plays/*.parquet'").fetchall()
    return pd.DataFrame(rows, columns=["visit", "movie", "how"])


def settings_of(folder: Path, text: str | None = None) -> Settings:
    """The shop's settings, or those of another recsysops.toml in its folder."""
    if text is not None:
        (folder / "recsysops.toml").write_text(text)
    return load(folder / "recsysops.toml", {})


def open_shop(folder: Path, text: str | None = None) -> DuckDBWarehouse:
    """The shop's warehouse."""
    return open_warehouse(settings_of(folder, text))
