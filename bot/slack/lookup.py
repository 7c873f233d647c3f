"""Was it said already? Asked when an answer from Slack was lost, so that nothing is ever said twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient

from bot.slack.client import SlackFailed, ask
from bot.slack.messages import Block

EVENT_TYPE = "recsysops_outbox"
PAGES = 10
SLACK_SECONDS = 300  # how far Slack's clock and ours may be apart


@dataclass(frozen=True)
class Address:
    """A channel, and a thread in it, as Slack names them."""

    channel: str
    thread_ts: str | None = None


def mark_of(key: str) -> str:
    """The block id that carries a message's key, for servers that keep no metadata."""
    return "k:" + hashlib.sha256(key.encode()).hexdigest()[:20]


def metadata_of(key: str) -> dict[str, Any]:
    """The message metadata that carries its key."""
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}


def mark(blocks: tuple[Block, ...], key: str) -> list[Block]:
    """The blocks with the key's mark on the first of them (that has no `block_id` of its own, if there is one)."""
    marked = [dict(block) for block in blocks]
    if marked:
        next((block for block in marked if "block_id" not in block), marked[0])["block_id"] = mark_of(key)
    return marked


def find_post(client: WebClient, address: Address, key: str, oldest: float) -> str | None:
    """The ts of the message with this key, or None. Raises SlackFailed when Slack cannot be asked now."""

    def is_it(message: dict[str, Any]) -> bool:
        payload = (message.get("metadata") or {}).get("event_payload") or {}
        blocks = message.get("blocks") or []
        return payload.get("key") == key or any(block.get("block_id") == mark_of(key) for block in blocks)

    return _find(client, address, oldest, is_it)


def find_file(client: WebClient, address: Address, file_id: str, oldest: float) -> str | None:
    """The ts of the message that shares this file, or None."""

    def is_it(message: dict[str, Any]) -> bool:
        return any(file.get("id") == file_id for file in message.get("files") or [])

    return _find(client, address, oldest, is_it)


def _find(client: WebClient, address: Address, oldest: float, is_it: Callable[[dict[str, Any]], bool]) -> str | None:
    try:
        for message in _read_messages(client, address, oldest - SLACK_SECONDS):
            if is_it(message):
                return str(message["ts"])
    except SlackFailed as failed:
        if not failed.permanent and failed.reason != "missing_scope":
            raise  # ask again later: a guess now could say it twice
    return None


def _read_messages(client: WebClient, address: Address, oldest: float) -> Iterator[dict[str, Any]]:
    arguments: dict[str, Any] = {"channel": address.channel, "oldest": f"{max(oldest, 0):.6f}", "limit": 200}
    method: Callable[..., Any] = client.conversations_history
    if address.thread_ts:
        method, arguments["ts"] = client.conversations_replies, address.thread_ts
    for _ in range(PAGES):
        page = ask(method, include_all_metadata=True, **arguments)
        yield from page.get("messages") or []
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return
        arguments["cursor"] = cursor
