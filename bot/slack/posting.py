"""Saying something in a channel or thread, once; and what is done when the channel, or the drawing, is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk import WebClient

from bot.slack.block_limits import note
from bot.slack.channels import Channels
from bot.slack.claims import Claimed, Claims
from bot.slack.client import SlackFailed, ask
from bot.slack.limits import fit
from bot.slack.lookup import Address, find_post, mark, metadata_of
from bot.slack.messages import Said
from bot.slack.mrkdwn import cut

GONE = ("channel_not_found", "is_archived", "not_in_channel", "restricted_action", "no channel is named")
REFUSED_BLOCKS = ("invalid_blocks", "msg_blocks_too_long", "block_mismatch", "only_one_table_allowed")


@dataclass(frozen=True)
class Sent:
    """A message that is in Slack now. `refused_by`: why it is not where it was meant to be."""

    ts: str | None
    channel: str | None
    moved_from: str = ""
    refused_by: str = ""


def is_about_blocks(failed: SlackFailed) -> bool:
    """Whether the words may be accepted without the drawing."""
    return failed.reason.startswith(REFUSED_BLOCKS)


def is_about_channel(failed: SlackFailed) -> bool:
    """Whether another channel may take it."""
    return failed.permanent and failed.reason.startswith(GONE)


def drawn(said: Said) -> Said:
    """With at least one block, for the mark to stand on."""
    if said.blocks:
        return said
    section = {"type": "section", "text": {"type": "mrkdwn", "text": cut(said.text, 3000)}}
    return Said(said.text, (section,))


class Posting:
    """Posts under a key. Looks first whenever an earlier try may have got through."""

    def __init__(self, client: WebClient, channels: Channels, claims: Claims, fallback_channel: str = "") -> None:
        self._client = client
        self._claims = claims
        self._channels = channels
        self._fallback = fallback_channel

    def post(self, claimed: Claimed, address: Address, said: Said, *, broadcast: bool = False) -> Sent:
        """Say it at this address and nowhere else; Sent also when it turns out to have been said before."""
        key = claimed.row.key
        if claimed.unsure and (found := find_post(self._client, address, key, claimed.tried_at)):
            return Sent(found, address.channel)
        said = drawn(said)
        arguments = {
            "channel": address.channel,
            "text": said.text,
            "metadata": metadata_of(key),
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if address.thread_ts:
            arguments |= {"thread_ts": address.thread_ts, "reply_broadcast": broadcast}
        self._claims.renew(claimed)
        answer = self._ask_to_post(arguments, mark(said.blocks, key))
        return Sent(str(answer.get("ts") or ""), str(answer.get("channel") or address.channel))

    def _ask_to_post(self, arguments: dict[str, Any], blocks: list[dict[str, Any]]) -> dict[str, Any]:
        try:
            return ask(self._client.chat_postMessage, blocks=blocks, **arguments)
        except SlackFailed as failed:
            if not is_about_blocks(failed):
                raise
            structlog.get_logger("slack").warning("blocks refused, said as text", reason=failed.reason)
        return ask(self._client.chat_postMessage, **arguments)

    def somewhere(
        self, address: Address, send: Callable[[Address, str], Sent], instead: Callable[[], Address] | None = None
    ) -> Sent:
        """`send(address, note)` where it was meant to go, after joining if need be, else in the fallback channel.

        What somebody asked for goes to them alone (`instead`), not to a channel that never asked.
        """
        try:
            return self._joined(address, send)
        except SlackFailed as failed:
            if is_about_channel(failed) and instead is not None:
                return send(instead(), "")
            fallback = self._channels.id_of(self._fallback) if self._fallback else ""
            if not is_about_channel(failed) or not fallback or fallback == address.channel:
                raise
            words = f"Meant for <#{address.channel}>, where I cannot post ({failed.reason})."
            sent = self._joined(Address(fallback), lambda other, _: send(other, words))
            return Sent(sent.ts, sent.channel, address.channel, failed.reason)

    def _joined(self, address: Address, send: Callable[[Address, str], Sent]) -> Sent:
        try:
            return send(address, "")
        except SlackFailed as failed:
            if failed.reason != "not_in_channel" or not self._channels.join(address.channel):
                raise
        return send(address, "")


def with_note(said: Said, words: str) -> Said:
    """The same, under a line in small print."""
    if not words:
        return said
    return fit(Said(f"{words} {said.text}", (note(words), *drawn(said).blocks)))
