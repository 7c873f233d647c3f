"""Everything that passed between the app and Slack, for the inspector and for tests."""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Callable
from typing import Any

from sandbox.slack.wire import Json


class Traffic:
    """The latest exchanges, oldest first. `in` came from the app, `out` went to it."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._entries: deque[Json] = deque(maxlen=2000)

    def note(self, direction: str, kind: str, name: str, request: Any, response: Any, ms: float) -> None:
        """Remembers one exchange; the token is left out."""
        entry = {"at": self._now() - ms / 1000, "direction": direction, "kind": kind, "name": name}
        if isinstance(request, dict):
            request = {k: v for k, v in request.items() if k != "token"}
        shown = {"request": copy.deepcopy(request), "response": copy.deepcopy(response), "ms": round(ms, 2)}
        self._entries.append({**entry, **shown})

    def last(self, count: int) -> list[Json]:
        """The latest `count` exchanges."""
        return list(self._entries)[-count:] if count > 0 else []
