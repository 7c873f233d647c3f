"""chat.*: saying things, changing them, taking them back."""

from __future__ import annotations

import re
import secrets

from sandbox.slack.escaping import store_app_text
from sandbox.slack.limits.surfaces import refuse_message
from sandbox.slack.methods.base import SPECIAL, TIER_3, TIER_4, Call, Method, room, writable
from sandbox.slack.people import BOT_ID, BOT_USER, Channel
from sandbox.slack.wire import Json, SlackError
from sandbox.slack.workspace import Scheduled, Workspace, bot_signature, with_ids

_STAMP = re.compile(r"\d+\.\d+")


def content(ws: Workspace, call: Call) -> Json:
    """Text, blocks, attachments and metadata of one call, checked as Slack checks them."""
    text, blocks = call.text("text"), call.structure("blocks", "invalid_blocks_format")
    attachments, metadata = (
        call.structure("attachments", "invalid_attachments"),
        call.structure("metadata", "invalid_metadata_format"),
    )
    refuse_message(text, blocks, attachments, ws.shelf.usable)
    if metadata is not None and not (isinstance(metadata, dict) and metadata.get("event_type")):
        raise SlackError("invalid_metadata_format")
    made: Json = {"text": store_app_text(text)}
    if blocks:
        made["blocks"] = with_ids(blocks)
    if attachments:
        made["attachments"] = [{"id": i + 1, "fallback": "", **a} for i, a in enumerate(attachments)]
    if metadata:
        made["metadata"] = metadata
    return made


def post_message(ws: Workspace, call: Call) -> Json:
    """Says something in a channel or thread."""
    channel = writable(ws, _named_room(ws, call))
    fields = {**bot_signature(), **content(ws, call), **_thread(ws, channel, call)}
    message = ws.say(channel, fields)
    return {"channel": channel.id, "ts": message["ts"], "message": ws.board.shown(channel.id, message["ts"])}


def _named_room(ws: Workspace, call: Call) -> Channel:
    """The one method that also takes a channel's name."""
    wanted = call.text("channel").removeprefix("#")
    named = next((c for c in ws.channels.values() if c.name == wanted and not c.im_user), None)
    return named or room(ws, call)


def _thread(ws: Workspace, channel: Channel, call: Call) -> Json:
    if not call.get("thread_ts"):
        return {}
    if not _STAMP.fullmatch(call.text("thread_ts")):
        raise SlackError("invalid_thread_ts")
    root = ws.board.thread(channel.id, call.text("thread_ts"))[0]
    if call.flag("reply_broadcast"):
        return {"thread_ts": root["ts"], "subtype": "thread_broadcast", "root": root}
    return {"thread_ts": root["ts"]}


def update(ws: Workspace, call: Call) -> Json:
    """Edits the bot's own message; anyone else's is cant_update_message."""
    channel = room(ws, call)
    if channel.is_archived:
        raise SlackError("is_archived")
    ts = call.needed("ts")
    _refuse_others(ws.board.stored(channel.id, ts), "cant_update_message")
    changed = _replacement(ws, call)
    if call.flag("reply_broadcast"):
        changed["subtype"] = "thread_broadcast"
    ws.edit(channel, ts, changed, BOT_USER)
    shown = ws.board.shown(channel.id, ts)
    return {"channel": channel.id, "ts": ts, "text": shown.get("text", ""), "message": shown}


def _replacement(ws: Workspace, call: Call) -> Json:
    """Text alone drops the old blocks; blocks alone drop the old text; metadata stays unless given."""
    fields = content(ws, call)
    gone = {key: None for key in ("blocks", "attachments") if key not in fields}
    return {**gone, **fields}


def _refuse_others(message: Json, code: str) -> None:
    if message.get("bot_id") != BOT_ID:
        raise SlackError(code)


def delete(ws: Workspace, call: Call) -> Json:
    """Deletes the bot's own message."""
    channel = room(ws, call)
    ts = call.needed("ts")
    _refuse_others(ws.board.stored(channel.id, ts), "cant_delete_message")
    ws.remove(channel, ts)
    return {"channel": channel.id, "ts": ts}


def post_ephemeral(ws: Workspace, call: Call) -> Json:
    """Says something that one person sees, until they reload."""
    channel = writable(ws, room(ws, call))
    user = call.needed("user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    thread = {"thread_ts": call.text("thread_ts")} if call.get("thread_ts") else {}
    message = ws.whisper(channel.id, user, {**bot_signature(), **content(ws, call), **thread})
    return {"message_ts": message["ts"]}


def permalink(ws: Workspace, call: Call) -> Json:
    """A link to a message, which opens it on the sandbox's own page."""
    channel = room(ws, call)
    ts = call.needed("message_ts")
    message = ws.board.stored(channel.id, ts)
    root = message.get("thread_ts")
    thread = f"?thread_ts={root}&cid={channel.id}" if root and root != ts else ""
    return {"channel": channel.id, "permalink": f"{ws.base_url}/archives/{channel.id}/p{ts.replace('.', '')}{thread}"}


def schedule(ws: Workspace, call: Call) -> Json:
    """Says something later; SlackError time_in_past or time_too_far."""
    channel = writable(ws, room(ws, call))
    post_at = call.number("post_at", 0)
    if post_at <= ws.timing.now():
        raise SlackError("time_in_past")
    if post_at > ws.timing.now() + 120 * 86_400:
        raise SlackError("time_too_far")
    fields = {**bot_signature(), **content(ws, call), **_thread(ws, channel, call)}
    planned = Scheduled(f"Q{secrets.token_hex(5).upper()}", channel.id, post_at, fields)
    ws.scheduled[planned.id] = planned
    return {"channel": channel.id, "scheduled_message_id": planned.id, "post_at": post_at, "message": fields}


_WRITE = ("chat:write",)
CHAT = {
    "chat.postMessage": Method(post_message, SPECIAL, _WRITE),
    "chat.update": Method(update, TIER_3, _WRITE),
    "chat.delete": Method(delete, TIER_3, _WRITE),
    "chat.postEphemeral": Method(post_ephemeral, TIER_4, _WRITE),
    "chat.getPermalink": Method(permalink, SPECIAL),
    "chat.scheduleMessage": Method(schedule, TIER_3, _WRITE),
}
