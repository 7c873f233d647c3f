"""Mentions, in channels and in threads (where slash commands do not work), and direct messages."""

from __future__ import annotations

from slack_bolt import App

from bot.slack.inbox import Inbox
from handlers.heard import Payload, hear_mention

EVENTS = ("app_mention", "message")


def register_mentions(app: App, inbox: Inbox) -> None:
    """Listen to people who address the bot."""

    def listen(body: Payload) -> None:
        if is_for_us(body["event"]):
            heard = hear_mention(body)
            inbox.put(heard.key, heard.kind, heard.body)

    for event in EVENTS:
        app.event(event)(listen)


def is_for_us(event: Payload) -> bool:
    """From a person, new, and addressed to the bot: no bot's words, no edits, joins or other subtypes, no chatter."""
    if event.get("bot_id") or event.get("subtype") or not event.get("user"):
        return False
    return event.get("type") == "app_mention" or event.get("channel_type") == "im"
