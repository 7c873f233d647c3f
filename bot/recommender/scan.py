"""All measures of one relation over many windows in one statement, and its answer taken apart again."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from bot.recommender.contract import Measured
from bot.recommender.dialect import quote, text, to_sql
from bot.recommender.reading import Bounds
from checks.base import EVERYONE, Measure, Schema, Slice, Window

MOST_VALUES = 50  # of one slice column; the rest are counted together
OTHER, UNKNOWN = "other", "unknown"

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Scan:
    """One statement's worth of work: measures of one relation over windows on one grid."""

    measures: tuple[Measure, ...]
    windows: tuple[Window, ...]
    kept: Mapping[str, tuple[str, ...]]  # slice column -> the only values told apart, where there are too many
    everyone: bool = True  # whether everyone is asked for, or the slices alone

    @cached_property
    def bounds(self) -> Bounds:
        """The stretch of time to read."""
        first = min(self.windows)
        return Bounds(first.start, max(window.end for window in self.windows), first.end - first.start)

    @property
    def relation(self) -> str | None:
        """The relation that all measures are of; None where they are of several that are read as one."""
        relations = {measure.relation for measure in self.measures}
        return relations.pop() if len(relations) == 1 else None

    @cached_property
    def slices(self) -> tuple[str, ...]:
        """Every slice column that some measure asks for."""
        return tuple(dict.fromkeys(name for measure in self.measures for name in measure.slices))

    @cached_property
    def told(self) -> tuple[tuple[str, str], ...]:
        """The SQL of each measure's value and n (compiling is the dear part of a small scan: once)."""
        return tuple((to_sql(measure.value), to_sql(measure.n)) for measure in self.measures)

    @cached_property
    def aggregates(self) -> tuple[str, ...]:
        """The SQL of every value and n, each different one once."""
        return tuple(dict.fromkeys(sql for pair in self.told for sql in pair))

    @cached_property
    def _places(self) -> tuple[tuple[int, int], ...]:
        """Where in a row each measure's value and n stand."""
        place = {sql: 1 + 2 * len(self.slices) + i for i, sql in enumerate(self.aggregates)}
        return tuple((place[value], place[n]) for value, n in self.told)

    def statements(self, relation: str) -> tuple[str, ...]:
        """To be executed one after another; the last one gives the rows: one GROUP BY over (window) and (window, slice)
        for each slice, on the SQL of the relation.

        The window's number stands in the rows as window_, the slice columns as slice_0, slice_1, ...
        """
        return (self.group(self.rows(relation)),)

    @property
    def groups(self) -> list[str]:
        """What the slice columns are called in the rows."""
        return [f"slice_{i}" for i, _ in enumerate(self.slices)]

    def rows(self, relation: str) -> str:
        """SQL of the relation's rows in these windows, with their window's number and slices."""
        numbers = {(window.start - self.bounds.start) // self.bounds.length for window in self.windows}
        window = self.bounds.window_number("ts")
        sparse = len(numbers) * self.bounds.length < self.bounds.end - self.bounds.start
        only = f" WHERE {window} IN ({', '.join(map(str, sorted(numbers)))})" if sparse else ""
        parts = [f"{self._slice_sql(name)} AS slice_{i}" for i, name in enumerate(self.slices)]
        return f"SELECT *, {', '.join([f'{window} AS window_', *parts])} FROM ({relation}){only}"

    def group(self, rows: str) -> str:
        """The aggregates of such rows, for each window and each slice of it."""
        sets = ", ".join(["(window_)", *(f"(window_, {group})" for group in self.groups)])
        told = ["window_", *self.groups, *(f"grouping({group})" for group in self.groups), *self.aggregates]
        return f"SELECT {', '.join(told)} FROM ({rows}) GROUP BY GROUPING SETS ({sets})"

    def _slice_sql(self, name: str) -> str:
        value = slice_value(name)
        if name not in self.kept:
            return value
        return f"CASE WHEN {value} IN ({', '.join(map(text, self.kept[name]))}) THEN {value} ELSE '{OTHER}' END"

    def find_crowded(self, rows: Sequence[Row]) -> dict[str, tuple[str, ...]]:
        """The slice columns with more values than can be told apart, and the commonest values of each."""
        crowded = {}
        for i, name in enumerate(self.slices):
            total: dict[str, float] = defaultdict(float)
            for row in rows:
                if row[1 + len(self.slices) + i] == 0:
                    total[row[1 + i]] += float(row[self._places[0][1]] or 0)
            if len(total) > MOST_VALUES + (name in self.kept):
                crowded[name] = tuple(sorted(total, key=lambda value: (-total[value], value))[:MOST_VALUES])
        return crowded

    def take_apart(self, rows: Sequence[Row]) -> list[Measured]:
        """The answer as measurements; a window without rows still gets one for everyone (a count of 0, else None)."""
        groups = self._groups(rows)
        for window in self.windows if self.everyone else ():
            groups.setdefault((window, EVERYONE), ())
        return [
            _measured(measure, where, window, row[value] if row else None, row[n] if row else 0)
            for (window, where), row in sorted(groups.items(), key=lambda group: group[0])
            for measure, (value, n) in zip(self.measures, self._places, strict=True)
            if not where.parts or where.parts[0][0] in measure.slices
        ]

    def _groups(self, rows: Iterable[Row]) -> dict[tuple[Window, Slice], Row]:
        count = len(self.slices)
        groups = {}
        grid = {(window.start - self.bounds.start) // self.bounds.length: window for window in self.windows}
        for row in rows:
            named = [(name, row[1 + i]) for i, name in enumerate(self.slices) if row[1 + count + i] == 0]
            if row[0] in grid and (named or self.everyone):
                groups[(grid[row[0]], Slice(tuple(named)))] = row
        return groups


def plan_scans(
    measures: Sequence[Measure],
    windows: Sequence[Window],
    kept: Mapping[str, tuple[str, ...]],
    wider: Mapping[str, str] | None = None,
) -> list[tuple[str, Scan]]:
    """As few scans as the measures' relations and the windows' grids allow: one a relation, as a rule.

    `wider` names relations that another has all rows and columns of: where both are measured, it is done on that one.
    """
    asked = {measure.relation for measure in measures}
    by_relation: dict[str, list[Measure]] = defaultdict(list)
    for measure in measures:
        instead = (wider or {}).get(measure.relation)
        by_relation[instead if instead in asked and instead else measure.relation].append(measure)
    grids: dict[tuple[timedelta, timedelta], list[Window]] = defaultdict(list)
    for window in sorted(set(windows)):
        length = window.end - window.start
        grids[(length, (window.start - _epoch(window.start)) % length)].append(window)
    return [
        (relation, Scan(tuple(wanted), tuple(grid), kept))
        for relation, wanted in by_relation.items()
        for grid in grids.values()
    ]


def refuse_unmeasurable(schema: Schema, measure: Measure) -> None:
    """ValueError for a measure of what its relation lacks, or of a relation that is not there."""
    columns = schema.relations.get(measure.relation)
    if columns is None:
        raise ValueError(f"{measure.name} measures {measure.relation}, which is not mapped")
    for needed in ("ts", *measure.slices):
        if needed not in columns:
            raise ValueError(f"{measure.name} needs {needed}, which {measure.relation} lacks")


def slice_value(name: str) -> str:
    """SQL for a slice column's value as text; nothing is "unknown"."""
    return f"coalesce(CAST({quote(name)} AS VARCHAR), '{UNKNOWN}')"


def _epoch(moment: datetime) -> datetime:
    return datetime(1970, 1, 1, tzinfo=moment.tzinfo)


def _measured(measure: Measure, where: Slice, window: Window, value: Any, n: Any) -> Measured:
    number = _number(value, window)
    if number is None and measure.kind == "count" and not n:
        number = 0.0
    return Measured(measure.name, where, window, number, int(n or 0))


def _number(value: Any, window: Window) -> float | tuple[float, ...] | None:
    """A float or a tuple of counts; NaN is no value. A moment becomes its age at the window's end, in seconds."""
    if isinstance(value, list):
        return tuple(float(count or 0) for count in value)
    if isinstance(value, datetime):
        return (window.end.replace(tzinfo=None) - value).total_seconds()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if value is None or not math.isfinite(value):
        return None
    return float(value)
