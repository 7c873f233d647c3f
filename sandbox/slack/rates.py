"""How often is too often: token buckets per method, and about one message a second per channel."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.slack.wire import RateLimited

PER_CHANNEL_BURST = (
    2  # Slack lets short bursts pass without saying how short; two is strict enough to find a bot that floods
)


@dataclass
class Bucket:
    """So many at once, refilled at a steady rate."""

    size: float
    per_second: float
    level: float
    at: float

    def take(self, now: float) -> float:
        """Takes one; returns 0, or the seconds until there is one."""
        self.level = min(self.size, self.level + max(0.0, now - self.at) * self.per_second)
        self.at = now
        if self.level >= 1:
            self.level -= 1
            return 0.0
        return (1 - self.level) / self.per_second


class Rates:
    """The limits of one app in one workspace (docs.slack.dev/apis/web-api/rate-limits)."""

    def __init__(self, now: Callable[[], float], enforced: bool) -> None:
        self._now = now
        self._enforced = enforced
        self._buckets: dict[str, Bucket] = {}

    def spend(self, method: str, per_minute: int, channel: str | None) -> None:
        """Counts one call; RateLimited with whole seconds to wait when it is one too many."""
        if not self._enforced:
            return
        if method == "chat.postMessage" and channel:
            self._take(f"{method}:{channel}", PER_CHANNEL_BURST, 1.0)
        self._take(method, per_minute, per_minute / 60)

    def _take(self, key: str, size: float, per_second: float) -> None:
        now = self._now()
        bucket = self._buckets.setdefault(key, Bucket(size, per_second, size, now))
        wait = bucket.take(now)
        if wait > 0:
            raise RateLimited(max(1, math.ceil(wait)))
