"""The words every check speaks: window, slice, measure, series, finding."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement

from .events import Foretold, Happening, Launch, Release
from .limits import Limits
from .upcoming import LaunchRules

# A "rate" is of rows that come in lists, such as impressions: ten of one member tell little more than one. A "share" is
# of rows that stand alone, such as lists.
# An "age" is in seconds; a "quantity" is any other positive number that differs by factors, such as a latency in ms.
# The rest are no SQL aggregate but are observed (bot/detection/observing/): an "exposure" is how often each item
# near its launch was shown, one slice (item_id) an item; "columns" has one slice (column, "name TYPE") for each column
# the table's newest rows have; "past" holds earlier windows measured again, one slice (window, its start) each.
# "delivery" is one aspect of what came in a feed (checks/feeds/); "upcoming" is how many launches are ahead.
Kind = Literal[
    "count", "rate", "share", "mean", "age", "quantity", "histogram", "exposure", "columns", "past", "delivery",
    "upcoming",
]  # fmt: skip
Direction = Literal["up", "down"]
AND, INNER_AND = " & ", " &\N{NO-BREAK SPACE}"  # between the parts of a slice's key; inside of a value


class Severity(enum.IntEnum):
    """How loudly to speak, from the members and impressions touched, never from a z-score."""

    low = 1
    medium = 2
    high = 3
    critical = 4


class NotApplicable(Exception):
    """This check cannot be judged on this installation; the message says which table or column it lacks."""


class StillLearning(Exception):
    """This check cannot be judged yet; the message says what it waits for."""


@dataclass(frozen=True, order=True)
class Window:
    """A half-open stretch of time, [start, end), both aware UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, order=True)
class Slice:
    """A part of the traffic: no parts means everyone; otherwise every (column, value) holds."""

    parts: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """Stable text, "" for everyone, else "region=North" (joined by " & "), as stored and shown.

        A value that holds " & " itself is written with a space that does not break: it looks the same.
        """
        return AND.join(f"{column}={value.replace(AND, INNER_AND)}" for column, value in self.parts)

    @classmethod
    def parse(cls, key: str) -> Slice:
        """The slice a key names; the inverse of `key`."""
        parts = (part.split("=", 1) for part in key.split(AND) if part)
        return cls(tuple((column, value.replace(INNER_AND, AND)) for column, value in parts))

    def contains(self, other: Slice) -> bool:
        """Whether everything in `other` is in this slice too."""
        return set(self.parts) <= set(other.parts)

    def __str__(self) -> str:
        return self.key or "everyone"


EVERYONE = Slice()


@dataclass(frozen=True)
class Measure:
    """One number (or histogram) per slice and window, as a SQL aggregate over one relation.

    `value` and `n` are aggregates over the columns of `relation`; `n` is how many rows or lists the value rests on.
    A histogram's `value` yields a list of counts, one a bin. All measures of a relation are fused into one scan.
    """

    name: str  # unique and stable, such as "feature.null_share:genre_affinity"
    relation: str  # a name in Schema.relations
    kind: Kind
    value: ColumnElement[Any]
    n: ColumnElement[Any]
    slices: tuple[str, ...] = ()  # slice columns to break it down by, beside everyone


@dataclass(frozen=True)
class Series:
    """The stored history of one measure in one slice, oldest first; the last point is the one to judge."""

    measure: str
    slice: Slice
    windows: tuple[Window, ...]
    values: NDArray[np.float64]  # (t,) for numbers, (t, bins) for histograms; NaN where there was no data
    n: NDArray[np.float64]  # (t,)


@dataclass(frozen=True)
class Point:
    """One point of a finding's picture: what was seen and what was expected."""

    at: datetime
    value: float
    expected: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Impact:
    """How many it touches: distinct members and impressions in the window, and their share of all."""

    members: int = 0
    impressions: int = 0
    share: float = 0.0


