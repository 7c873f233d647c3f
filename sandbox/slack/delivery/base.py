"""What a way to the app must do, and what comes back from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from sandbox.slack.wire import Json


@dataclass(frozen=True)
class Retry:
    """That this is not the first attempt: which one (1, 2, 3), and why the last one failed."""

    attempt: int
    reason: str


@dataclass(frozen=True)
class Ack:
    """What the app answered. `reason` says why there was no acknowledgement; `final` that it wants no retry."""

    ok: bool
    body: Any = None
    reason: str = ""
    final: bool = False


class Transport(Protocol):
    """A way to the app. Kinds: events_api, slash_commands, interactive."""

    async def deliver(self, kind: str, payload: Json, retry: Retry | None) -> Ack:
        """Brings one payload and waits for the acknowledgement, at most as long as Slack does."""
