"""Measurements are written once, in blocks, and read back as they were measured."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import func, select

from bot.detection.measurements import find_missing, write
from bot.detection.packing import HEAD, pack, unpack
from bot.detection.stored import Stored
from bot.recommender.contract import Measured
from bot.store.sessions import Store
from bot.store.tables import Measurements
from checks.base import EVERYONE, Slice, Window
from checks.block import SeriesBlock
from tests.checks.fakes import NORTH, SOUTH, days

FLOATS = st.floats(allow_nan=True, allow_infinity=True, width=64)


def _one(window: Window, value: float | tuple[float, ...] | None, where: Slice = EVERYONE, n: int = 10) -> Measured:
    return Measured("rows", where, window, value, n)


def _keep(store: Store, *measured: Measured) -> None:
    with store.session() as session:
        write(session, measured, {"rows": "count"})


def _block(store: Store, windows: tuple[Window, ...], counting: bool = False) -> SeriesBlock:
    series = Stored.read(store, windows).series("rows", counting)
    assert isinstance(series, SeriesBlock)
    return series


@given(st.lists(FLOATS, max_size=40) | st.lists(st.integers(-5, 2**40).map(float), max_size=40))
def test_packed_numbers_are_the_same_numbers(numbers: list[float]) -> None:
    assert np.array_equal(unpack(pack(numbers)).astype(float), numbers, equal_nan=True)


@pytest.mark.parametrize(
    ("numbers", "bytes_each"), [([0, 255], 1), ([7, 60_000], 2), ([-1, 2e9], 4), ([0.5, np.nan], 4), ([0.1], 8)]
)
def test_numbers_take_no_more_room_than_they_need(numbers: list[float], bytes_each: int) -> None:
    assert len(pack(numbers)) == HEAD + bytes_each * len(numbers)


def test_what_was_measured_is_read_back_by_slice_everyone_first(store: Store) -> None:
    first, second = days(2)
    _keep(store, _one(first, 5.5, SOUTH), _one(first, 8.0), _one(second, None, n=0), _one(second, 2.5, NORTH, 3))
    series = _block(store, (first, second))
    assert [one.slice for one in series] == [EVERYONE, NORTH, SOUTH]
    everyone, north, south = series
    assert np.array_equal(everyone.values, [8.0, np.nan], equal_nan=True)
    assert np.array_equal(north.values, [np.nan, 2.5], equal_nan=True)
    assert (everyone.n.tolist(), north.n.tolist(), south.n.tolist()) == ([10, 0], [0, 3], [10, 0])


def test_histograms_come_back_whole_and_a_window_without_rows_has_none(store: Store) -> None:
    first, second = days(2)
    _keep(store, _one(first, (1.0, 2.0, 3.0)), _one(first, (0.0, 1.0, 0.0), NORTH), _one(second, None, n=0))
    everyone, north = _block(store, (first, second), counting=True)
    np.testing.assert_equal(everyone.values, [[1, 2, 3], [np.nan] * 3])
    np.testing.assert_equal(north.values, [[0, 1, 0], [np.nan] * 3])


def test_when_counting_a_slice_that_is_absent_counts_nothing_once_it_has_been_seen(store: Store) -> None:
    windows = days(5)
    for at, window in enumerate(windows):
        if at != 3:  # a window that was never measured
            _keep(store, _one(window, 9.0), *([_one(window, 4.0, NORTH)] if at == 1 else []))
    _, north = _block(store, windows, counting=True)
    assert np.array_equal(north.values, [np.nan, 4, 0, np.nan, 0], equal_nan=True)
    assert north.n.tolist() == [0, 10, 0, 0, 0]


def test_a_window_once_measured_stays_as_it_was(store: Store) -> None:
    windows = days(2)
    _keep(store, _one(windows[0], 8.0), _one(windows[0], 3.0, NORTH))
    _keep(store, _one(windows[0], 1.0), _one(windows[1], 7.0))
    assert [one.values.tolist() for one in _block(store, windows, counting=True)] == [[8.0, 7.0], [3.0, 0.0]]


def test_two_that_write_at_once_write_one(store: Store) -> None:
    windows = days(6)
    slices = [Slice((("region", f"r{i}"),)) for i in range(700)]
    measured = [_one(window, float(i), where) for window in windows for i, where in enumerate([EVERYONE, *slices])]
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(_keep, store, *measured) for _ in range(4)]:
            done.result()
    with store.session() as session:
        assert session.exec(select(func.count()).select_from(Measurements)).one() == len(windows)
    block = _block(store, windows)
    assert {one.slice: one.values[0] for one in block} == {w: float(i) for i, w in enumerate([EVERYONE, *slices])}


def test_history_begins_where_there_are_rows_and_counts_what_is_judged(store: Store) -> None:
    windows = days(4)
    _keep(store, _one(windows[0], None, n=0), _one(windows[1], 1.0), _one(windows[2], None), _one(windows[3], 2.0))
    _keep(store, Measured("empty", EVERYONE, windows[3], None, 0), Measured("empty", NORTH, windows[3], 1.0, 2))
    stored = Stored.read(store, windows)
    assert stored.windows == windows[1:]
    assert stored.tests() == (2, 1)
    assert stored.measured_before(["rows", "never"]) == 1
    assert (stored.has_data(["rows"]), stored.has_data(["empty", "never"])) == (True, False)
    assert list(stored.series("never", False)) == []


def test_missing_are_the_measures_of_a_window_that_have_no_block(store: Store) -> None:
    windows = days(2)
    _keep(store, _one(windows[0], 1.0))
    with store.session() as session:
        missing = find_missing(session, ("rows", "other"), windows)
    assert missing == {windows[0]: frozenset({"other"}), windows[1]: frozenset({"rows", "other"})}


def test_windows_of_another_length_are_no_part_of_the_history(store: Store) -> None:
    (first,) = days(1)
    half = Window(first.start, first.start + timedelta(hours=12))
    _keep(store, _one(first, 8.0), _one(half, 3.0))
    assert [one.values.tolist() for one in _block(store, (first,))] == [[8.0]]


def test_windows_before_the_first_rows_of_a_table_say_nothing_of_how_many_it_usually_has(store: Store) -> None:
    windows = days(6)
    for at, window in enumerate(windows):
        _keep(store, _one(window, 40.0, n=40) if at in (3, 5) else _one(window, 0.0, n=0))
        with store.session() as session:  # another table has had rows all the time
            write(session, [Measured("others", EVERYONE, window, 1.0, 10)], {"others": "rate"})
    (everyone,) = _block(store, windows, counting=True)
    assert np.array_equal(everyone.values, [np.nan, np.nan, np.nan, 40, 0, 40], equal_nan=True)
    assert Stored.read(store, windows).measured_before(["rows"]) == 1
