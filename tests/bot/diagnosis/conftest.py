"""A tiny recommender of our own: forty items, sixty members, a real pipeline, and hooks to break its last day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline

from bot.recommender.contract import Recommender, Scorer
from checks.base import EVERYONE, Finding, Severity, Slice, Window
from tests.bot.diagnosis.fakes import (
    DAY,
    DAYS,
    FEATURES,
    NOW,
    ONSET,
    START,
    Frame,
    TinyRegistry,
    TinyScorer,
    TinyWarehouse,
)

MEMBERS, ITEMS, CANDIDATES, SHOWN = 100, 40, 12, 6


def true_taste(rows: Frame) -> NDArray[np.float64]:
    """The chance that a member takes an item, which no model is told."""
    affinity, popularity = rows["true_affinity"].to_numpy(float), rows["true_popularity"].to_numpy(float)
    return 1 / (1 + np.exp(-(-3.4 + 2.2 * affinity + 0.02 * popularity)))


def candidates_of(rng: np.random.Generator, day: int) -> Frame:
    """A day's candidates, twelve a request, with their features."""
    members = np.flatnonzero(rng.random(MEMBERS) < 0.75)
    member = np.repeat(members, CANDIDATES)
    item = np.concatenate([rng.permutation(ITEMS)[:CANDIDATES] for _ in members])
    affinity = np.abs(np.sin(member * 1.7 + (item % 4) * 2.1)) + 0.15 * rng.normal(size=len(member))
    popularity = 20.0 + 1.7 * item + rng.normal(size=len(member))
    seconds = np.repeat(rng.integers(3600, 80_000, len(members)), CANDIDATES)
    return pd.DataFrame(
        {
            "ts": pd.Timestamp(START) + pd.to_timedelta(day, unit="D") + pd.to_timedelta(seconds, unit="s"),
            "request_id": [f"r{day}-{one}" for one in member],
            "member_id": [f"m{one}" for one in member],
            "item_id": [f"i{one}" for one in item],
            "region": np.where(member % 3 == 0, "West", "East"),
            "affinity": affinity,
            "popularity": popularity,
            "age_days": 10.0 + day + item * 3.0,
            "member_age": 18.0 + member % 50,
            "true_affinity": affinity,
            "true_popularity": popularity,
        }
    )


def fit(seed: int, spoil: Callable[[NDArray[np.bool_]], NDArray[np.bool_]] | None = None) -> TinyScorer:
    """A ranker trained on a past of its own."""
    rng = np.random.default_rng(seed)
    rows = pd.concat([candidates_of(rng, -day) for day in range(1, 8)])
    taken = rng.random(len(rows)) < true_taste(rows)
    rows.loc[rng.random(len(rows)) < 0.1, "affinity"] = np.nan
    trees = HistGradientBoostingClassifier(max_iter=25, max_leaf_nodes=8, random_state=0)
    model = Pipeline([("fill", SimpleImputer(strategy="median")), ("rank", trees)])
    return TinyScorer(model.fit(rows[list(FEATURES)], spoil(taken) if spoil else taken))


@dataclass
class Breakage:
    """What happens on the last day, at each stage; empty: nothing."""

    version: str = "1"
    candidates: Callable[[Frame], Frame] = lambda rows: rows
    scored: Callable[[Frame], Frame] = lambda rows: rows
    impressions: Callable[[Frame], Frame] = lambda rows: rows
    items: Callable[[Frame], Frame] = lambda rows: rows
    barred: str | None = None  # an item that the artwork filter keeps out, on every day


