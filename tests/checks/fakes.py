"""A history made by hand, and a judge with the budget of an ordinary installation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sqlalchemy import Boolean, DateTime, Double, Integer, String, column
from sqlalchemy.types import TypeEngine

from checks.base import EVERYONE, Impact, Schema, Series, Slice, Window
from checks.budget import Budget
from checks.events import Foretold, Launch, Release
from checks.judge import HistoryJudge
from tests.checks.data.relations import DATA_RELATIONS

START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
DAY = timedelta(days=1)
BUDGET = Budget(1.0, DAY, tests=520, shares=40 + 480 * 0.2)
NORTH, SOUTH = Slice((("region", "North"),)), Slice((("region", "South"),))


def days(count: int) -> tuple[Window, ...]:
    return tuple(Window(START + i * DAY, START + (i + 1) * DAY) for i in range(count))


def daily(measure: str, values: ArrayLike, n: ArrayLike = 1000.0, where: Slice = EVERYONE) -> Series:
    array = np.asarray(values, dtype=float)
    return Series(measure, where, days(len(array)), array, np.broadcast_to(np.asarray(n, float), len(array)))


def wobble(level: float, count: int = 29, spread: float = 0.03, seed: int = 1) -> list[float]:
    """A healthy series: a level with a little noise."""
    return list(level * (1 + spread * np.random.default_rng(seed).normal(size=count)))


@dataclass(frozen=True)
class Happened:
    kind: str
    at: datetime = START + 365 * DAY  # within the window to judge, whichever that is
    subject: str = "traffic"
    words: str = ""


@dataclass
class FakeHistory:
    given: Sequence[Series]
    launched: Sequence[Launch] = ()  # and to be launched
    released: Sequence[Release] = ()
    happened: Sequence[Happened] = ()
    shares: dict[Slice, float] = field(default_factory=dict)
    expected: Sequence[Foretold] = ()

    @property
    def windows(self) -> tuple[Window, ...]:
        return max((series.windows for series in self.given), key=len)

    @property
    def window(self) -> Window:
        return self.windows[-1]

    def series(self, measure: str) -> list[Series]:
        return [series for series in self.given if series.measure == measure]

    def impact(self, where: Slice) -> Impact:
        share = self.shares.get(where, 1.0 if where == EVERYONE else 0.25)
        return Impact(int(200 * share), int(2000 * share), share)

    def launches(self) -> Sequence[Launch]:
        return [one for one in self.launched if one.at is None or one.at < self.window.end]

    def upcoming(self, within: timedelta) -> Sequence[Launch]:
        end = self.window.end
        return [one for one in self.launched if one.at is not None and end <= one.at < end + within]

    def foretold(self) -> Sequence[Foretold]:
        return self.expected

    def releases(self) -> Sequence[Release]:
        return self.released

    def happenings(self, back: int = 1) -> Sequence[Happened]:
        since = self.windows[max(0, len(self.windows) - 1 - back)].start
        return [change for change in self.happened if change.at >= since]


def a_judge(**known: frozenset[datetime]) -> HistoryJudge:
    return HistoryJudge(BUDGET, known={(name, ""): starts for name, starts in known.items()})


MODEL_RELATIONS: dict[str, dict[str, TypeEngine[Any]]] = {
    "features_offline": {"ts": DateTime(), "request_id": String(), "item_id": String(), "affinity": Double[float]()},
    "skew": {"ts": DateTime(), "affinity": Double[float](), "affinity__offline": Double[float](), "region": String()},
    "pairs": {"ts": DateTime(), "model_version": String(), "index_version": String(), "pair": String()},
    "arms": {
        "ts": DateTime(),
        "arm": String(),
        "shown": Integer(),
        "share": Double[float](),
        "others": Double[float](),
    },
    "shadow": {"ts": DateTime(), "ndcg": Double[float](), "popular_ndcg": Double[float](), "region": String()},
}


ITEM_RELATIONS: dict[str, dict[str, TypeEngine[Any]]] = {
    "shown": {
        "ts": DateTime(),
        "item_id": String(),
        "impressions": Integer(),
        "share": Double[float](),
        "place": Integer(),
        "items": Integer(),
        "wanted": Double[float](),
    },
    "randomised": {"ts": DateTime(), "chosen": Integer(), "usual": Double[float](), "genre": String()},
    "reach": {"ts": DateTime(), "member_id": String(), "audience": String(), "reached": Integer()},
}


def a_schema() -> Schema:
    """An installation that maps everything the checks can use."""
    time, text, number, whole, yes = DateTime(), String(), Double[float](), Integer(), Boolean()
    slices: dict[str, TypeEngine[Any]] = {"region": text}
    shown: dict[str, TypeEngine[Any]] = {"ts": time, "request_id": text, "member_id": text, "item_id": text}
    shown |= {"position": whole, "score": number}
    shown |= {"model_version": text, "index_version": text, "arm": text, "features_at": time, "affinity": number}
    shown |= slices
    kinds: dict[str, dict[str, TypeEngine[Any]]] = {
        "impressions": shown,
        "labelled": shown | {"chosen": whole},
        "established": shown,
        "outcomes": {"ts": time, "item_id": text, "source": text, "rank": whole},
        "choices": {"ts": time, "item_id": text, "source": text, "rank": whole, **slices},
        "lists": {"ts": time, "request_id": text, "size": whole, "ndcg": number, "score_range": number, **slices},
        "wanted": {"ts": time, "item_id": text, "source": text, "rank": whole, "genre": text},
        "requests": {"ts": time, "request_id": text, "item_id": text, "score": number, "affinity": number, **slices},
        "passed": {"ts": time, "differs": whole, "inverted": whole, **slices},
        "repeats": {"ts": time, "member_id": text, "jaccard": number, "same": whole, **slices},
        "tastes": {"ts": time, "member_id": text, "divergence": number, **slices},
        "newcomers": {"ts": time, "is_new": whole, "outcomes": whole, "ndcg": number, **slices},
        "items": {"item_id": text, "title": text, "launch_date": time},
        "calls": {"ts": time, "latency_ms": number, "error": text, "fallback": yes, "returned": whole, **slices},
    }
    kinds["outcomes"] |= {"request_id": text, "member_id": text}
    kinds |= DATA_RELATIONS | MODEL_RELATIONS | ITEM_RELATIONS
    kinds["calls"] |= {"arm": text}
    kinds["lists"] |= {"model_version": text, "arm": text, "outcomes": whole}
    kinds["lists"] |= {"first_position": whole, "last_position": whole}
    kinds["requests"] |= {"rank": whole, "excluded_reason": text, "sampling_weight": number}
    relations = {name: {known: column(known, kind) for known, kind in parts.items()} for name, parts in kinds.items()}
    edges = tuple(i / 10 for i in range(1, 10))
    return Schema(relations, ("affinity",), ("region",), {"affinity": edges, "score": edges})


def without(schema: Schema, relation: str, name: str | None = None) -> Schema:
    """The same installation lacking a column, or a whole relation."""
    relations = {key: dict(columns) for key, columns in schema.relations.items()}
    if name is None:
        del relations[relation]
    else:
        del relations[relation][name]
    return replace(schema, relations=relations)
