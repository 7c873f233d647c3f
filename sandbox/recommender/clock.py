"""The sandbox's time: it stands still until somebody moves it, so a day can pass in a second."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class SandboxClock:
    """A clock that the world moves; given to the bot like any other clock."""

    def __init__(self, now: datetime) -> None:
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        """This moment in the sandbox, aware, in UTC."""
        return self._now

    def move_to(self, moment: datetime) -> None:
        """Time passes until `moment`; raises ValueError when that lies in the past."""
        if moment < self._now:
            raise ValueError(f"The sandbox clock reads {self._now:%Y-%m-%d %H:%M}; it cannot go back to {moment}.")
        self._now = moment.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Let `by` pass."""
        self.move_to(self._now + by)
