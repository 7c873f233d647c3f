"""A year of daily measurements as they would lie in the store, made at random from a seed, with one known fault."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy import func, literal

from bot.detection.measurements import insert_new, number_slices
from bot.detection.packing import pack
from bot.recommender.contract import Measured
from bot.store.sessions import Store
from bot.store.tables import CheckRun, Measurements
from checks.base import EVERYONE, About, Direction, Finding, History, Kind, Measure, Schema, Slice, Window
from checks.evidence import Claim, Judged, judge_all, make_finding, narrow
from checks.judging import Judge
from checks.shifts import measure_shifts

Numbers = NDArray[np.float64]

FIRST, DAY = datetime(2025, 1, 6, tzinfo=UTC), timedelta(days=1)  # a Monday
BINS = 10
COLUMNS = ("country", "device", "surface", "title")
FLOORS: Mapping[Kind, tuple[tuple[Direction, ...], float, bool]] = {  # as the checks of the catalogue have them
    "count": (("down",), 0.3, True),
    "rate": (("up",), 0.02, False),
    "mean": (("down",), 0.07, True),
    "age": (("up",), 3.0, True),
    "histogram": (("up",), 0.1, False),
}
TURNS: tuple[Kind, ...] = ("count", "rate", "mean", "rate", "mean", "count", "rate", "age", "histogram")


@dataclass
class OneMeasure:
    """A check that watches one measure in every slice, as most checks of the catalogue do."""

    number: int
    about: About = field(init=False)
    reading_s: float = 0.0  # of its last findings
    judging_s: float = 0.0

    def __post_init__(self) -> None:
        self.about = About(f"Z{self.number:02}", f"Measure {self.number}", "A change.", "Everything else.", ())

    @property
    def kind(self) -> Kind:
        """What it measures."""
        return TURNS[self.number % len(TURNS)]

    @property
    def name(self) -> str:
        """The name of its measure."""
        return f"{self.kind}:{self.number}"

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """The one measure."""
        return [Measure(self.name, "impressions", self.kind, func.count(literal(1)), func.count(literal(1)))]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """Where it is abnormal."""
        directions, floor, relative = FLOORS[self.kind]
        began = time.perf_counter()
        series, kind = history.series(self.name), self.kind
        read = time.perf_counter()
        if kind == "histogram":
            series, kind = measure_shifts(series).distances, "mean"
        judged = judge_all(series, judge, kind, directions, floor, relative)
        found = [self._tell(history, one) for one in narrow(judged, relative)]
        self.reading_s, self.judging_s = read - began, time.perf_counter() - read
        return found

    def _tell(self, history: History, one: Judged) -> Finding:
        claim = Claim(f"{self.name} is off", f"{self.name} is off.", f"measure:{self.name}")
        return make_finding(self.about, history, one, claim)


@dataclass(frozen=True)
class Year:
    """So many slices (everyone is one of them), checks and days; the last day is the one to judge."""

    slices: int = 10_000
    checks: int = 45
    days: int = 365
    seed: int = 7
    struck: int = 40  # the slice whose rows are gone on the last day, in the first measure

    @cached_property
    def keys(self) -> list[str]:
        """Everyone, then four columns with many values each."""
        return ["", *(f"{COLUMNS[i % len(COLUMNS)]}=v{i:05}" for i in range(1, self.slices))]

    @cached_property
    def lineup(self) -> list[OneMeasure]:
        """The checks."""
        return [OneMeasure(number) for number in range(self.checks)]

    @property
    def windows(self) -> list[Window]:
        """Every day, oldest first."""
        return [Window(FIRST + i * DAY, FIRST + (i + 1) * DAY) for i in range(self.days)]

    @cached_property
    def _rows(self) -> Numbers:
        """The usual rows of a slice: a few large ones and a long tail."""
        rows: Numbers = np.asarray(3e6 / np.arange(1, self.slices + 1) ** 0.8, dtype=np.float64)
        return rows

    def arrays(self, check: OneMeasure, day: int) -> tuple[Numbers, Numbers]:
        """Values (s,) or (s, bins), and n (s,), of one measure on one day; the same whenever asked."""
        rng = np.random.default_rng([self.seed, check.number, day])
        week = 1.3 if day % 7 >= 5 else 1.0
        n = np.round(self._rows * week * np.exp(rng.normal(0, 0.05, self.slices)))
        usual = np.random.default_rng([self.seed, check.number]).uniform(0.05, 0.5, self.slices)
        wobble = rng.standard_normal(self.slices)
        if check.kind == "count":
            if check.number == 0 and day == self.days - 1:
                n[self.struck] = 0
            return n, n
        if check.kind == "rate":
            return np.round(np.clip(usual / 5 + wobble * np.sqrt(usual / 5 / np.maximum(n, 1)), 0, 1) * n) / n, n
        if check.kind == "mean":
            return usual * (1 + 0.01 * wobble) + wobble / np.sqrt(np.maximum(n, 1)) / 4, n
        if check.kind == "age":
            return np.round(600 * np.exp(0.4 * wobble)), n
        shares = np.random.default_rng([self.seed, check.number]).dirichlet(np.full(BINS, 5.0), self.slices)
        return rng.poisson(shares * n[:, None]).astype(float), n


@dataclass(frozen=True)
class Filling:
    """Writes a year into a store."""

    year: Year
    store: Store
    numbers: dict[str, int] = field(default_factory=dict)

    def fill(self) -> None:
        """Every day but the last: measurements, and what each check said."""
        with self.store.session() as session:
            self.numbers.update(number_slices(session, set(self.year.keys)))
        ids = pack([self.numbers[key] for key in self.year.keys])
        for day, window in enumerate(self.year.windows[:-1]):
            with self.store.session() as session:
                session.execute(insert_new(session, Measurements), list(self._blocks(day, window, ids)))
                session.execute(sa.insert(CheckRun), [_quiet(check, window) for check in self.year.lineup])

    def _blocks(self, day: int, window: Window, ids: bytes) -> Iterator[dict[str, Any]]:
        for check in self.year.lineup:
            values, n = self.year.arrays(check, day)
            yield {
                "measure": check.name,
                "window_start": window.start,
                "window_end": window.end,
                "kind": check.kind,
                "slices": self.year.slices - 1,
                "everyone": True,
                "valued": True,
                "rows": int(n[0]),
                "bins": values.shape[1] if values.ndim > 1 else 0,
                "ids": ids,
                "n": pack(n),
                "values": pack(values),
            }


def _quiet(check: OneMeasure, window: Window) -> dict[str, Any]:
    about: dict[str, Any] = {"code": check.about.code, "outcome": "quiet", "words": "", "findings": []}
    return about | {"window_start": window.start, "window_end": window.end, "at": window.end, "lease_until": None}


def scan_last_day(year: Year) -> list[Measured]:
    """The last day as a warehouse's scan returns it, slice by slice."""
    window, places = year.windows[-1], [Slice.parse(key) if key else EVERYONE for key in year.keys]
    measured = []
    for check in year.lineup:
        values, n = (each.tolist() for each in year.arrays(check, year.days - 1))
        measured += [
            Measured(check.name, where, window, tuple(value) if isinstance(value, list) else value, int(rows))
            for where, value, rows in zip(places, values, n, strict=True)
        ]
    return measured
