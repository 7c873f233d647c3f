"""Things that are good for a while: trigger ids (once, 3 s) and response_urls (5 uses, 30 minutes)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sandbox.slack.timing import Timing
from sandbox.slack.wire import SlackError


@dataclass
class Trigger:
    """Someone's permission to be shown a modal."""

    user: str
    until: float
    used: bool = False


@dataclass
class Hook:
    """Where a `response_url` leads: the person and place that asked, and the message that was clicked, if any."""

    user: str
    channel: str
    until: float
    uses_left: int
    message_ts: str | None = None
    thread_ts: str | None = None
    ephemeral: bool = False


class Passes:
    """All triggers and hooks handed out."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._triggers: dict[str, Trigger] = {}
        self._hooks: dict[str, Hook] = {}

    def grant_trigger(self, user: str) -> str:
        """A fresh trigger_id for something this person just did."""
        key = f"{secrets.randbelow(10**13):013d}.{secrets.randbelow(10**12):012d}.{secrets.token_hex(16)}"
        self._triggers[key] = Trigger(user, self._timing.now() + self._timing.trigger_seconds)
        return key

    def spend_trigger(self, key: str) -> str:
        """Whose trigger it was; SlackError invalid_, exchanged_ (used before) or expired_trigger_id."""
        trigger = self._triggers.get(key)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._timing.now() > trigger.until:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger.user

    def grant_hook(
        self,
        user: str,
        channel: str,
        message_ts: str | None = None,
        thread_ts: str | None = None,
        ephemeral: bool = False,
    ) -> str:
        """The secret end of a fresh response_url."""
        key = f"{secrets.randbelow(10**12):012d}/{secrets.token_urlsafe(18)}"
        until = self._timing.now() + self._timing.hook_seconds
        self._hooks[key] = Hook(user, channel, until, self._timing.hook_uses, message_ts, thread_ts, ephemeral)
        return key

    def spend_hook(self, key: str) -> Hook:
        """One use of a response_url; SlackError expired_url (used up or too old) or no_such_hook."""
        hook = self._hooks.get(key)
        if hook is None:
            raise SlackError("no_such_hook")
        if hook.uses_left <= 0:
            raise SlackError("used_url")
        if self._timing.now() > hook.until:
            raise SlackError("expired_url")
        hook.uses_left -= 1
        return hook
