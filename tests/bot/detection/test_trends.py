"""How a number went: weeks that were rolled up, and the weeks of what is still kept whole."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.detection.measurements import write
from bot.detection.retention import Retention, tidy
from bot.detection.trends import UnknownMeasure, read_trend
from bot.recommender.contract import Measured
from bot.store.sessions import Store
from checks.base import EVERYONE
from tests.checks.fakes import DAY, NORTH, SOUTH, START, days

KEEP = Retention(whole=timedelta(days=10))


def _fill(store: Store) -> None:
    """25 days from a Monday, of which two weeks are rolled up."""
    with store.session() as session:
        for i, window in enumerate(days(25)):
            rows = [Measured("rows", EVERYONE, window, 10.0, 10), Measured("sizes", EVERYONE, window, (1.0, 2.0), 3)]
            write(session, [*rows, *([Measured("rows", NORTH, window, 4.0, 4)] if i > 8 else [])], {"rows": "count"})
    while not tidy(store, "UTC", START + 25 * DAY, KEEP):
        pass


def test_a_trend_goes_on_from_the_rolled_up_weeks_to_the_running_one(store: Store) -> None:
    _fill(store)
    summed, weeks = read_trend(store, "rows", EVERYONE, "UTC")
    assert summed
    assert [(week.start - START).days for week in weeks] == [0, 7, 14, 21]
    assert [(week.value, week.n, week.windows) for week in weeks] == [
        (70, 70, 0),
        (70, 70, 0),
        (70, 70, 7),
        (40, 40, 4),
    ]


def test_a_slice_that_came_later_has_no_number_before(store: Store) -> None:
    _fill(store)
    _, weeks = read_trend(store, "rows", NORTH, "UTC")
    assert [week.value for week in weeks] == [None, 20, 28, 16]


@pytest.mark.parametrize(("measure", "words"), [("row", "Near it: rows"), ("sizes", "is a histogram")])
def test_what_has_no_trend_is_said_with_what_comes_near(store: Store, measure: str, words: str) -> None:
    _fill(store)
    with pytest.raises(UnknownMeasure, match=words):
        read_trend(store, measure, EVERYONE, "UTC")
    with pytest.raises(UnknownMeasure, match="not been measured in region=South"):
        read_trend(store, "rows", SOUTH, "UTC")
