"""A warehouse, a scorer and a registry in memory, behind the contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Boolean, DateTime, Float, Integer, String, column, create_engine, select, table

from bot.recommender.contract import (
    Measured,
    ModelVersion,
    RecommenderFailed,
    Scorer,
    UnknownItem,
    UnknownVersion,
)
from checks.base import EVERYONE, Impact, Measure, Schema, Slice, Window

START = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)
DAYS = 12  # the last one is the bad one
NOW = START + DAYS * DAY
ONSET = NOW - DAY
FEATURES = ("affinity", "popularity", "age_days", "member_age")
Frame = pd.DataFrame


class TinyWarehouse:
    """Frames for tables; measures are run by SQLite."""

    def __init__(self, tables: Mapping[str, Frame]) -> None:
        self.tables = {name: rows.reset_index(drop=True) for name, rows in tables.items()}
        relations = {name: {str(c): column(str(c), _type(rows[c])) for c in rows} for name, rows in self.tables.items()}
        features = tuple(name for name in FEATURES if name in self.tables["impressions"])
        self._schema = Schema(relations, features, ("region",))

    @property
    def schema(self) -> Schema:
        return self._schema

    @cached_property
    def _sqlite(self) -> Any:
        engine = create_engine("sqlite://")
        with engine.begin() as connection:
            for name, rows in self.tables.items():
                plain = rows.assign(**{str(c): rows[c].astype(str) for c in rows if "datetime" in str(rows[c].dtype)})
                plain.to_sql(name, connection, index=False)
        return engine

    def measure(self, measures: Sequence[Measure], windows: Sequence[Window]) -> list[Measured]:
        return [one for measure in measures for window in windows for one in self._measured(measure, window)]

    def _measured(self, measure: Measure, window: Window) -> list[Measured]:
        out = []
        for by in (None, *measure.slices):
            grouped: list[Any] = [column(by)] if by else []
            query = select(measure.value, measure.n, *grouped).select_from(table(measure.relation))
            query = query.where(column("ts") >= str(window.start), column("ts") < str(window.end)).group_by(*grouped)
            with self._sqlite.connect() as connection:
                for value, n, *part in connection.execute(query):
                    where = Slice(((by, str(part[0])),)) if by else EVERYONE
                    out.append(Measured(measure.name, where, window, float(value or 0), int(n or 0)))
        return out

    def with_edges(self, edges: Mapping[str, tuple[float, ...]]) -> Schema:
        return self._schema

    def columns(self, table: str, windows: Sequence[Window]) -> Any:
        return {}

    def sum_up(self, table: str, windows: Sequence[Window]) -> Any:
        return []

    def rewritten(self, table: str, windows: Sequence[Window]) -> list[Window]:
        return []

    def deliveries(self, feed: str, window: Window) -> Any:
        raise AssertionError(f"nobody asks for {feed} here")

    @property
    def told_apart(self) -> Mapping[str, tuple[str, ...]]:
        return {}

    def tell_apart(self, values: Mapping[str, tuple[str, ...]]) -> None:
        raise NotImplementedError

    def learn_edges(self, columns: Sequence[str], window: Window) -> dict[str, tuple[float, ...]]:
        return {}

    def exposure(self, window: Window, item_ids: Sequence[str] | None = None) -> Frame:
        rows = self.rows("impressions", window, where={"item_id": list(item_ids)} if item_ids else None)
        rows = rows.assign(window_start=rows["ts"].dt.floor("D"))
        return rows.groupby(["item_id", "window_start"], as_index=False).agg(
            impressions=("request_id", "size"), members=("member_id", "nunique")
        )

    def cells(self, relation: str, window: Window, columns: Sequence[str]) -> Frame:
        rows = self.rows(relation, window)
        rows = rows.assign(chosen=rows.get("chosen", 0))
        return rows.groupby(list(columns), as_index=False).agg(rows_=("ts", "size"), chosen_=("chosen", "sum"))

    def ranking(self, window: Window, depth: int | None = None) -> Any:
        raise RecommenderFailed("not known here")

    def impact(self, window: Window, where: Slice) -> Impact:
        return Impact()

    def newest(self, table: str, before: datetime) -> datetime | None:
        ts = self.tables[table]["ts"]
        ts = ts[ts <= before]
        return ts.max().to_pydatetime() if len(ts) else None

    def rows(
        self, relation: str, window: Window, *, where: Mapping[str, Any] | None = None, limit: int | None = None
    ) -> Frame:
        rows = self.tables[relation]
        if "ts" in rows:
            rows = rows[(rows["ts"] >= window.start) & (rows["ts"] < window.end)]
        for name, value in (where or {}).items():
            rows = rows[rows[name].isin(value if isinstance(value, list) else [value])]
        return rows.reset_index(drop=True)

    def item(self, item_id: str) -> Mapping[str, Any]:
        found = self.find_items(item_id)
        if not found or found[0]["item_id"] != item_id:
            raise UnknownItem(f"There is no item {item_id} in the items table; the nearest are i1, i2.")
        return found[0]

    def find_items(self, words: str, limit: int = 10) -> list[Mapping[str, Any]]:
        items = self.tables["items"]
        hit = items[(items["item_id"] == words) | items["title"].str.lower().str.contains(words.lower(), regex=False)]
        hit = hit.assign(exact=hit["item_id"] == words).sort_values("exact", ascending=False, kind="stable")
        return [{str(k): v for k, v in row.items()} for row in hit.drop(columns="exact").head(limit).to_dict("records")]


def _type(values: pd.Series[Any]) -> Any:
    return {"f": Float(), "i": Integer(), "b": Boolean(), "M": DateTime()}.get(values.dtype.kind, String())


@dataclass
class TinyScorer:
    """A fitted pipeline behind the contract."""

    model: Any
    features: tuple[str, ...] = FEATURES

    def score(self, features: Frame) -> NDArray[np.float64]:
        return np.asarray(self.model.predict_proba(features[list(self.features)])[:, 1], float)


@dataclass
class TinyRegistry:
    """Versions in memory."""

    scorers: dict[str, Scorer]
    metrics: dict[str, float] = field(default_factory=dict)
    broken: tuple[str, ...] = ()
    model: str = "ranker"

    def versions(self) -> list[ModelVersion]:
        return [
            ModelVersion(self.model, v, START, START - 20 * DAY, START, {"auc": self.metrics.get(v, 0.8)}, FEATURES)
            for v in self.scorers
        ]

    def version(self, version: str) -> ModelVersion:
        for known in self.versions():
            if known.version == version:
                return known
        raise UnknownVersion(f"There is no version {version}; there are {', '.join(self.scorers)}.")

    def champion(self) -> ModelVersion:
        return self.versions()[-1]

    def load(self, version: str) -> Scorer:
        if version in self.broken:
            raise RecommenderFailed(f"The model file of version {version} cannot be read: it is cut short.")
        self.version(version)
        return self.scorers[version]