@dataclass
class Lab:
    """Builds tiny recommenders; models are fitted once."""

    scorers: dict[str, Scorer]

    def recommender(self, breakage: Breakage | None = None, *, model: bool = True, **registry: Any) -> Recommender:
        """A recommender whose last day was broken."""
        tables = self._serve(breakage or Breakage())
        kept = TinyRegistry(dict(self.scorers), **registry) if model else None
        return Recommender("tiny", TinyWarehouse(tables), kept, None)

    def _serve(self, breakage: Breakage) -> dict[str, Frame]:
        rng = np.random.default_rng(5)
        days = [
            self._day(rng, day, breakage if day == DAYS - 1 else Breakage(barred=breakage.barred))
            for day in range(DAYS)
        ]
        tables = {name: pd.concat([day[name] for day in days], ignore_index=True) for name in days[0]}
        when = [pd.Timestamp(ONSET) - pd.Timedelta(minutes=5)] if breakage.version != "1" else []
        tables["changes"] = pd.DataFrame(
            {
                "ts": pd.DatetimeIndex(when, tz="UTC"),
                "kind": "deploy",
                "subject": "model:ranker",
                "words": "a new version",
            }
        )
        return {**tables, "items": breakage.items(_items(breakage.barred))}

    def _day(self, rng: np.random.Generator, day: int, breakage: Breakage) -> dict[str, Frame]:
        rows = breakage.candidates(candidates_of(rng, day)).reset_index(drop=True)
        barred = rows["item_id"] == breakage.barred
        rows["model_version"] = breakage.version
        rows["features_at"] = rows.get("features_at", rows["ts"].dt.floor("6h"))
        rows["score"] = self.scorers[breakage.version].score(rows)
        rows.loc[barred, "score"] = np.nan
        rows["excluded_reason"] = pd.Series(barred.map({True: "no artwork"}), dtype=object)
        rows["rank"] = rows.groupby("request_id")["score"].rank(ascending=False, method="first")
        rows["position"] = rows["rank"].where(rows["rank"] <= SHOWN)
        rows["taken"] = (rng.random(len(rows)) < true_taste(rows)) & rows["position"].notna()
        rows = breakage.scored(rows)
        requests = rows.drop(columns=["true_affinity", "true_popularity", "taken"])
        shown = requests[requests["position"].notna()].drop(columns=["rank", "excluded_reason"])
        outcomes = rows.loc[rows["taken"], ["ts", "request_id", "member_id", "item_id"]]
        return {"requests": requests, "impressions": breakage.impressions(shown), "outcomes": outcomes}


def _items(barred: str | None) -> Frame:
    ids = [f"i{n}" for n in range(ITEMS)]
    launch = [START - (200 + n) * DAY for n in range(ITEMS)]
    launch[30:38] = [START + (n % 4) * DAY for n in range(8)]
    launch[38] = NOW + 4 * DAY
    return pd.DataFrame(
        {
            "item_id": ids,
            "title": [f"{'The Long' if n % 4 else 'A Short'} Story {n}" for n in range(ITEMS)],
            "genres": [("Drama", "Comedy, Drama", "Horror", "Family")[n % 4] for n in range(ITEMS)],
            "release_year": [1980 + n for n in range(ITEMS)],
            "launch_date": pd.DatetimeIndex(launch),
            "has_artwork": [one != barred for one in ids],
            "owner": "the catalogue team",
        }
    )


def found(title: str = "something is off", subject: str = "lists", where: Slice = EVERYONE) -> Finding:
    """A finding of the last day that does not give the cause away."""
    window = Window(ONSET, NOW)
    return Finding(
        "X00", title, "A number is lower than usual.", subject, "m", where, window, ONSET, 1.0, 2.0, 1.5, 2.5, "down",
        500, 8.0, Severity.high,
    )  # fmt: skip


@pytest.fixture(scope="session")
def lab() -> Lab:
    """Version 1 is good, 2 as good, 3 learned from labels turned upside down, 4 fills what is missing with 999."""
    scorers: dict[str, Scorer] = {"1": fit(1), "2": fit(2), "3": fit(3, lambda taken: ~taken), "4": fit(4)}
    scorers["4"].model.steps[0][1].statistics_[0] = 999.0
    return Lab(scorers)
