"""Every check at once in other time zones, on the days a clock changes, and asked by a clock of another zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest

from tests.laws.conftest import Room

DAY = timedelta(days=1)
MOMENTS = {  # the columns that hold moments
    "impressions": ("ts", "features_at"),
    "outcomes": ("ts",),
    "requests": ("ts", "features_at"),
    "features_offline": ("ts",),
    "calls": ("ts",),
    "changes": ("ts",),
    "items": ("launch_date",),
    "members": ("joined_at",),
}


def move(room: Room, days: int) -> None:
    """Everything happened so many days later."""
    with duckdb.connect() as duck:
        duck.execute("SET TimeZone = 'UTC'")
        for table, columns in MOMENTS.items():
            folder = room.tables / table
            moved = ", ".join(f"{name} + INTERVAL {days} DAY AS {name}" for name in columns)
            every = f"read_parquet('{folder}/*.parquet', union_by_name = true)"
            duck.execute(f"COPY (SELECT * REPLACE ({moved}) FROM {every}) TO '{folder}/all.new' (FORMAT parquet)")
            for file in folder.glob("*.parquet"):
                file.unlink()
            (folder / "all.new").rename(folder / "all.parquet")


def test_a_clock_of_another_zone_judges_the_same_window(room: Room) -> None:
    first = room.judge()
    rows = room.rows()
    for zone in ("Asia/Tokyo", "America/Los_Angeles"):
        assert room.judge(room.today.astimezone(ZoneInfo(zone))) == first
    assert room.rows() == rows


@pytest.mark.parametrize(
    ("zone", "ends"),
    [
        ("America/New_York", timedelta(hours=5)),
        pytest.param("Asia/Kolkata", timedelta(hours=18.5), marks=pytest.mark.slow),
    ],
)
def test_days_of_another_zone_are_judged_whole_and_nothing_is_wrong(
    zone: str, ends: timedelta, new_room: Callable[..., Room]
) -> None:
    room = new_room(zone)
    said = room.judge()
    assert said.window.end - said.window.start == DAY
    assert said.window.end == room.today - DAY + ends
    assert {one.state for one in said.outcomes} <= {"quiet", "warming-up"}, said.findings
    assert room.judge() == said


@pytest.mark.slow
@pytest.mark.parametrize(
    ("day", "hours"), [(datetime(2026, 3, 29, tzinfo=UTC), 23), (datetime(2026, 10, 25, tzinfo=UTC), 25)]
)
def test_the_day_a_clock_changes_is_a_day_like_any_other(
    day: datetime, hours: int, new_room: Callable[..., Room]
) -> None:
    room = new_room("Europe/Berlin")
    move(room, (day + DAY - room.today).days)
    said = room.judge(day + DAY)
    assert said.window.end - said.window.start == timedelta(hours=hours)
    others = [one for one in said.outcomes if one.code != "M01"]  # the registry's versions were not moved: they are old
    assert {one.state for one in others} <= {"quiet", "warming-up"}, said.findings
    after = room.rows()
    assert room.judge(day + DAY) == said
    assert room.rows() == after
