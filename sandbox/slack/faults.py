"""Trouble on request: what the network and Slack do on a bad day, a counted number of times."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from sandbox.slack.wire import Json, SlackError

COUNTED = ("rate_limit_next", "duplicate_next", "reorder_next", "lose_response_next")


@dataclass
class Faults:
    """Standing trouble (outage, latency) and how many more times each passing trouble happens.

    `method` limits the troubles of the Web API to one method, such as chat.postMessage.
    """

    outage: bool = False
    latency_ms: int = 0
    rate_limit_next: int = 0
    duplicate_next: int = 0
    reorder_next: int = 0
    lose_response_next: int = 0
    method: str | None = None

    def hits(self, method: str) -> bool:
        """Whether Web API trouble concerns this method."""
        return self.method in (None, method)

    def take(self, name: str) -> bool:
        """Uses up one of a counted trouble; False when none is left."""
        left: int = getattr(self, name)
        if left > 0:
            setattr(self, name, left - 1)
        return left > 0

    def set(self, wanted: Json) -> None:
        """Changes what `wanted` names; SlackError when a name or value makes no sense."""
        for key, value in wanted.items():
            setattr(self, key, _checked(key, value))

    def shown(self) -> Json:
        """The present state."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


def _checked(key: str, value: Any) -> Any:
    if key == "method":
        return value or None
    if key == "outage":
        return bool(value)
    if key not in (*COUNTED, "latency_ms"):
        raise SlackError("no_such_fault", known=[f.name for f in fields(Faults)])
    if not isinstance(value, int) or value < 0:
        raise SlackError("invalid_fault", detail=f"{key} must be a whole number, 0 or more")
    return value
