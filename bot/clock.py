"""What time it is, for everyone who asks. Nothing else in the product reads the system's clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Where time comes from."""

    def now(self) -> datetime:
        """This moment, aware, in UTC."""


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        return datetime.now(UTC)


class ReplayClock:
    """Time that starts at `start` and runs `speed` times as fast: to replay a history that has already happened."""

    def __init__(self, start: datetime, speed: float = 1.0) -> None:
        self._start = start.astimezone(UTC)
        self._speed = speed
        self._zero = time.monotonic()

    def now(self) -> datetime:
        """The replayed moment, aware, in UTC."""
        return self._start + timedelta(seconds=(time.monotonic() - self._zero) * self._speed)
