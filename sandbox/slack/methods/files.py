"""files.*: a ticket, the bytes (a side door), then sharing."""

from __future__ import annotations

from typing import Any

from sandbox.slack.escaping import store_app_text
from sandbox.slack.limits.surfaces import refuse_message
from sandbox.slack.methods.base import TIER_4, Call, Method, writable
from sandbox.slack.people import BOT_USER, Channel
from sandbox.slack.shelf import File
from sandbox.slack.wire import Json, SlackError
from sandbox.slack.workspace import Workspace, bot_signature, with_ids

MOST_BYTES = 50_000_000


def upload_url(ws: Workspace, call: Call) -> Json:
    """Where to send the bytes of a file of this name and length."""
    name, length = call.needed("filename"), call.number("length", 0)
    if length <= 0:
        raise SlackError("invalid_arguments", response_metadata={"messages": ["[ERROR] length must be positive"]})
    if length > MOST_BYTES:
        raise SlackError("file_upload_size_restricted")
    file = ws.shelf.announce(name, length, BOT_USER, int(ws.timing.now()), call.text("alt_txt"))
    return {"upload_url": f"{ws.base_url}/upload/v1/{file.id}", "file_id": file.id}


def complete(ws: Workspace, call: Call) -> Json:
    """Ends the upload and, when a channel is named, shares the files there as one message."""
    wanted = call.structure("files")
    if not isinstance(wanted, list) or not wanted:
        raise SlackError("invalid_arguments", response_metadata={"messages": ["[ERROR] files is needed"]})
    rooms = [_shared_room(ws, name) for name in call.names("channels") or call.names("channel_id")]
    files = [_finished(ws, entry) for entry in wanted]
    for channel in rooms:
        _share(ws, call, channel, files)
    return {"files": [f.shown(ws.base_url) for f in files]}


def _shared_room(ws: Workspace, name: str) -> Channel:
    if name in ws.people:
        return ws.direct(name)
    if name not in ws.channels:
        raise SlackError("channel_not_found")
    return writable(ws, ws.channels[name])


def _finished(ws: Workspace, entry: Any) -> File:
    file = ws.shelf.find(str(entry.get("id")) if isinstance(entry, dict) else "")
    if file.content is None:
        raise SlackError("file_not_found")
    file.title = str(entry.get("title") or file.name)
    file.complete = True
    return file


def _share(ws: Workspace, call: Call, channel: Channel, files: list[File]) -> None:
    blocks = call.structure("blocks", "invalid_blocks_format")
    comment = call.text("initial_comment")
    if comment and blocks:
        raise SlackError(
            "invalid_arguments", response_metadata={"messages": ["[ERROR] initial_comment or blocks, not both"]}
        )
    refuse_message(comment or "files", blocks, None, ws.shelf.usable)
    fields: Json = {**bot_signature(), "text": store_app_text(comment), "files": [f.shown(ws.base_url) for f in files]}
    fields |= {"upload": True, **({"blocks": with_ids(blocks)} if blocks else {})}
    if call.get("thread_ts"):
        fields["thread_ts"] = ws.board.thread(channel.id, call.text("thread_ts"))[0]["ts"]
    message = ws.say(channel, fields)
    for file in files:
        file.shares.setdefault(channel.id, []).append(message["ts"])


def info(ws: Workspace, call: Call) -> Json:
    """One file."""
    return {"file": ws.shelf.find(call.needed("file")).shown(ws.base_url), "comments": []}


FILES = {
    "files.getUploadURLExternal": Method(upload_url, TIER_4, ("files:write",)),
    "files.completeUploadExternal": Method(complete, TIER_4, ("files:write",)),
    "files.info": Method(info, TIER_4, ("files:read",)),
}
