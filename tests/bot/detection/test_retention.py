"""Old measurements become weeks, old weeks go; nothing is lost on the way, however often it is begun."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sqlmodel import col, select

from bot.detection.measurements import number_slices, write
from bot.detection.packing import unpack
from bot.detection.retention import Retention, tidy
from bot.recommender.contract import Measured
from bot.store.sessions import Store
from bot.store.tables import Block, CheckRun, Measurements, WeeklyMeasurements
from checks.base import EVERYONE, Kind, Slice, Window
from tests.checks.fakes import DAY, NORTH, START, days

KEEP = Retention(whole=timedelta(days=10), weekly=timedelta(weeks=5))
KINDS: dict[str, Kind] = {"rows": "count", "ndcg": "mean", "sizes": "histogram", "schema": "columns"}


def _fill(store: Store, count: int = 28) -> None:
    """Four weeks from a Monday; the North has a value on Mondays only."""
    with store.session() as session:
        for i, window in enumerate(days(count)):
            measured = [
                Measured("rows", EVERYONE, window, 10.0 + i, 10 + i),
                Measured(
                    "ndcg", EVERYONE, window, None if i == 1 else 0.1 * (i % 7), 0 if i == 1 else 100 * (i % 7 + 1)
                ),
                Measured("sizes", EVERYONE, window, (float(i), 1.0), i + 1),
                Measured("schema", Slice((("column", "score DOUBLE"),)), window, 1.0, 1),
            ]
            if i % 7 == 0:
                measured += [Measured("rows", NORTH, window, 3.0, 3), Measured("ndcg", NORTH, window, 0.5, 7)]
            write(session, measured, KINDS)


def _blocks(store: Store, table: type[Block], measure: str) -> list[dict[str, tuple[list[float], float]]]:
    """By week or window, each slice's values and n."""
    with store.session() as session:
        names = {number: key for key, number in number_slices(session, {"", NORTH.key}).items()}
        blocks = session.exec(select(table).where(table.measure == measure).order_by(col(table.window_start))).all()
    found = []
    for block in blocks:
        ids, n = unpack(block.ids), unpack(block.n)
        values = unpack(block.values).astype(float).reshape(len(ids), -1)
        found.append({names[int(i)]: (values[at].tolist(), float(n[at])) for at, i in enumerate(ids)})
    return found


def _whole(store: Store) -> dict[str, int]:
    with store.session() as session:
        names = list(session.exec(select(Measurements.measure)))
    return {name: names.count(name) for name in dict.fromkeys(names)}


def _tidy(store: Store, zone: str, now: datetime, keep: Retention) -> None:
    while not tidy(store, zone, now, keep):
        pass


def test_counts_and_histograms_are_added_up_and_means_are_weighted_with_their_rows(store: Store) -> None:
    _fill(store)
    _tidy(store, "UTC", START + 28 * DAY, KEEP)
    (first, second) = _blocks(store, WeeklyMeasurements, "rows")
    assert first == {"": ([sum(range(10, 17))], sum(range(10, 17))), NORTH.key: ([3.0], 3.0)}
    assert second[""][0] == [sum(range(17, 24))]
    assert _blocks(store, WeeklyMeasurements, "sizes")[0][""] == ([21.0, 7.0], 28.0)
    weighted = sum(0.1 * d * 100 * (d + 1) for d in range(7) if d != 1) / sum(100 * (d + 1) for d in range(7) if d != 1)
    ndcg = _blocks(store, WeeklyMeasurements, "ndcg")[0]
    assert ndcg[""][0] == [pytest.approx(weighted)]
    assert ndcg[NORTH.key] == ([0.5], 7.0)


def test_only_whole_weeks_that_are_old_enough_are_rolled_up(store: Store) -> None:
    _fill(store)
    _tidy(store, "UTC", START + 28 * DAY, KEEP)
    assert _whole(store) == {"ndcg": 14, "rows": 14, "schema": 14, "sizes": 14}
    with store.session() as session:
        weeks = session.exec(select(WeeklyMeasurements).where(WeeklyMeasurements.measure == "rows")).all()
    assert [(week.window_start, week.window_end) for week in weeks] == [
        (START, START + 7 * DAY),
        (START + 7 * DAY, START + 14 * DAY),
    ]
    assert [(week.slices, week.everyone, week.rows) for week in weeks] == [(1, True, 91), (1, True, 140)]


def test_what_a_table_looked_like_makes_no_week(store: Store) -> None:
    _fill(store)
    _tidy(store, "UTC", START + 28 * DAY, KEEP)
    assert _blocks(store, WeeklyMeasurements, "schema") == []


def test_doing_it_again_changes_nothing_and_a_week_written_before_a_crash_stays(store: Store) -> None:
    _fill(store)
    _tidy(store, "UTC", START + 28 * DAY, KEEP)
    before = _blocks(store, WeeklyMeasurements, "rows")
    with store.session() as session:  # as if the windows of the first week had come back
        write(session, [Measured("rows", EVERYONE, days(1)[0], 99.0, 99)], KINDS)
    _tidy(store, "UTC", START + 28 * DAY, KEEP)
    assert _blocks(store, WeeklyMeasurements, "rows") == before
    assert _whole(store)["rows"] == 14


def test_much_work_is_done_a_little_at_a_time(store: Store) -> None:
    _fill(store, 70)
    hurried = Retention(KEEP.whole, timedelta(weeks=50), at_once=1e-9)
    ticks = 1
    while not tidy(store, "UTC", START + 70 * DAY, hurried):
        ticks += 1
        assert ticks < 100
    assert ticks > 20
    assert len(_blocks(store, WeeklyMeasurements, "rows")) == 8


def test_old_weeks_go_and_old_runs_too_those_with_a_finding_last(store: Store) -> None:
    _fill(store, 70)
    now = START + 70 * DAY
    with store.session() as session:
        for i, outcome in ((0, "finding"), (8, "quiet"), (60, "finding"), (9, "finding"), (68, "quiet")):
            window = Window(START + i * DAY, START + (i + 1) * DAY)
            session.add(CheckRun(code="D01", window_start=window.start, window_end=window.end, outcome=outcome, at=now))
    _tidy(store, "UTC", now, Retention(KEEP.whole, timedelta(weeks=9)))
    assert len(_blocks(store, WeeklyMeasurements, "rows")) == 8 - 1
    with store.session() as session:
        left = session.exec(select(CheckRun).order_by(col(CheckRun.window_start))).all()
    assert [(run.window_start - START).days for run in left] == [9, 60, 68]


def test_weeks_are_those_of_the_operators_zone(store: Store) -> None:
    """In Tokyo Monday begins on Sunday at 15:00 UTC."""
    first = datetime(2026, 1, 4, 15, tzinfo=UTC)
    windows = [Window(first + i * DAY, first + (i + 1) * DAY) for i in range(14)]
    with store.session() as session:
        write(session, [Measured("rows", EVERYONE, window, 1.0, 1) for window in windows], KINDS)
    _tidy(store, "Asia/Tokyo", first + 30 * DAY, KEEP)
    assert [week[""][0] for week in _blocks(store, WeeklyMeasurements, "rows")] == [[7.0], [7.0]]


def test_a_week_in_which_nothing_was_measured_in_a_slice_has_no_value_there(store: Store) -> None:
    with store.session() as session:
        write(session, [Measured("ndcg", EVERYONE, window, None, 0) for window in days(7)], KINDS)
    _tidy(store, "UTC", START + 30 * DAY, KEEP)
    (week,) = _blocks(store, WeeklyMeasurements, "ndcg")
    assert np.isnan(week[""][0][0])
