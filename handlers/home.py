"""The App Home: drawn anew whenever somebody opens it."""

from __future__ import annotations

from slack_bolt import App

from bot.slack.inbox import Inbox
from handlers.heard import Payload, hear_home


def register_home(app: App, inbox: Inbox) -> None:
    """Listen to people opening the Home tab (the Messages tab has nothing to draw)."""

    def listen(body: Payload) -> None:
        if body["event"].get("tab", "home") == "home":
            heard = hear_home(body)
            inbox.put(heard.key, heard.kind, heard.body)

    app.event("app_home_opened")(listen)
