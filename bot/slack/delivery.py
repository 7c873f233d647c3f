"""How each kind of message reaches Slack."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_sdk import WebClient
from sqlmodel import col, select

from bot.slack.channels import Channels
from bot.slack.claims import Claimed, Claims
from bot.slack.client import SlackFailed, ask
from bot.slack.lookup import Address
from bot.slack.messages import Person
from bot.slack.outbox import unpacked
from bot.slack.posting import Posting, Sent, is_about_blocks, with_note
from bot.slack.uploading import Uploading, in_words, needs_words
from bot.store.sessions import Store
from bot.store.tables import UNSENT, OutboxMessage

CANNOT_WHISPER = ("channel", "not_in", "user_not_in", "is_archived", "unknown_method", "messages_tab", "no channel")


class Delivery:
    """One function per kind; each raises SlackFailed, and may be called again for the same message."""

    def __init__(self, store: Store, client: WebClient, claims: Claims, fallback_channel: str) -> None:
        self._store = store
        self._client = client
        self._channels = Channels(client)
        self._posting = Posting(client, self._channels, claims, fallback_channel)
        self._uploading = Uploading(client, claims)
        self._kinds: dict[str, Callable[[Claimed], Sent]] = {
            "post": self._post,
            "edit": self._edit,
            "picture": self._picture,
            "whisper": self._whisper,
            "direct": self._direct,
            "update_view": self._update_view,
            "home": self._home,
        }

    def deliver(self, claimed: Claimed) -> Sent:
        """Bring it to Slack; raises SlackFailed when that did not work, or cannot."""
        return self._kinds[claimed.row.kind](claimed)

    def _post(self, claimed: Claimed) -> Sent:
        body = claimed.row.body
        said, broadcast = unpacked(body), bool(body.get("broadcast"))

        def send(address: Address, note: str) -> Sent:
            return self._posting.post(claimed, address, with_note(said, note), broadcast=broadcast)

        instead = (lambda: Address(self._open(self._to(claimed)))) if body.get("to") else None
        return self._posting.somewhere(self._address(claimed.row), send, instead)

    def _picture(self, claimed: Claimed) -> Sent:
        address = self._address(claimed.row)
        try:
            return self._posting.somewhere(address, lambda other, _: self._uploading.upload(claimed, other))
        except SlackFailed as failed:
            if not needs_words(failed):
                raise
        said = in_words(claimed.row.body)
        return self._posting.somewhere(
            address, lambda other, note: self._posting.post(claimed, other, with_note(said, note))
        )

    def _edit(self, claimed: Claimed) -> Sent:
        target = self._row(claimed.row.target_key)
        if target is None or not target.ts:
            unsent = target is not None and target.state in UNSENT
            raise SlackFailed(not unsent, "what it edits is not in Slack")
        said = unpacked(claimed.row.body)
        where = {"channel": target.sent_channel, "ts": target.ts, "text": said.text}
        try:
            ask(self._client.chat_update, blocks=list(said.blocks), **where)
        except SlackFailed as failed:
            if not is_about_blocks(failed):
                raise
            ask(self._client.chat_update, blocks=[], **where)
        return Sent(target.ts, target.sent_channel)

    def _whisper(self, claimed: Claimed) -> Sent:
        """Seen by one person; by direct message where the bot cannot whisper; openly on a server that has neither."""
        to, said = self._to(claimed), unpacked(claimed.row.body)
        address = self._address(claimed.row) if claimed.row.channel or claimed.row.thread_key else None
        if address is None:
            return self._direct(claimed)
        try:
            arguments = {"channel": address.channel, "user": to.user, "text": said.text}
            arguments |= {"thread_ts": address.thread_ts} if address.thread_ts else {}
            self._ask_with_blocks(self._client.chat_postEphemeral, list(said.blocks), arguments)
        except SlackFailed as failed:
            if not failed.permanent or not failed.reason.startswith(CANNOT_WHISPER):
                raise
            return self._direct_or_openly(claimed, address, has_whispers=failed.reason != "unknown_method")
        return Sent(None, address.channel)

    def _direct_or_openly(self, claimed: Claimed, address: Address, *, has_whispers: bool) -> Sent:
        try:
            return self._direct(claimed)
        except SlackFailed as failed:
            if has_whispers or not failed.permanent:
                raise
        said = with_note(unpacked(claimed.row.body), f"For {self._to(claimed).mention}:")
        return self._posting.post(claimed, address, said)

    def _direct(self, claimed: Claimed) -> Sent:
        to = self._to(claimed)
        return self._posting.post(claimed, Address(self._open(to)), unpacked(claimed.row.body))

    def _update_view(self, claimed: Claimed) -> Sent:
        body = claimed.row.body
        ask(self._client.views_update, view_id=body["view_id"], view=body["view"])
        return Sent(None, None)

    def _home(self, claimed: Claimed) -> Sent:
        ask(self._client.views_publish, user_id=self._to(claimed).user, view=claimed.row.body["view"])
        return Sent(None, None)

    def _ask_with_blocks(self, method: Callable[..., Any], blocks: list[Any], arguments: dict[str, Any]) -> None:
        try:
            ask(method, **arguments, **({"blocks": blocks} if blocks else {}))
        except SlackFailed as failed:
            if not is_about_blocks(failed):
                raise
            ask(method, **arguments)

    def _open(self, to: Person) -> str:
        """The direct channel with a person; a server without conversations.open may take the user's id itself."""
        try:
            answer = ask(self._client.conversations_open, users=[to.user])
        except SlackFailed as failed:
            if failed.reason != "unknown_method":
                raise
            return to.user
        return str((answer.get("channel") or {}).get("id") or to.user)

    def _to(self, claimed: Claimed) -> Person:
        return Person.parse(str(claimed.row.body["to"]))

    def _address(self, row: OutboxMessage) -> Address:
        """Where it goes: into the thread of its root, wherever that ended up."""
        if row.thread_key is None:
            return Address(self._channels.id_of(row.channel), row.thread_ts)
        root = self._row(row.thread_key)
        if root is None or root.state in UNSENT:
            raise SlackFailed(False, f"the thread {row.thread_key} is not there yet")
        if not root.ts:
            raise SlackFailed(True, f"the thread {row.thread_key} could not be opened")
        return Address(root.sent_channel or self._channels.id_of(row.channel), self._thread_of(root))

    def _thread_of(self, root: OutboxMessage) -> str | None:
        """The thread that a message stands in or begins: Slack's threads have one level only."""
        parent = self._row(root.thread_key) if root.thread_key else None
        if parent is not None and parent.sent_channel == root.sent_channel:
            return self._thread_of(parent)
        return root.thread_ts or root.ts

    def _row(self, key: str | None) -> OutboxMessage | None:
        with self._store.session() as session:
            return session.exec(select(OutboxMessage).where(col(OutboxMessage.key) == key)).first()
