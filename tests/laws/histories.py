"""Histories such as life makes them, for whatever a check measures."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from checks.base import EVERYONE, Measure, Series, Slice, Window
from checks.judging import Check
from tests.checks.fakes import FakeHistory, a_schema, days

Numbers = NDArray[np.float64]
MANY = 29
LEVELS = {"count": 4000.0, "rate": 0.2, "mean": 3.0, "age": 600.0, "quantity": 80.0, "exposure": 300.0}
STRANGE = ("", "Île-de-France ☃", "North & South", "a & b=c", "=", "x=1", "' OR 1=1 --", "other", "\n")


def steady(measure: Measure, windows: Sequence[Window], where: Slice = EVERYONE) -> Series:
    """A healthy series of this measure: a level with a little noise, the same whenever it is made."""
    rng = np.random.default_rng(zlib.crc32(f"{measure.name}|{where.key}".encode()))
    size = (len(windows), 10) if measure.kind == "histogram" else (len(windows),)
    level = 100.0 if measure.kind == "histogram" else LEVELS.get(measure.kind, 50.0)
    values = level * (1 + 0.02 * rng.standard_normal(size))
    return Series(measure.name, where, tuple(windows), values, np.full(len(windows), 4000.0))


def places(measure: Measure) -> list[Slice]:
    """Everyone, and two parts of each column it is broken down by."""
    return [EVERYONE, *(Slice(((column, value),)) for column in measure.slices for value in ("North", "South"))]


def a_history(check: Check, windows: Sequence[Window] | None = None) -> list[Series]:
    """A healthy history of all that a check measures."""
    over = windows if windows is not None else days(MANY)
    return [steady(one, over, where) for one in check.measures(a_schema()) for where in places(one)]


@dataclass(frozen=True)
class Case:
    """One kind of history, made for any check."""

    name: str
    make: Callable[[Check], list[Series]]
    is_quiet: bool = False  # nothing is wrong in it, so nothing may be found


def every_case() -> Iterator[Case]:
    """Each kind of poor, strange or broken history."""
    yield Case("empty", lambda _: [], is_quiet=True)
    yield Case("one window", lambda check: a_history(check, days(1)), is_quiet=True)
    yield Case("two windows", lambda check: a_history(check, days(2)), is_quiet=True)
    yield Case("one row", _last(lambda one: one, n=1.0))
    yield Case("all null", _all(lambda values: np.full_like(values, np.nan), n=0.0), is_quiet=True)
    yield Case("null of many rows", _last(lambda values: values * np.nan))
    yield Case("not a number among them", _some(np.nan))
    yield Case("infinite", _last(lambda values: values + np.inf))
    yield Case("minus infinite", _last(lambda values: values - np.inf))
    yield Case("infinite once before", _some(np.inf))
    yield Case("all zero", _all(np.zeros_like), is_quiet=True)
    yield Case("zero n", _all(lambda values: values, n=0.0))
    yield Case("nothing any more", _last(np.zeros_like, n=0.0))
    yield Case("ten times as much", _last(lambda values: values * 10))
    yield Case("a tenth", _last(lambda values: values / 10))
    yield Case("a slice never seen before", _seen_only_last, is_quiet=True)
    yield Case("a slice that vanished", _vanished)
    yield Case("strange names", _strangely_named)
    for zone, first in (
        ("Europe/Berlin", "2026-03-01"),
        ("Europe/Berlin", "2026-09-27"),
        ("Asia/Kolkata", "2026-03-01"),
    ):
        yield Case(f"{zone} from {first}", _in_zone(zone, datetime.fromisoformat(first)), is_quiet=True)


def _change(one: Series, values: Numbers, n: Numbers) -> Series:
    return replace(one, values=values, n=n)


def _all(alter: Callable[[Numbers], Numbers], n: float | None = None) -> Callable[[Check], list[Series]]:
    def make(check: Check) -> list[Series]:
        return [
            _change(one, alter(one.values), one.n if n is None else np.full_like(one.n, n)) for one in a_history(check)
        ]

    return make


def _last(alter: Callable[[Numbers], Numbers], n: float | None = None) -> Callable[[Check], list[Series]]:
    def make(check: Check) -> list[Series]:
        found = []
        for one in a_history(check):
            values, rows = one.values.copy(), one.n.copy()
            values[-1], rows[-1] = alter(values[-1]), rows[-1] if n is None else n
            found.append(_change(one, values, rows))
        return found

    return make


def _some(value: float) -> Callable[[Check], list[Series]]:
    def make(check: Check) -> list[Series]:
        found = []
        for one in a_history(check):
            values = one.values.copy()
            values[[3, 11, MANY - 2]] = value
            found.append(_change(one, values, one.n))
        return found

    return make


def _seen_only_last(check: Check) -> list[Series]:
    """Of the slice columns alone: a reason for exclusion never seen before is news."""
    sliced = [(one, name) for one in _measures(check) for name in one.slices if name in a_schema().slices]
    new = [steady(one, days(MANY), Slice(((name, "New"),))) for one, name in sliced]
    first = np.arange(MANY) < MANY - 1
    hidden = []
    for one in new:
        values, n = one.values.copy(), one.n.copy()
        values[first], n[first] = (0.0 if _is_count(check, one) else np.nan), 0.0
        hidden.append(_change(one, values, n))
    return a_history(check) + hidden


def _vanished(check: Check) -> list[Series]:
    found = []
    for one in a_history(check):
        if one.slice != Slice((("region", "South"),)):
            found.append(one)
            continue
        values, n = one.values.copy(), one.n.copy()
        values[-1], n[-1] = (0.0 if _is_count(check, one) else np.nan), 0.0
        found.append(_change(one, values, n))
    return found


def _strangely_named(check: Check) -> list[Series]:
    parts = [
        steady(one, days(MANY), Slice(((name, value),)))
        for one in _measures(check)
        for name in one.slices
        for value in STRANGE
    ]
    for one in parts:
        one.values[-1] *= 5
    return a_history(check) + parts


def _in_zone(zone: str, first: datetime) -> Callable[[Check], list[Series]]:
    local = [first.replace(tzinfo=ZoneInfo(zone)) + timedelta(days=day) for day in range(MANY + 1)]
    moments = [moment.astimezone(ZoneInfo("UTC")) for moment in local]
    windows = [Window(a, b) for a, b in itertools.pairwise(moments)]
    return lambda check: a_history(check, windows)


def _measures(check: Check) -> Sequence[Measure]:
    return check.measures(a_schema())


def _is_count(check: Check, series: Series) -> bool:
    return any(one.name == series.measure and one.kind in ("count", "exposure") for one in _measures(check))


def as_history(given: Sequence[Series]) -> FakeHistory:
    """As a check is told it, its arrays shut against writing."""
    for one in given:
        one.values.setflags(write=False)
        one.n.setflags(write=False)
    return FakeHistory([*given, steady_row()])


def steady_row() -> Series:
    """What no check asks for: it tells the windows where nothing else was measured."""
    return Series("unrelated", EVERYONE, days(MANY), np.ones(MANY), np.ones(MANY))
