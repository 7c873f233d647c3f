"""A healthy installation, made by hand: numbers of every kind, as restless as real ones, in parts large and small."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from checks.base import EVERYONE, Direction, Kind, Series, Slice
from checks.budget import Budget
from checks.judge import HistoryJudge
from checks.judging import Way
from tests.checks.fakes import DAY, days

Numbers = NDArray[np.float64]
REMEMBERED = 60

# kind, smallest effect that matters, whether relative, directions
SHAPES: dict[str, tuple[Kind, float, bool, tuple[Direction, ...]]] = {
    "steady": ("mean", 0.05, True, ("up", "down")),
    "poisson": ("count", 0.3, True, ("up", "down")),
    "clumped rate": ("rate", 0.01, False, ("up",)),
    "heavy tails": ("mean", 0.05, True, ("down",)),
    "weekly": ("count", 0.2, True, ("down",)),
    "linked": ("mean", 0.05, True, ("up", "down")),
    "growing": ("count", 0.2, True, ("up", "down")),
    "age": ("age", 0.5, True, ("up",)),
    "quantity": ("quantity", 0.3, True, ("up",)),
}
STRANGE = tuple(SHAPES)


def draw(shape: str, rng: np.random.Generator, length: int, share: float) -> tuple[Numbers, Numbers]:
    """Values and n of a healthy series over a part of the traffic (share 0 to 1)."""
    rows = np.maximum(40.0, rng.poisson(20_000 * share, length).astype(float))
    week = 1 + 0.4 * np.isin(np.arange(length) % 7, (5, 6))
    if shape == "steady":
        return 10 + rng.normal(0, 0.5, length), rows
    if shape == "poisson":
        return rng.poisson(800 * share, length).astype(float), rows
    if shape == "clumped rate":
        level = rng.beta(0.03 * 150, 0.97 * 150, length)
        return rng.binomial(rows.astype(int), level) / rows, rows
    if shape == "heavy tails":
        return 10 + 0.3 * rng.standard_t(4, length), rows
    if shape == "weekly":
        return rng.poisson(500 * share * 10 * week * np.exp(rng.normal(0, 0.08, length))).astype(float), rows
    if shape == "linked":
        return 10 + 0.5 * _linked(rng, length, 0.5), rows
    if shape == "growing":
        return rng.poisson(900 * np.exp(0.004 * np.arange(length) + rng.normal(0, 0.06, length))).astype(float), rows
    if shape == "age":
        return rng.gamma(9, 1000, length), rows
    return 80 * np.exp(rng.normal(0, 0.15, length)), rows


def _linked(rng: np.random.Generator, length: int, how: float) -> Numbers:
    shocks, values = rng.normal(size=length + 50) * np.sqrt(1 - how**2), np.zeros(length + 50)
    for i in range(1, length + 50):
        values[i] = how * values[i - 1] + shocks[i]
    return values[50:]


@dataclass
class Installation:
    """So many measures, each over everyone and in slices, for so many days."""

    measures: int
    shares: tuple[float, ...]
    length: int
    seed: int

    def series(self) -> Iterator[tuple[str, Series]]:
        rng = np.random.default_rng(self.seed)
        windows = days(self.length)
        for number in range(self.measures):
            shape = STRANGE[number % len(STRANGE)]
            for place, share in enumerate((1.0, *self.shares)):
                where = EVERYONE if place == 0 else Slice((("region", str(place)),))
                values, n = draw(shape, rng, self.length, share)
                yield shape, Series(f"{shape}:{number}", where, windows, values, n)

    def judge(self) -> HistoryJudge:
        rows = {f"{STRANGE[i % len(STRANGE)]}:{i}": 20_000.0 for i in range(self.measures)}
        weight = 1 + sum(share**0.5 for share in self.shares)
        tests = self.measures * (1 + len(self.shares))
        return HistoryJudge(Budget(1.0, DAY, tests, self.measures * weight, rows))

    def false_incidents(self, start: int = REMEMBERED) -> list[tuple[str, str, Way, datetime, float]]:
        """Every run of findings from this day on: its shape, slice, way, first window and chance."""
        judge, found = self.judge(), list[tuple[str, str, Way, datetime, float]]()
        for shape, series in self.series():
            kind, floor, relative, directions = SHAPES[shape]
            known: set[datetime] = set()
            for day in range(start, self.length):
                at = slice(max(0, day - REMEMBERED + 1), day + 1)
                part = Series(series.measure, series.slice, series.windows[at], series.values[at], series.n[at])
                object.__setattr__(judge, "known", {(series.measure, series.slice.key): frozenset(known)})
                verdict = judge.judge(part, kind, directions=directions, floor=floor, relative=relative)
                if verdict is None or not verdict.abnormal:
                    continue
                if part.windows[-2].start not in known:
                    found.append((shape, series.slice.key, verdict.way, part.windows[-1].start, verdict.p_value))
                first = part.windows[-1].start if verdict.way == "drifting" else verdict.onset
                known |= {window.start for window in part.windows if first <= window.start}
        return found
