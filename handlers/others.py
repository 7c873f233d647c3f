"""Whatever else a server sends: acknowledged and forgotten, or it would be sent again and again."""

from __future__ import annotations

from slack_bolt import App

from handlers.actions import ANY


def register_others(app: App) -> None:
    """The last listener of all."""
    app.event(ANY)(lambda ack: ack())
