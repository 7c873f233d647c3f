"""Which stretch of time is judged."""

import itertools
from datetime import UTC, datetime, timedelta

from bot.detection.policy import Policy
from bot.detection.windows import due_times, history_windows, latest_window
from checks.base import Window

HOUR = timedelta(hours=1)


def _utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def test_a_day_is_judged_when_it_is_over() -> None:
    whole = Window(_utc(2026, 3, 1), _utc(2026, 3, 2))
    assert latest_window(_utc(2026, 3, 2), Policy()) == whole
    assert latest_window(_utc(2026, 3, 2, 23, 59), Policy()) == whole


def test_late_rows_are_waited_for() -> None:
    policy = Policy(lateness=3 * HOUR)
    assert latest_window(_utc(2026, 3, 2, 2), policy).end == _utc(2026, 3, 1)
    assert latest_window(_utc(2026, 3, 2, 3), policy).end == _utc(2026, 3, 2)


def test_a_local_day_of_a_changing_clock_has_23_or_25_hours() -> None:
    policy = Policy(timezone="Europe/Paris")
    spring = latest_window(_utc(2026, 3, 30, 12), policy)
    autumn = latest_window(_utc(2026, 10, 26, 12), policy)
    assert (spring.end - spring.start, autumn.end - autumn.start) == (23 * HOUR, 25 * HOUR)
    days = history_windows(spring, policy, 5)
    assert all(before.end == after.start for before, after in itertools.pairwise(days))
    assert days[-1] == spring


def test_hours_are_whole_hours() -> None:
    policy = Policy(window=6 * HOUR)
    assert latest_window(_utc(2026, 3, 2, 13), policy) == Window(_utc(2026, 3, 2, 6), _utc(2026, 3, 2, 12))
    assert history_windows(latest_window(_utc(2026, 3, 2, 13), policy), policy, 3)[0].start == _utc(2026, 3, 1, 18)


def test_every_window_that_became_ready_is_due_once_oldest_first() -> None:
    policy = Policy(lateness=HOUR)
    now = _utc(2026, 3, 5, 12)
    assert due_times(None, now, policy) == [_utc(2026, 3, 5, 1)]
    assert due_times(_utc(2026, 3, 3, 1), now, policy) == [_utc(2026, 3, 4, 1), _utc(2026, 3, 5, 1)]
    assert due_times(_utc(2026, 3, 5, 1), now, policy) == []
