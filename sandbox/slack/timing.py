"""Slack's own deadlines. They are about a real network, so they run on the wall clock; tests shorten them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """How long Slack waits for what, in seconds (docs.slack.dev: interactivity, events-api, socket-mode)."""

    now: Callable[[], float] = time.time
    ack_seconds: float = 3.0
    trigger_seconds: float = 3.0
    hook_seconds: float = 30 * 60.0
    hook_uses: int = 5
    retry_waits: tuple[float, ...] = (0.0, 60.0, 300.0)  # an event is tried once more at once, then after 1 and 5 min
    hold_seconds: float = 1.0  # an event held back for reordering leaves by itself after this long
    socket_seconds: int = 3600  # what `hello` announces as the connection's life
    warning_seconds: float = 10.0  # how long a connection lives on after `disconnect: warning`