@dataclass(frozen=True)
class Finding:
    """A check's claim that something is wrong: where, since when, how much, for whom."""

    code: str  # the check's, such as "D03"
    title: str  # in words, without the slice: "genre_affinity is missing"
    words: str  # one plain sentence with the number and what was expected
    subject: str  # what it is about: "feature:genre_affinity", "item:123", "table:impressions", "model:ranker"
    measure: str
    slice: Slice
    window: Window  # the window judged
    onset: datetime  # the start of the first abnormal window of this run
    value: float
    expected: float
    low: float
    high: float
    direction: Direction
    n: int
    surprise: float  # -log10 of the chance of this value on a healthy day
    severity: Severity
    impact: Impact = Impact()
    points: tuple[Point, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)


class History(Protocol):
    """Stored measurements, as a check reads them."""

    @property
    def window(self) -> Window:
        """The window to judge."""

    @property
    def windows(self) -> tuple[Window, ...]:
        """Every window there may be measurements of, oldest first, the one to judge last."""

    def series(self, measure: str) -> Sequence[Series]:
        """Every slice's series of this measure up to and including the window; [] when never measured."""

    def impact(self, where: Slice) -> Impact:
        """Members and impressions of that slice in the window."""

    def launches(self) -> Sequence[Launch]:
        """Items launched within the windows of history, oldest first; [] without an items table."""

    def upcoming(self, within: timedelta) -> Sequence[Launch]:
        """Items whose launch is ahead, at most so far after the window, the next first; [] without an items table."""

    def foretold(self) -> Sequence[Foretold]:
        """What is expected of launches ahead, the next first; [] where nothing can be foretold yet."""

    def releases(self) -> Sequence[Release]:
        """Model versions made before the window's end, oldest first; [] without a registry."""

    def happenings(self, back: int = 1) -> Sequence[Happening]:
        """What was changed within the window or the `back` ones before it, oldest first; [] without a changes table."""


@dataclass(frozen=True)
class About:
    """What a check says of itself; docs, /recsys checks and doctor are made from it."""

    code: str
    title: str
    notices: str
    misses: str
    needs: tuple[str, ...]  # "table.column", "table" or "features", in the contract's logical names
    owner: str = "recommender on call"
    severity: str = "The share of all impressions that are worse: critical from 50 %, high from 20 %, medium from 2 %."


class Described(Protocol):
    """Whatever says of itself what it notices."""

    about: About


@dataclass(frozen=True)
class Feed:
    """Something delivered whole, again and again: a file that replaces the one before."""

    name: str
    key: tuple[str, ...] = ()  # the columns that make a row unique
    period: str | None = None  # the column that says what time a row is about
    owner: str | None = None


@dataclass(frozen=True)
class Schema:
    """What this installation has, in the contract's logical names.

    `relations` maps a relation's name to its columns (as SQLAlchemy columns to build measures from). Beside the logical
    tables themselves (impressions, outcomes, items, requests, changes) there are derived relations:
    `lists` (one row a served list: size, dcg, outcomes, model_version, slices) and
    `choices` (one row an outcome, with the rank the serving model gave its item, or null).
    """

    relations: Mapping[str, Mapping[str, ColumnElement[Any]]]
    features: tuple[str, ...]
    slices: tuple[str, ...]
    edges: Mapping[str, tuple[float, ...]] = field(default_factory=dict)  # learned histogram edges by column
    feeds: tuple[Feed, ...] = ()
    launches: LaunchRules = field(default_factory=LaunchRules)
    limits: Limits = field(default_factory=Limits)

    def column(self, relation: str, name: str) -> ColumnElement[Any]:
        """The column, or NotApplicable saying that the installation lacks it."""
        if relation not in self.relations:
            raise NotApplicable(f"there is no {relation} table in recsysops.toml")
        if name not in self.relations[relation]:
            raise NotApplicable(f"the {relation} table has no {name} column mapped in recsysops.toml")
        return self.relations[relation][name]
