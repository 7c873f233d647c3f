"""The events an app may hear: what they look like, which subscription and which scope they need."""

from __future__ import annotations

from sandbox.slack.manifest import Manifest
from sandbox.slack.people import BOT_USER, Channel
from sandbox.slack.wire import Json

_HISTORY = {"channel": "channels:history", "im": "im:history"}
_SCOPES = {
    "app_mention": "app_mentions:read",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "member_joined_channel": "channels:read",
}
_PLURAL = {"channel": "channels", "im": "im"}


def of_message(channel: Channel, message: Json) -> list[Json]:
    """The message event, and an app_mention when a person named the bot in a channel."""
    event = {
        **message,
        "type": "message",
        "channel": channel.id,
        "channel_type": channel.kind,
        "event_ts": message["ts"],
    }
    if message.get("files"):
        event.setdefault("subtype", "file_share")
    found = [event]
    if f"<@{BOT_USER}>" in message.get("text", "") and message.get("user") != BOT_USER and not channel.im_user:
        mention = {k: v for k, v in event.items() if k not in ("channel_type", "subtype")}
        found.append({**mention, "type": "app_mention"})
    return found


def of_change(channel: Channel, message: Json, before: Json, ts: str) -> Json:
    """A message was edited."""
    event = {"type": "message", "subtype": "message_changed", "message": message, "previous_message": before}
    return {**event, "channel": channel.id, "channel_type": channel.kind, "hidden": True, "ts": ts, "event_ts": ts}


def of_removal(channel: Channel, message: Json, ts: str) -> Json:
    """A message was deleted."""
    event = {"type": "message", "subtype": "message_deleted", "previous_message": message, "deleted_ts": message["ts"]}
    return {**event, "channel": channel.id, "channel_type": channel.kind, "hidden": True, "ts": ts, "event_ts": ts}


def of_reaction(channel: Channel, message: Json, name: str, user: str, ts: str, *, added: bool) -> Json:
    """Someone reacted, or took it back."""
    item = {"type": "message", "channel": channel.id, "ts": message["ts"]}
    kind = "reaction_added" if added else "reaction_removed"
    event = {"type": kind, "user": user, "reaction": name, "item": item}
    return {**event, "item_user": message.get("user"), "event_ts": ts}


def of_joining(channel: Channel, user: str, ts: str) -> Json:
    """Someone, perhaps the bot itself, became a member."""
    event = {"type": "member_joined_channel", "user": user, "channel": channel.id, "channel_type": "C"}
    return {**event, "event_ts": ts}


def of_home(user: str, channel: str, tab: str, view: Json | None, ts: str) -> Json:
    """Someone looked at the app's Home."""
    event = {"type": "app_home_opened", "user": user, "channel": channel, "tab": tab, "event_ts": ts}
    return {**event, **({"view": view} if view else {})}


def wanted(event: Json, manifest: Manifest) -> bool:
    """Whether the app subscribed to this event and holds the scope it takes."""
    kind = event["type"]
    if kind == "message":
        place = event["channel_type"]
        return manifest.subscribes(f"message.{_PLURAL[place]}") and manifest.grants(_HISTORY[place])
    scope = _SCOPES.get(kind)
    return manifest.subscribes(kind) and (scope is None or manifest.grants(scope))
