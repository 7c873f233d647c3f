"""Message shortcuts: a verb without typing, for people who do not know the words."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.slack.inbox import Inbox
from handlers.heard import Payload, hear_shortcut

SHORTCUTS = {"diagnose_this": "diagnose"}  # callback id -> the words it stands for


def register_shortcuts(app: App, inbox: Inbox) -> None:
    """Listen to every message shortcut of the manifest."""

    def listen(ack: Ack, body: Payload) -> None:
        heard = hear_shortcut(body, SHORTCUTS[body["callback_id"]])
        inbox.put(heard.key, heard.kind, heard.body)
        ack()

    for callback_id in SHORTCUTS:
        app.shortcut(callback_id)(listen)  # of a message; some servers call it a global one and send the message too
