"""The workspace: who is there, what was said, what is open. Pure state; whoever changes it holds `lock`."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sandbox.slack import events
from sandbox.slack.board import Board, Stamps
from sandbox.slack.changes import Changes
from sandbox.slack.manifest import Manifest
from sandbox.slack.passes import Passes
from sandbox.slack.people import APP_ID, BOT_ID, BOT_USER, PEOPLE, TEAM_ID, Channel, Person, found_channels
from sandbox.slack.shelf import Shelf
from sandbox.slack.stacks import ViewStacks
from sandbox.slack.timing import Timing
from sandbox.slack.wire import Json, SlackError


@dataclass
class Scheduled:
    """A message for later."""

    id: str
    channel: str
    post_at: int
    fields: Json


class Workspace:
    """One team's Slack, in memory."""

    def __init__(self, manifest: Manifest, timing: Timing) -> None:
        self.lock = threading.RLock()
        self.manifest = manifest
        self.timing = timing
        self.base_url = ""
        self.people = {p.id: p for p in PEOPLE}
        self.channels = {c.id: c for c in found_channels()}
        self.stamps = Stamps(timing.now)
        self.board = Board(self.stamps)
        self.shelf = Shelf()
        self.views = ViewStacks()
        self.passes = Passes(timing)
        self.changes = Changes()
        self.ephemerals: dict[str, list[Json]] = {}
        self.notices: dict[str, list[str]] = {}
        self.scheduled: dict[str, Scheduled] = {}
        self.on_event: Callable[[Json], None] = lambda event: None

    def person(self, who: str) -> Person:
        """By handle or id; SlackError user_not_found."""
        for person in self.people.values():
            if who in (person.id, person.handle, f"@{person.handle}"):
                return person
        raise SlackError("user_not_found")

    def channel(self, which: str) -> Channel:
        """By name or id; SlackError channel_not_found."""
        for channel in self.channels.values():
            if which == channel.id or which.removeprefix("#") == channel.name:
                return channel
        raise SlackError("channel_not_found")

    def direct(self, user: str) -> Channel:
        """The person's direct messages with the bot, begun when first needed."""
        person = self.person(user)
        channel_id = f"D{person.id[1:]}"
        if channel_id not in self.channels:
            members = {person.id, BOT_USER}
            self.channels[channel_id] = Channel(channel_id, f"dm-{person.handle}", members=members, im_user=person.id)
            self.changes.touch("channels")
        return self.channels[channel_id]

    def say(self, channel: Channel, fields: Json) -> Json:
        """A new message, with the events it causes; fields as Slack stores them."""
        with self.lock:
            if channel.is_archived:
                raise SlackError("is_archived")
            message = self.board.add(channel.id, {**fields, "team": TEAM_ID})
            self.touch_message(channel.id, message)
            self._announce(channel, events.of_message(channel, message))
            return message

    def edit(self, channel: Channel, ts: str, fields: Json, editor: str) -> Json:
        """Changes a message in place."""
        with self.lock:
            before = self.board.shown(channel.id, ts)
            message = self.board.edit(channel.id, ts, fields, editor)
            self.touch_message(channel.id, message)
            changed = events.of_change(channel, self.board.shown(channel.id, ts), before, self.stamps.next())
            self._announce(channel, [changed])
            return message

    def remove(self, channel: Channel, ts: str) -> None:
        """Deletes a message."""
        with self.lock:
            message = self.board.remove(channel.id, ts)
            self.touch_message(channel.id, message)
            self._announce(channel, [events.of_removal(channel, message, self.stamps.next())])

    def whisper(self, channel: str, user: str, fields: Json) -> Json:
        """A message that only one person sees, until they reload."""
        message = {"type": "message", **fields, "ts": self.stamps.next(), "channel": channel, "ephemeral": True}
        self.ephemerals.setdefault(user, []).append(message)
        self.changes.touch(f"ephemeral:{user}", f"channel:{channel}")
        return message

    def forget_whispers(self, user: str) -> None:
        """What a reload does to ephemeral messages."""
        self.ephemerals.pop(user, None)

    def notice(self, user: str, text: str) -> None:
        """Something Slack itself tells one person, such as operation_timeout."""
        self.notices.setdefault(user, []).append(text)
        self.changes.touch(f"views:{user}", f"notices:{user}")

    def react(self, channel: Channel, ts: str, name: str, user: str, *, add: bool = True) -> None:
        """One reaction more or less."""
        change = self.board.react if add else self.board.unreact
        change(channel.id, ts, name, user)
        message = self.board.stored(channel.id, ts)
        self.touch_message(channel.id, message)
        self._announce(channel, [events.of_reaction(channel, message, name, user, self.stamps.next(), added=add)])

    def join(self, channel: Channel, user: str) -> bool:
        """Makes someone a member; False when they already were."""
        if user in channel.members:
            return False
        channel.members.add(user)
        self.changes.touch("channels", f"channel:{channel.id}")
        self._announce(channel, [events.of_joining(channel, user, self.stamps.next())])
        return True

    def archive(self, channel: Channel) -> None:
        """Closes a channel, which ejects the bot."""
        channel.is_archived = True
        channel.members.discard(BOT_USER)
        self.changes.touch("channels", f"channel:{channel.id}")

    def touch_message(self, channel: str, message: Json) -> None:
        """Tells whoever watches that this message's channel and thread look different."""
        root = message.get("thread_ts", message["ts"])
        self.changes.touch(f"channel:{channel}", f"thread:{channel}:{root}")

    def emit(self, event: Json) -> None:
        """Sends an event to the app when its manifest asked for it and its scopes allow it."""
        if events.wanted(event, self.manifest):
            self.on_event(event)

    def _announce(self, channel: Channel, found: Iterable[Json]) -> None:
        for event in found:
            if BOT_USER in channel.members:
                self.emit(event)


def bot_signature() -> Json:
    """Who a message of the app is from."""
    profile = {"id": BOT_ID, "app_id": APP_ID, "name": "recsysops", "team_id": TEAM_ID, "deleted": False}
    return {"user": BOT_USER, "bot_id": BOT_ID, "app_id": APP_ID, "bot_profile": profile}


def with_ids(blocks: list[Json]) -> list[Json]:
    """The blocks with the ids Slack makes up where the app gave none."""
    return [
        _with_action_ids({**block, "block_id": block.get("block_id") or secrets.token_urlsafe(4)}) for block in blocks
    ]


_INTERACTIVE_CONTAINERS = ("accessory", "element")


def _with_action_ids(block: Json) -> Json:
    def named(element: Json) -> Json:
        kind = element.get("type", "")
        acts = kind in ("button", "overflow", "checkboxes", "radio_buttons") or kind.endswith(
            ("select", "picker", "input")
        )
        return {**element, "action_id": secrets.token_urlsafe(4)} if acts and not element.get("action_id") else element

    made = dict(block)
    for key in _INTERACTIVE_CONTAINERS:
        if isinstance(made.get(key), dict):
            made[key] = named(made[key])
    if made["type"] == "actions":
        made["elements"] = [named(e) for e in made["elements"]]
    return made
