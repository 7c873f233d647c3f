"""Measurements as rows: written once, read many times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, select

from bot.recommender.contract import Measured
from bot.store.tables import Measurement
from checks.base import Series, Slice, Window

Value = float | list[float] | None


def insert_new(session: Session, table: type[SQLModel]) -> sa.Insert:
    """INSERT that leaves a row alone which is already there."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def write(session: Session, measured: Iterable[Measured]) -> None:
    """Store measurements; those already stored stay as they are."""
    rows = [_row(one) for one in measured]
    if rows:
        session.execute(insert_new(session, Measurement), rows)


def _row(one: Measured) -> dict[str, Any]:
    counts = list(one.value) if isinstance(one.value, tuple) else None
    return {
        "measure": one.measure,
        "slice": one.slice.key,
        "window_start": one.window.start,
        "window_end": one.window.end,
        "value": None if counts is not None else one.value,
        "counts": counts,
        "n": one.n,
    }


def find_missing(session: Session, names: Sequence[str], windows: Sequence[Window]) -> dict[Window, frozenset[str]]:
    """For each window the measures not stored yet; windows that lack none are left out."""
    query = select(Measurement.measure, Measurement.window_start, Measurement.window_end).where(
        Measurement.slice == "", Measurement.window_start >= windows[0].start
    )
    there = defaultdict(set)
    for name, start, end in session.exec(query):
        there[Window(start, end)].add(name)
    lacking = {window: frozenset(names) - there[window] for window in windows}
    return {window: missing for window, missing in lacking.items() if missing}


@dataclass
class Stored:
    """Everything measured in some windows, by measure and slice, as series are made of it."""

    windows: tuple[Window, ...]
    found: dict[str, dict[str, dict[int, tuple[Value, int]]]] = field(default_factory=dict)

    @classmethod
    def read(cls, session: Session, windows: Sequence[Window]) -> Stored:
        """All measurements of these windows, from the first that has any."""
        place = {(window.start, window.end): i for i, window in enumerate(windows)}
        table: Any = Measurement
        columns = (table.measure, table.slice, table.window_start, table.window_end, table.value, table.counts, table.n)
        query = sa.select(*columns).where(table.window_start >= windows[0].start, table.window_end <= windows[-1].end)
        found: dict[str, dict[str, dict[int, tuple[Value, int]]]] = defaultdict(lambda: defaultdict(dict))
        for name, part, start, end, value, counts, n in session.execute(query):
            at = place.get((start, end))
            if at is not None:
                found[name][part][at] = (value if counts is None else counts, n)
        return cls(tuple(windows), found)._from_first()

    def _from_first(self) -> Stored:
        """Without the windows before anything was measured."""
        lasts = len(self.windows) - 1
        with_rows = (at for parts in self.found.values() for at, (_, n) in parts.get("", {}).items() if n)
        first = min(with_rows, default=lasts)
        kept = {
            name: {
                part: {at - first: value for at, value in cells.items() if at >= first} for part, cells in parts.items()
            }
            for name, parts in self.found.items()
        }
        return Stored(self.windows[first:], kept)

    def series(self, name: str, counting: bool) -> list[Series]:
        """Every slice's series, everyone first. When counting, a slice without rows in a measured window counts 0."""
        parts = self.found.get(name, {})
        return [self._series(name, part, counting) for part in sorted(parts) if parts[part]]

    def _series(self, name: str, part: str, counting: bool) -> Series:
        cells, everyone = self.found[name][part], self.found[name].get("", {})
        length = len(self.windows)
        bins = max((len(value) for value, _ in cells.values() if isinstance(value, list)), default=0)
        values = np.full((length, bins) if bins else length, np.nan)
        n: NDArray[np.float64] = np.zeros(length)
        for at, (value, rows) in cells.items():
            if value is not None and (not bins or (isinstance(value, list) and len(value) == bins)):
                values[at] = value
            n[at] = rows
        if counting and part and not bins:
            there = [at for at, (_, rows) in everyone.items() if rows and at > min(cells) and at not in cells]
            values[there] = 0.0
        return Series(name, Slice.parse(part), self.windows, values, n)

    def tests(self) -> tuple[int, int]:
        """How many values of the last window are judged: over everyone, and in slices."""
        last = len(self.windows) - 1
        everyone = sum(last in parts.get("", {}) for parts in self.found.values())
        slices = sum(last in cells for parts in self.found.values() for part, cells in parts.items() if part)
        return everyone, slices

    def measured_before(self, names: Iterable[str]) -> int:
        """In how many windows before the last there is a value for everyone, of the best known of these measures."""
        last = len(self.windows) - 1
        counts = [
            sum(value is not None and n > 0 and at < last for at, (value, n) in self.found[name].get("", {}).items())
            for name in names
            if name in self.found
        ]
        return max(counts, default=0)

    def has_data(self, names: Iterable[str]) -> bool:
        """Whether the last window holds any rows for these measures."""
        last = len(self.windows) - 1
        cells = (self.found[name].get("", {}).get(last) for name in names if name in self.found)
        return any(cell is not None and cell[1] > 0 for cell in cells)
