"""Mentions, in channels and in threads (where slash commands do not work), and direct messages."""

from __future__ import annotations

from collections.abc import Sequence

from slack_bolt import App

from bot.slack.inbox import Inbox
from handlers.heard import Payload, hear_mention

EVENTS = ("app_mention", "message")


def register_mentions(app: App, inbox: Inbox) -> None:
    """Listen to people who address the bot."""

    def listen(body: Payload) -> None:
        if is_for_us(body["event"], own_ids(body)):
            heard = hear_mention(body)
            inbox.put(heard.key, heard.kind, heard.body)

    for event in EVENTS:
        app.event(event)(listen)


def own_ids(body: Payload) -> list[str]:
    """The user ids that this event was delivered to: the bot's own."""
    return [known["user_id"] for known in body.get("authorizations") or [] if known.get("user_id")]


def is_for_us(event: Payload, own: Sequence[str] = ()) -> bool:
    """From a person, new, and addressed to the bot: no bot's words, no edits, joins or other subtypes, no chatter.

    Some servers send no `app_mention`, only the message that mentions us.
    """
    if event.get("bot_id") or event.get("subtype") or not event.get("user") or event["user"] in own:
        return False
    if event.get("type") == "app_mention" or event.get("channel_type") == "im":
        return True
    return any(f"<@{user}>" in str(event.get("text")) for user in own)
