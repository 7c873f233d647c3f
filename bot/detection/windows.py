"""Which stretches of time are judged: whole local days, or whole hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.detection.policy import Policy
from checks.base import Window
from checks.rhythm import windows_in

DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
REMEMBERED, REMEMBERED_DAYS = 60, 15  # windows, and days, of history that are measured and that a value is judged on


def latest_window(as_of: datetime, policy: Policy) -> Window:
    """The newest window that is over, and whose rows have had `policy.lateness` to arrive."""
    moment = as_of.astimezone(UTC) - policy.lateness
    if policy.window % DAY:
        end = EPOCH + (moment - EPOCH) // policy.window * policy.window
    else:
        local = moment.astimezone(ZoneInfo(policy.timezone))
        end = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return _back(end, 1, policy)


def history_windows(window: Window, policy: Policy, count: int | None = None) -> tuple[Window, ...]:
    """The `count` windows (default: all that are remembered) that end with this one, oldest first.

    A day of a changing clock has 23 or 25 hours.
    """
    count = count or windows_in(REMEMBERED_DAYS, policy.window, REMEMBERED)
    end = window.end if policy.window % DAY else window.end.astimezone(ZoneInfo(policy.timezone))
    return tuple(_back(end, steps, policy) for steps in range(count, 0, -1))


def due_times(last: datetime | None, now: datetime, policy: Policy) -> list[datetime]:
    """The moments after `last`, up to `now`, at which a window became ready to judge, oldest first.

    Without a `last` the newest window alone is due: older ones are history to learn from.
    """
    newest = latest_window(now, policy)
    ready = [window.end + policy.lateness for window in history_windows(newest, policy)]
    return ready[-1:] if last is None else [moment for moment in ready if last < moment <= now]


def _back(end: datetime, steps: int, policy: Policy) -> Window:
    """The window `steps` windows before `end`; arithmetic on local wall time, answers in UTC."""
    start, stop = end - steps * policy.window, end - (steps - 1) * policy.window
    return Window(start.astimezone(UTC), stop.astimezone(UTC))
