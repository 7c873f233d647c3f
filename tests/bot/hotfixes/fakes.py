"""A small recommender of our own: three versions, logged requests, a catalogue, and a serving side that obeys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import column

from bot.recommender.contract import (
    Measured,
    ModelVersion,
    Override,
    Recommender,
    RecommenderFailed,
    Scorer,
    UnknownVersion,
)
from checks.base import Impact, Measure, Schema, Slice, Window

NOW = datetime(2026, 3, 20, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class FakeScorer:
    """Scores by a weighted sum of its features."""

    weights: Mapping[str, float]

    @property
    def features(self) -> tuple[str, ...]:
        return tuple(self.weights)

    @property
    def model(self) -> Any:
        return None

    def score(self, features: pd.DataFrame) -> NDArray[np.float64]:
        assert tuple(features.columns) == self.features
        return np.asarray(sum(features[name] * weight for name, weight in self.weights.items()), dtype=float)


@dataclass
class FakeRegistry:
    """Versions 1, 2 and 3, made a week apart; 3 is champion, and ranks the other way round from 2."""

    scorers: dict[str, FakeScorer] = field(
        default_factory=lambda: {
            "1": FakeScorer({"fit": 1.0}),
            "2": FakeScorer({"fit": 1.0, "fame": 0.001}),
            "3": FakeScorer({"fit": -1.0, "fame": 0.001}),
        }
    )
    corrupt: tuple[str, ...] = ()
    model: str = "ranker"

    def versions(self) -> list[ModelVersion]:
        made = {version: NOW - (4 - int(version)) * 7 * DAY for version in self.scorers}
        return [ModelVersion("ranker", version, at, at - 30 * DAY, at - DAY) for version, at in made.items()]

    def version(self, version: str) -> ModelVersion:
        for known in self.versions():
            if known.version == version:
                return known
        raise UnknownVersion(f"There is no version {version}; there are {', '.join(self.scorers)}.")

    def champion(self) -> ModelVersion:
        return self.version("3")

    def load(self, version: str) -> Scorer:
        if version in self.corrupt:
            raise RecommenderFailed(f"ranker/{version}/model.joblib cannot be read: fetch it again.")
        return self.scorers[version]


@dataclass
class FakeWarehouse:
    """Tables in memory; every relation returns all its rows."""

    tables: dict[str, pd.DataFrame]

    @property
    def schema(self) -> Schema:
        return Schema(
            {name: {str(each): column(str(each)) for each in rows} for name, rows in self.tables.items()}, (), ()
        )

    def rows(
        self, relation: str, window: Window, *, where: Mapping[str, Any] | None = None, limit: int | None = None
    ) -> pd.DataFrame:
        rows = self.tables[relation]
        return rows[(rows["ts"] >= window.start) & (rows["ts"] < window.end)] if "ts" in rows else rows

    def measure(self, measures: Sequence[Measure], windows: Sequence[Window]) -> list[Measured]:
        return []

    def cells(self, relation: str, window: Window, columns: Sequence[str]) -> pd.DataFrame:
        return pd.DataFrame(columns=[*columns, "rows_", "chosen_"])

    def ranking(self, window: Window, depth: int | None = None) -> Any:
        raise RecommenderFailed("not known here")

    def impact(self, window: Window, where: Slice) -> Impact:
        return Impact()

    def newest(self, table: str, before: datetime) -> datetime | None:
        return None

    def item(self, item_id: str) -> Mapping[str, Any]:
        return {}

    def find_items(self, words: str, limit: int = 10) -> list[Mapping[str, Any]]:
        return []


class Crash(Exception):
    """The process dies here."""


@dataclass
class FakeOverrides:
    """A serving side that remembers what it was told, and how often."""

    told: dict[str, Override] = field(default_factory=dict)
    times: int = 0
    crash_after: bool = False

    def apply(self, override: Override) -> None:
        self.times += 1
        self.told.setdefault(override.id, override)
        if self.crash_after:
            raise Crash

    def remove(self, override_id: str) -> None:
        self.told.pop(override_id, None)

    def in_force(self, at: datetime) -> list[Override]:
        return [each for each in self.told.values() if each.applied_at <= at < each.expires_at]


def logged_requests(candidates: int = 20, requests: int = 4) -> pd.DataFrame:
    """Requests of yesterday: candidate n fits n; the best one has been excluded by a filter."""
    rows = [
        {
            "ts": NOW - DAY / 2,
            "request_id": f"r{request}",
            "member_id": f"m{request % 2}",
            "item_id": f"i{candidate}",
            "fit": float(candidate),
            "fame": 0.0,
            "score": -float(candidate),
            "excluded_reason": "seen" if candidate == candidates - 1 else None,
        }
        for request in range(requests)
        for candidate in range(candidates)
    ]
    return pd.DataFrame(rows)


def catalogue() -> pd.DataFrame:
    """Three items: one old, one launched three days ago, one not launched yet."""
    launches = [NOW - 90 * DAY, NOW - 3 * DAY, NOW + 3 * DAY]
    return pd.DataFrame({"item_id": ["old", "new", "coming"], "launch_date": pd.to_datetime(launches, utc=True)})


def recommender(**changed: Any) -> Recommender:
    """All of it, with parts exchanged."""
    parts: dict[str, Any] = {
        "name": "lab",
        "warehouse": FakeWarehouse({"requests": logged_requests(), "items": catalogue()}),
        "registry": FakeRegistry(),
        "overrides": FakeOverrides(),
    }
    return Recommender(**{**parts, **changed})
