"""What a person sees: the workspace, a channel, a thread, their modals, their Home."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sandbox.slack.acts import outward
from sandbox.slack.people import TEAM, Channel, Person
from sandbox.slack.wire import Json, SlackError
from sandbox.slack.workspace import Workspace


def see_state(ws: Workspace, who: str | None, world_time: datetime | None) -> Json:
    """Everything around the messages: people, channels, commands, shortcuts."""
    me = ws.person(who) if who else None
    commands = [{k: c.get(k, "") for k in ("command", "description", "usage_hint")} for c in ws.manifest.commands or ()]
    return {
        "team": dict(TEAM),
        "me": _me(me) if me else None,
        "people": [
            {
                "id": p.id,
                "handle": p.handle,
                "name": p.name,
                "is_bot": p.is_bot,
                "is_guest": p.is_guest,
                "roles_hint": p.roles_hint,
            }
            for p in ws.people.values()
        ],
        "channels": [_listed(c, me) for c in ws.channels.values() if _visible(c, me)],
        "commands": commands,
        "shortcuts": [dict(s) for s in ws.manifest.shortcuts or ()],
        "world_time": world_time.isoformat() if world_time else None,
        "version": ws.changes.version,
    }


def _me(me: Person) -> Json:
    return {"id": me.id, "handle": me.handle, "name": me.name, "roles_hint": me.roles_hint}


def _listed(channel: Channel, me: Person | None) -> Json:
    shown = {"id": channel.id, "name": channel.name, "topic": channel.topic, "is_archived": channel.is_archived}
    member = me is None or me.id in channel.members
    return {**shown, "is_member": member, "is_im": channel.im_user is not None, "members": sorted(channel.members)}


def _visible(channel: Channel, me: Person | None) -> bool:
    if me is None or me.id in channel.members:
        return True
    return not channel.im_user and not me.is_guest


def _seen(ws: Workspace, where: str, who: str | None) -> tuple[Channel, Person | None]:
    me = ws.person(who) if who else None
    channel = ws.direct(me.id) if me and where in ("dm", "@recsysops") else ws.channel(where)
    if not _visible(channel, me):
        raise SlackError("channel_not_found")
    return channel, me


def see_channel(ws: Workspace, where: str, who: str | None, fresh: bool) -> Json:
    """Root messages, oldest first, and the person's own ephemerals; `fresh` is a reload, which loses those."""
    channel, me = _seen(ws, where, who)
    if me and fresh:
        ws.forget_whispers(me.id)
    messages = [*ws.board.roots(channel.id), *_whispers(ws, me, channel, None)]
    return {"channel": channel.id, "messages": sorted(messages, key=_by_ts), "version": ws.changes.version}


def see_thread(ws: Workspace, where: str, ts: str, who: str | None) -> Json:
    """A root and its replies, oldest first, and the person's own ephemerals among them."""
    channel, me = _seen(ws, where, who)
    messages = [*ws.board.thread(channel.id, ts), *_whispers(ws, me, channel, ts)]
    return {"channel": channel.id, "messages": sorted(messages, key=_by_ts), "version": ws.changes.version}


def _whispers(ws: Workspace, me: Person | None, channel: Channel, thread: str | None) -> list[Json]:
    mine = ws.ephemerals.get(me.id, []) if me else []
    return [dict(m) for m in mine if m["channel"] == channel.id and m.get("thread_ts") == thread]


def _by_ts(message: Json) -> tuple[int, int]:
    seconds, _, micro = str(message["ts"]).partition(".")
    return int(seconds), int(micro)


def see_ephemerals(ws: Workspace, who: str) -> Json:
    """Everything only this person sees at the moment."""
    return {"messages": [dict(m) for m in ws.ephemerals.get(ws.person(who).id, [])]}


def see_views(ws: Workspace, who: str) -> Json:
    """The person's open modals, bottom to top, and what Slack itself told them (latest last, at most 20)."""
    me = ws.person(who)
    views: list[Any] = [{**outward(v), "errors": v.get("errors", {})} for v in ws.views.open.get(me.id, [])]
    return {"views": views, "notices": ws.notices.get(me.id, [])[-20:], "version": ws.changes.version}


def see_home(ws: Workspace, who: str) -> Json:
    """The person's Home, or null."""
    home = ws.views.homes.get(ws.person(who).id)
    return {"view": outward(home) if home else None, "version": ws.changes.version}
