"""conversations.*: channels, their members and what was said in them."""

from __future__ import annotations

from sandbox.slack.methods.base import TIER_2, TIER_3, TIER_4, Call, Method, page, readable, room
from sandbox.slack.people import BOT_USER
from sandbox.slack.wire import Json, SlackError
from sandbox.slack.workspace import Workspace


def listing(ws: Workspace, call: Call) -> Json:
    """The channels, public ones unless `types` says otherwise."""
    types = call.names("types") or ["public_channel"]
    wanted = [c for c in ws.channels.values() if ("im" if c.im_user else "public_channel") in types]
    if call.flag("exclude_archived"):
        wanted = [c for c in wanted if not c.is_archived]
    shown = page([c.shown() for c in wanted], call, 100, "channels")
    return {k: v for k, v in shown.items() if k != "has_more"}


def info(ws: Workspace, call: Call) -> Json:
    """One channel."""
    return {"channel": room(ws, call).shown()}


def _moment(call: Call, name: str, otherwise: float) -> float:
    try:
        return float(call.text(name, str(otherwise)))
    except ValueError as cause:
        raise SlackError(f"invalid_ts_{name}") from cause


def _within(messages: list[Json], call: Call) -> list[Json]:
    low, high = _moment(call, "oldest", 0.0), _moment(call, "latest", float("inf"))
    edge = call.flag("inclusive")

    def kept(ts: str) -> bool:
        at = float(ts)
        return low < at < high or (edge and at in (low, high))

    return [m for m in messages if kept(m["ts"])]


def _with_metadata(messages: list[Json], call: Call) -> list[Json]:
    if call.flag("include_all_metadata"):
        return messages
    return [_bare(m) for m in messages]


def _bare(message: Json) -> Json:
    """Without the event_payload, which Slack shows only on request."""
    if "metadata" not in message:
        return message
    return {**message, "metadata": {"event_type": message["metadata"].get("event_type")}}


def history(ws: Workspace, call: Call) -> Json:
    """What the channel shows, newest first."""
    channel = readable(ws, room(ws, call))
    messages = _within(ws.board.roots(channel.id), call)[::-1]
    shown = page(_with_metadata(messages, call), call, 100, "messages")
    return {**shown, "pin_count": len(channel.pins)}


def replies(ws: Workspace, call: Call) -> Json:
    """A thread, root first."""
    channel = readable(ws, room(ws, call))
    root, *rest = ws.board.thread(channel.id, call.needed("ts"))
    return page(_with_metadata([root, *_within(rest, call)], call), call, 1000, "messages")


def members(ws: Workspace, call: Call) -> Json:
    """Who is in the channel."""
    everyone = [{"id": m} for m in sorted(room(ws, call).members)]
    shown = page(everyone, call, 100, "members")
    return {"members": [m["id"] for m in shown["members"]], "response_metadata": shown["response_metadata"]}


def open_direct(ws: Workspace, call: Call) -> Json:
    """Direct messages with one person."""
    users = call.names("users")
    if len(users) != 1:
        raise SlackError("users_list_not_supplied" if not users else "not_enough_users")
    known = f"D{users[0][1:]}" in ws.channels
    channel = ws.direct(users[0])
    shown = channel.shown() if call.flag("return_im") else {"id": channel.id}
    return {"channel": shown, "no_op": known, "already_open": known}


def join(ws: Workspace, call: Call) -> Json:
    """Makes the bot a member of a public channel."""
    channel = room(ws, call)
    if channel.is_archived:
        raise SlackError("is_archived")
    if channel.im_user:
        raise SlackError("method_not_supported_for_channel_type")
    if ws.join(channel, BOT_USER):
        return {"channel": channel.shown()}
    return {"channel": channel.shown(), "warning": "already_in_channel"}


CONVERSATIONS = {
    "conversations.list": Method(listing, TIER_2, ("channels:read",)),
    "conversations.info": Method(info, TIER_3, ("channels:read",)),
    "conversations.history": Method(history, TIER_3),
    "conversations.replies": Method(replies, TIER_3),
    "conversations.members": Method(members, TIER_4, ("channels:read",)),
    "conversations.open": Method(open_direct, TIER_3, ("im:write",)),
    "conversations.join": Method(join, TIER_3, ("channels:join",)),
}
