"""reactions.* and pins.*: small marks on messages."""

from __future__ import annotations

from sandbox.slack.methods.base import TIER_2, TIER_3, Call, Method, room, writable
from sandbox.slack.people import BOT_USER
from sandbox.slack.wire import Json, SlackError
from sandbox.slack.workspace import Workspace


def _change(ws: Workspace, call: Call, *, add: bool) -> Json:
    channel = writable(ws, room(ws, call))
    name = call.needed("name").strip(":")
    if not name:
        raise SlackError("invalid_name")
    ws.react(channel, call.needed("timestamp"), name, BOT_USER, add=add)
    return {}


def add_reaction(ws: Workspace, call: Call) -> Json:
    """One emoji from the bot; again is already_reacted."""
    return _change(ws, call, add=True)


def remove_reaction(ws: Workspace, call: Call) -> Json:
    """Takes the bot's emoji back; none there is no_reaction."""
    return _change(ws, call, add=False)


def pin(ws: Workspace, call: Call) -> Json:
    """Pins a message to its channel; again is already_pinned."""
    channel = writable(ws, room(ws, call))
    ts = call.needed("timestamp")
    message = ws.board.stored(channel.id, ts)
    if ts in channel.pins:
        raise SlackError("already_pinned")
    channel.pins.add(ts)
    message["pinned_to"] = [channel.id]
    ws.touch_message(channel.id, message)
    return {}


MARKS = {
    "reactions.add": Method(add_reaction, TIER_3, ("reactions:write",)),
    "reactions.remove": Method(remove_reaction, TIER_2, ("reactions:write",)),
    "pins.add": Method(pin, TIER_2, ("pins:write",)),
}
