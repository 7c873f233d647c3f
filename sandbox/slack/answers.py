"""What the app says back: through a response_url, or in the acknowledgement of a command."""

from __future__ import annotations

from typing import Any

from sandbox.slack.methods.base import Call
from sandbox.slack.methods.chat import content
from sandbox.slack.passes import Hook
from sandbox.slack.people import BOT_USER
from sandbox.slack.wire import Json, SlackError
from sandbox.slack.workspace import Workspace, bot_signature


def apply_answer(ws: Workspace, hook: Hook, body: Json) -> None:
    """Posts, replaces or deletes, as `body` asks; an answer is ephemeral unless it says in_channel.

    SlackError no_text, invalid_blocks, message_not_found, ... when it cannot be done.
    """
    with ws.lock:
        if body.get("delete_original"):
            _delete(ws, hook)
        elif body.get("replace_original"):
            _replace(ws, hook, content(ws, Call(body)))
        else:
            _post(ws, hook, body)


def _post(ws: Workspace, hook: Hook, body: Json) -> None:
    fields = {**bot_signature(), **content(ws, Call(body))}
    thread = body.get("thread_ts")
    if thread:
        fields["thread_ts"] = thread
    if body.get("response_type") == "in_channel":
        ws.say(ws.channels[hook.channel], fields)
    else:
        ws.whisper(hook.channel, hook.user, fields)


def _original(hook: Hook) -> str:
    if hook.message_ts is None:
        raise SlackError("no_original")
    return hook.message_ts


def _replace(ws: Workspace, hook: Hook, fields: Json) -> None:
    ts = _original(hook)
    gone: dict[str, Any] = {key: None for key in ("blocks", "attachments") if key not in fields}
    if not hook.ephemeral:
        ws.edit(ws.channels[hook.channel], ts, {**gone, **fields}, BOT_USER)
        return
    message = _whispered(ws, hook, ts)
    for key in gone:
        message.pop(key, None)
    message.update(fields)
    ws.changes.touch(f"ephemeral:{hook.user}", f"channel:{hook.channel}")


def _delete(ws: Workspace, hook: Hook) -> None:
    ts = _original(hook)
    if not hook.ephemeral:
        ws.remove(ws.channels[hook.channel], ts)
        return
    ws.ephemerals[hook.user].remove(_whispered(ws, hook, ts))
    ws.changes.touch(f"ephemeral:{hook.user}", f"channel:{hook.channel}")


def _whispered(ws: Workspace, hook: Hook, ts: str) -> Json:
    for message in ws.ephemerals.get(hook.user, []):
        if message["ts"] == ts:
            return message
    raise SlackError("message_not_found")
