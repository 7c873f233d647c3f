"""A small service with a launch a day and a model that we made, so that what it will do with a title is known."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import joblib
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from sandbox.recommender.tables.parquet import ParquetWriter

START, DAY = datetime(2026, 1, 5, tzinfo=UTC), timedelta(days=1)
DAYS, REQUESTS, OLD, AHEAD = 36, 60, 24, 12  # AHEAD: launches announced
FEATURES = ("fit", "fame", "year", "habit")
GENRES = ("drama", "comedy", "news")
CONFIG = """
[recommender]
name = "toy"
window = "1d"
timezone = "UTC"
[warehouse]
url = "duckdb://"
root = "tables"
features = ["fit", "fame", "year", "habit"]
slices = []
[tables.impressions]
path = "requests/*.parquet"
[tables.requests]
path = "requests/*.parquet"
[tables.items]
path = "items.parquet"
[launches]
top = 5
[registry]
kind = "folder"
path = "registry"
model = "ranker"
"""


def make_toy(folder: Path) -> Path:
    """Lay tables, registry and recsysops.toml; returns the latter's path. The last logged day is the 36th."""
    rng = np.random.default_rng(3)
    items = _items(rng)
    (folder / "tables" / "requests").mkdir(parents=True)
    write_items(folder, items)
    release(folder, "1", START - DAY)
    scorer = _model(1.0)
    for day in range(DAYS):
        rows = _requests(rng, items, day, scorer)
        ParquetWriter().write(rows, folder / "tables" / "requests" / f"{START + day * DAY:%Y-%m-%d}.parquet")
    (folder / "recsysops.toml").write_text(CONFIG)
    return folder / "recsysops.toml"


def write_items(folder: Path, items: pd.DataFrame) -> None:
    """The catalogue as it stands."""
    ParquetWriter().write(items, folder / "tables" / "items.parquet")


def read_items(folder: Path) -> pd.DataFrame:
    """The catalogue, to change it."""
    items: pd.DataFrame = duckdb.read_parquet(str(folder / "tables" / "items.parquet")).df()
    return items


def release(folder: Path, version: str, at: datetime, taste: float = 1.0) -> None:
    """A version of the model, which serves from now on."""
    place = folder / "registry" / "ranker" / version
    place.mkdir(parents=True, exist_ok=True)
    joblib.dump(_model(taste), place / "model.joblib")
    told = {"name": "ranker", "version": version, "created_at": at.isoformat(), "features": list(FEATURES)}
    (place / "version.json").write_text(json.dumps(told))
    (folder / "registry" / "ranker" / "aliases.json").write_text(json.dumps({"champion": version}))


def coming(number: int = 0) -> str:
    """The id of an announced title: 0 launches the day after the last logged one."""
    return f"i{OLD + DAYS + number:02d}"


def _items(rng: np.random.Generator) -> pd.DataFrame:
    many = OLD + DAYS + AHEAD
    launch = [START - 100 * DAY] * OLD + [START + day * DAY for day in range(DAYS + AHEAD)]
    return pd.DataFrame(
        {
            "item_id": [f"i{n:02d}" for n in range(many)],
            "title": [f"Title {n}" for n in range(many)],
            "launch_date": launch,
            "genre": rng.choice(GENRES, many),
            "language": ["de" if n % 4 == 3 and n < OLD else "en" for n in range(many)],
            "year": rng.uniform(0, 1, many),
            "owner": "drama team",
        }
    )


def _requests(rng: np.random.Generator, items: pd.DataFrame, day: int, scorer: LogisticRegression) -> pd.DataFrame:
    """Sixty requests, each with ten older titles and the launch of the day; German ones are mostly kept out."""
    parts, launch = [], OLD + day
    for number in range(REQUESTS):
        found = np.append(rng.choice(OLD + day, 10, replace=False), launch)
        chosen = items.iloc[found]
        likes = rng.normal(size=3)
        part = pd.DataFrame(
            {
                "ts": START + day * DAY + timedelta(minutes=20 * number),
                "request_id": f"{day}-{number}",
                "member_id": f"m{number % 20}",
                "item_id": chosen["item_id"].to_numpy(),
                "model_version": "1",
                "fit": [likes[GENRES.index(genre)] for genre in chosen["genre"]],
                "fame": np.where(found == launch, 0.0, 0.4 + (found % 7) / 10),
                "year": chosen["year"].to_numpy(float),
                "habit": rng.normal(),
            }
        )
        barred = (chosen["language"] == "de").to_numpy() & (rng.random(11) < 0.8)
        part["excluded_reason"] = ["other language" if out else None for out in barred]
        parts.append(part)
    rows = pd.concat(parts, ignore_index=True)
    score = pd.Series(scorer.predict_proba(rows[list(FEATURES)])[:, 1]).mask(rows["excluded_reason"].notna())
    rank = score.groupby(rows["request_id"]).rank(ascending=False, method="first").astype("Int64")
    return rows.assign(score=score, rank=rank, position=rank)


def _model(taste: float) -> LogisticRegression:
    """Likes what fits, what is famous and what is new; `taste` is how much the year counts."""
    rng = np.random.default_rng(1)
    rows = pd.DataFrame(rng.normal(size=(400, 4)), columns=list(FEATURES))
    odds = 1.0 * rows["fit"] + 1.0 * rows["fame"] + 3.0 * taste * rows["year"]
    return LogisticRegression().fit(rows, rng.random(400) < 1 / (1 + np.exp(-odds)))
