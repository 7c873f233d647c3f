"""Writing measurements: one row a measure and window, with every slice in packed arrays; written once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col, select

from bot.detection.packing import pack
from bot.recommender.contract import Measured
from bot.store.tables import Measurements, SliceName
from checks.base import Kind, Slice, Window

Value = float | tuple[float, ...] | None
Cell = tuple[str, Value, int]  # slice key, value, n
ASKED_AT_ONCE = 500  # slice names; for more, all there are are read


def insert_new(session: Session, table: type[SQLModel]) -> sa.Insert:
    """INSERT that leaves a row alone which is already there."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def write(session: Session, measured: Iterable[Measured], kinds: Mapping[str, Kind] | None = None) -> None:
    """Store measurements, all slices of a measure and window at once; what is already stored stays as it is.

    `kinds` of the measures tell a later roll-up whether to add up or to average.
    """
    cells = _gather(measured)
    if not cells:
        return
    numbers = number_slices(session, {key for group in cells.values() for key, _, _ in group})
    rows = [
        {"measure": name, "window_start": window.start, "window_end": window.end, "kind": (kinds or {}).get(name, "")}
        | _pack(group, numbers)
        for (name, window), group in cells.items()
    ]
    session.execute(insert_new(session, Measurements), rows)


def _gather(measured: Iterable[Measured]) -> dict[tuple[str, Window], list[Cell]]:
    """The cells of each measure and window. A scan's measures share windows and slices: each is looked at once."""
    cells: dict[tuple[str, Window], list[Cell]] = {}
    groups: dict[tuple[str, int], tuple[Window, list[Cell]]] = {}  # by identity, which the window beside makes safe
    keys: dict[int, tuple[Slice, str]] = {}
    for one in measured:
        group = groups.get((one.measure, id(one.window)))
        if group is None:
            group = one.window, cells.setdefault((one.measure, one.window), [])
            groups[one.measure, id(one.window)] = group
        known = keys.get(id(one.slice))
        if known is None:
            known = keys[id(one.slice)] = one.slice, one.slice.key
        group[1].append((known[1], one.value, one.n))
    return cells


def _pack(cells: Sequence[Cell], numbers: Mapping[str, int]) -> dict[str, Any]:
    """The columns of one row; of a slice that is there twice the first counts."""
    keys, values, n = zip(*cells, strict=True)
    if len(set(keys)) < len(keys):
        return _pack(list({cell[0]: cell for cell in reversed(cells)}.values()), numbers)
    bins = max((len(value) for value in values if isinstance(value, tuple)), default=0)
    everyone = keys.index("") if "" in keys else None
    return {
        "slices": len(cells) - (everyone is not None),
        "everyone": everyone is not None,
        "valued": everyone is not None and values[everyone] is not None,
        "rows": n[everyone] if everyone is not None else 0,
        "bins": bins,
        "ids": pack([numbers[key] for key in keys]),
        "n": pack(n),
        "values": pack(_histograms(values, bins) if bins else np.array(values, dtype=float)),  # None becomes NaN
    }


def _histograms(values: Sequence[Value], bins: int) -> NDArray[np.float64]:
    none = (np.nan,) * bins
    return np.array([v if isinstance(v, tuple) and len(v) == bins else none for v in values], dtype=float)


def number_slices(session: Session, keys: set[str]) -> dict[str, int]:
    """The number of each slice; those never seen are given one."""
    known = read_numbers(session, keys)
    unknown = sorted(keys - known.keys())
    if unknown:
        session.execute(insert_new(session, SliceName), [{"key": key} for key in unknown])
        known |= read_numbers(session, set(unknown))  # another process may have been first
    return known


def read_numbers(session: Session, keys: set[str]) -> dict[str, int]:
    """The numbers of those of these slices that have one."""
    query = sa.select(col(SliceName.key), col(SliceName.id))
    few = len(keys) <= ASKED_AT_ONCE
    found = session.execute(query.where(col(SliceName.key).in_(keys)) if few else query)
    return {key: number for key, number in found if few or key in keys}


def find_missing(session: Session, names: Sequence[str], windows: Sequence[Window]) -> dict[Window, frozenset[str]]:
    """For each window the measures not stored yet; windows that lack none are left out."""
    full = _full_windows(session, set(names), windows)
    lacking = [window for window in windows if window not in full]
    if not lacking:
        return {}
    query = select(Measurements.measure, Measurements.window_start, Measurements.window_end).where(
        Measurements.window_start >= lacking[0].start
    )
    there = defaultdict(set)
    for name, start, end in session.exec(query):
        there[Window(start, end)].add(name)
    return {window: frozenset(names) - there[window] for window in lacking}


def _full_windows(session: Session, names: set[str], windows: Sequence[Window]) -> set[Window]:
    """Those in which everything is stored; in all but the newest, as a rule, so that they are only counted."""
    table = Measurements
    times = col(table.window_start), col(table.window_end)
    counted = sa.select(*times).where(times[0] >= windows[0].start, col(table.measure).in_(names))
    found = session.execute(counted.group_by(*times).having(sa.func.count() == len(names)))
    return {Window(start, end) for start, end in found}
