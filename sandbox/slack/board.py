"""Everything that was said: messages by channel and ts, threads, reactions, edits."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable

from sandbox.slack.wire import Json, SlackError


class Stamps:
    """Message timestamps: wall time to the microsecond, each larger than the one before."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._last = 0
        self._lock = threading.Lock()

    def next(self) -> str:
        """A fresh `ts`, unique in this workspace."""
        with self._lock:
            self._last = max(self._last + 1, int(self._now() * 1_000_000))
            return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"


class Board:
    """The messages of all channels, stored as Slack stores them and shown as copies."""

    def __init__(self, stamps: Stamps) -> None:
        self._stamps = stamps
        self._messages: dict[str, dict[str, Json]] = {}
        self._threads: dict[tuple[str, str], list[str]] = {}

    def add(self, channel: str, fields: Json) -> Json:
        """Stores a message (a reply when `thread_ts` is set); SlackError thread_not_found without such a root."""
        root = fields.get("thread_ts")
        if root is not None and root not in self._in(channel):
            raise SlackError("thread_not_found")
        message = {"type": "message", **copy.deepcopy(fields), "ts": self._stamps.next()}
        if root is not None:  # a reply to a reply lands in the root's thread
            message["thread_ts"] = self._in(channel)[root].get("thread_ts", root)
            self._threads.setdefault((channel, message["thread_ts"]), []).append(message["ts"])
        self._in(channel)[message["ts"]] = message
        return message

    def stored(self, channel: str, ts: str) -> Json:
        """The message itself, to be changed in place; SlackError message_not_found."""
        message = self._in(channel).get(ts)
        if message is None:
            raise SlackError("message_not_found")
        return message

    def edit(self, channel: str, ts: str, fields: Json, editor: str) -> Json:
        """Replaces what `fields` names (a None removes it) and marks the message as edited."""
        message = self.stored(channel, ts)
        for key, value in copy.deepcopy(fields).items():
            message.pop(key, None)
            if value is not None:
                message[key] = value
        message["edited"] = {"user": editor, "ts": self._stamps.next()}
        return message

    def remove(self, channel: str, ts: str) -> Json:
        """Takes a message away; a root with replies leaves a tombstone, as in Slack."""
        message = self.stored(channel, ts)
        if self._replies(channel, ts):
            stone = {
                "type": "message",
                "subtype": "tombstone",
                "text": "This message was deleted.",
                "user": "USLACKBOT",
            }
            self._in(channel)[ts] = {**stone, "ts": ts, "thread_ts": ts, "hidden": True}
            return message
        del self._in(channel)[ts]
        siblings = self._threads.get((channel, message.get("thread_ts", "")), [])
        if ts in siblings:
            siblings.remove(ts)
        return message

    def react(self, channel: str, ts: str, name: str, user: str) -> None:
        """Adds one reaction; SlackError already_reacted."""
        reactions = self.stored(channel, ts).setdefault("reactions", [])
        entry = next((r for r in reactions if r["name"] == name), None)
        if entry is None:
            entry = {"name": name, "users": [], "count": 0}
            reactions.append(entry)
        if user in entry["users"]:
            raise SlackError("already_reacted")
        entry["users"].append(user)
        entry["count"] += 1

    def unreact(self, channel: str, ts: str, name: str, user: str) -> None:
        """Takes one reaction back; SlackError no_reaction."""
        message = self.stored(channel, ts)
        entry = next((r for r in message.get("reactions", []) if r["name"] == name and user in r["users"]), None)
        if entry is None:
            raise SlackError("no_reaction")
        entry["users"].remove(user)
        entry["count"] -= 1
        message["reactions"] = [r for r in message["reactions"] if r["count"]]

    def roots(self, channel: str) -> list[Json]:
        """What the channel shows, oldest first: roots, and replies that were also sent to the channel."""
        return [
            self.shown(channel, m["ts"])
            for m in list(self._in(channel).values())
            if m.get("thread_ts", m["ts"]) == m["ts"] or m.get("subtype") == "thread_broadcast"
        ]

    def thread(self, channel: str, ts: str) -> list[Json]:
        """The root and its replies, oldest first; SlackError thread_not_found."""
        if ts not in self._in(channel):
            raise SlackError("thread_not_found")
        root = self._in(channel)[ts].get("thread_ts", ts)
        return [self.shown(channel, root), *(self.shown(channel, r["ts"]) for r in self._replies(channel, root))]

    def shown(self, channel: str, ts: str) -> Json:
        """A copy of one message with its thread's numbers."""
        message = copy.deepcopy(self.stored(channel, ts))
        replies = self._replies(channel, ts)
        if replies:
            users = list(dict.fromkeys(r.get("user", "") for r in replies))
            message |= {"thread_ts": ts, "reply_count": len(replies), "reply_users": users}
            message |= {"reply_users_count": len(users), "latest_reply": replies[-1]["ts"]}
        return message

    def _replies(self, channel: str, root: str) -> list[Json]:
        return [self._in(channel)[ts] for ts in self._threads.get((channel, root), [])]

    def _in(self, channel: str) -> dict[str, Json]:
        return self._messages.setdefault(channel, {})
