"""Writing measurements: one row a measure and window, with every slice in packed arrays; written once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col, select

from bot.detection.packing import pack
from bot.recommender.contract import Measured
from bot.store.tables import Measurements, SliceName
from checks.base import Kind, Window

Cell = tuple[str, float | tuple[float, ...] | None, int]  # slice key, value, n
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
    cells: dict[tuple[str, Window], list[Cell]] = defaultdict(list)
    for measure, window, cell in _cells(measured):
        cells[(measure, window)].append(cell)
    if not cells:
        return
    numbers = number_slices(session, {key for group in cells.values() for key, _, _ in group})
    rows = [
        {"measure": name, "window_start": window.start, "window_end": window.end, "kind": (kinds or {}).get(name, "")}
        | _pack(group, numbers)
        for (name, window), group in cells.items()
    ]
    session.execute(insert_new(session, Measurements), rows)


def _cells(measured: Iterable[Measured]) -> Iterator[tuple[str, Window, Cell]]:
    """Each measurement with its slice's key; a scan's measures share their slices, whose keys are made once."""
    keys: dict[int, tuple[object, str]] = {}  # by identity, which the slice kept beside it makes safe
    for one in measured:
        known = keys.get(id(one.slice))
        if known is None:
            known = keys[id(one.slice)] = (one.slice, one.slice.key)
        yield one.measure, one.window, (known[1], one.value, one.n)


def _pack(cells: Sequence[Cell], numbers: Mapping[str, int]) -> dict[str, Any]:
    """The columns of one row; cells of the same slice twice count once, the first."""
    cells = list({key: (key, value, n) for key, value, n in reversed(cells)}.values())
    bins = max((len(value) for _, value, _ in cells if isinstance(value, tuple)), default=0)
    everyone = next(((value, n) for key, value, n in cells if key == ""), None)
    values = _histograms(cells, bins) if bins else np.array([np.nan if v is None else v for _, v, _ in cells], float)
    return {
        "slices": len(cells) - (everyone is not None),
        "everyone": everyone is not None,
        "valued": everyone is not None and everyone[0] is not None,
        "rows": everyone[1] if everyone else 0,
        "bins": bins,
        "ids": pack([numbers[key] for key, _, _ in cells]),
        "n": pack([n for _, _, n in cells]),
        "values": pack(values),
    }


def _histograms(cells: Sequence[Cell], bins: int) -> NDArray[np.float64]:
    none = (np.nan,) * bins
    return np.array([v if isinstance(v, tuple) and len(v) == bins else none for _, v, _ in cells], dtype=float)


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
    query = select(Measurements.measure, Measurements.window_start, Measurements.window_end).where(
        Measurements.window_start >= windows[0].start
    )
    there = defaultdict(set)
    for name, start, end in session.exec(query):
        there[Window(start, end)].add(name)
    lacking = {window: frozenset(names) - there[window] for window in windows}
    return {window: missing for window, missing in lacking.items() if missing}
