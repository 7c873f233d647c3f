"""What every Web API method works with: the arguments of one call, and what may be done where."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.slack.people import BOT_USER, Channel
from sandbox.slack.wire import Json, SlackError
from sandbox.slack.workspace import Workspace


@dataclass(frozen=True)
class Call:
    """One call's arguments, however they travelled: form, query or JSON."""

    arguments: Json

    def get(self, name: str) -> Any:
        """The raw value, or None."""
        value = self.arguments.get(name)
        return None if value == "" else value

    def text(self, name: str, default: str = "") -> str:
        """A string argument."""
        value = self.get(name)
        return default if value is None else str(value)

    def needed(self, name: str) -> str:
        """A string argument that must be there; SlackError invalid_arguments names it."""
        value = self.get(name)
        if value is None:
            message = f"[ERROR] missing required field: {name}"
            raise SlackError("invalid_arguments", response_metadata={"messages": [message]})
        return str(value)

    def flag(self, name: str) -> bool:
        """A boolean: true, "true" or "1"."""
        return self.get(name) in (True, 1, "1", "true", "True")

    def number(self, name: str, default: int) -> int:
        """A whole number; SlackError invalid_arguments."""
        value = self.get(name)
        try:
            return default if value is None else int(value)
        except (TypeError, ValueError) as cause:
            message = f"[ERROR] must be a number: {name}"
            raise SlackError("invalid_arguments", response_metadata={"messages": [message]}) from cause

    def structure(self, name: str, code: str = "invalid_arguments") -> Any:
        """A list or object, as itself or as a JSON string; SlackError `code` when it cannot be read."""
        value = self.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError as cause:
            raise SlackError(code) from cause

    def names(self, name: str) -> list[str]:
        """A list given as a list, a JSON string or comma-separated."""
        value = self.get(name)
        if isinstance(value, str) and not value.startswith("["):
            return [part.strip() for part in value.split(",") if part.strip()]
        given = self.structure(name) or []
        if not isinstance(given, list):
            raise SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] must be a list: {name}"]})
        return [str(each) for each in given]


@dataclass(frozen=True)
class Method:
    """One Web API method: what runs, which scopes it takes and how often it may be called each minute."""

    run: Callable[[Workspace, Call], Json]
    per_minute: int
    scopes: tuple[str, ...] = field(default=())


TIER_1, TIER_2, TIER_3, TIER_4 = 10, 20, 50, 100  # calls a minute; the real tier 1 is "1+", too few to reconnect with
SPECIAL = 600


def room(ws: Workspace, call: Call, name: str = "channel") -> Channel:
    """The channel meant, by id; a person's id means their direct messages. SlackError channel_not_found."""
    wanted = call.text(name)
    if wanted in ws.people:
        return ws.direct(wanted)
    if wanted not in ws.channels:
        raise SlackError("channel_not_found")
    return ws.channels[wanted]


def writable(ws: Workspace, channel: Channel) -> Channel:
    """The channel, if the bot may post there; SlackError is_archived or not_in_channel."""
    if channel.is_archived:
        raise SlackError("is_archived")
    if BOT_USER not in channel.members and not _may_post_anywhere(ws):
        raise SlackError("not_in_channel")
    return channel


def _may_post_anywhere(ws: Workspace) -> bool:
    return ws.manifest.scopes is not None and "chat:write.public" in ws.manifest.scopes


def missing_scope(ws: Workspace, *needed: str) -> SlackError:
    """The refusal that names what to add to the manifest."""
    provided = ",".join(sorted(ws.manifest.scopes or ()))
    return SlackError("missing_scope", needed=",".join(needed), provided=provided)


def readable(ws: Workspace, channel: Channel) -> Channel:
    """The channel, if the bot may read it; SlackError missing_scope or not_in_channel."""
    scope = "im:history" if channel.im_user else "channels:history"
    if not ws.manifest.grants(scope):
        raise missing_scope(ws, scope)
    if BOT_USER not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def page(items: list[Json], call: Call, default: int, key: str) -> Json:
    """One page of a list with the cursor of the next, as Slack pages; SlackError invalid_cursor."""
    limit = max(1, min(call.number("limit", default), 1000))
    cursor = call.text("cursor")
    if cursor and not cursor.removeprefix("from:").isdigit():
        raise SlackError("invalid_cursor")
    start = int(cursor.removeprefix("from:")) if cursor else 0
    more = start + limit < len(items)
    after = f"from:{start + limit}" if more else ""
    return {key: items[start : start + limit], "has_more": more, "response_metadata": {"next_cursor": after}}
