"""How fast Slack may be spoken to. In memory and on the wall clock: a replayed day may fly by, a speed limit stays."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.clock import Clock

LONGEST = timedelta(minutes=1)


class Pacer:
    """When each lane may go again. Slack allows about one message a second and channel (docs: rate limits)."""

    def __init__(self, wall: Clock, seconds_between_posts: float) -> None:
        self._wall = wall
        self._gap = timedelta(seconds=seconds_between_posts)
        self._until: dict[str, datetime] = {}
        self._down_until: datetime | None = None
        self._failures = 0

    @property
    def is_down(self) -> bool:
        """Whether Slack could not be reached a moment ago: then nothing is tried for a while."""
        return self._down_until is not None and self._wall.now() < self._down_until

    def may_go(self, lane: str) -> bool:
        """Whether one more message may go in this lane now."""
        return self._until.get(lane, self._wall.now()) <= self._wall.now()

    def went(self, lane: str) -> None:
        """One message went; the next one in a channel waits its turn."""
        self._failures, self._down_until = 0, None
        if lane.startswith("channel:"):
            self.pause(lane, self._gap)

    def pause(self, lane: str, wait: timedelta) -> None:
        """Slack asked for a pause, or good manners do."""
        self._until[lane] = self._wall.now() + wait

    def could_not_reach(self) -> None:
        """Nobody answered: leave Slack alone, longer each time, at most a minute."""
        self._failures += 1
        self._down_until = self._wall.now() + back_off(self._failures)


def back_off(attempts: int) -> timedelta:
    """How long to wait after the n-th failure: 1, 2, 4 ... seconds, then every minute."""
    return min(timedelta(seconds=2.0 ** min(max(0, attempts - 1), 10)), LONGEST)
