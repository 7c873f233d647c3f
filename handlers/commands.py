"""Slash commands: noted down and acknowledged in silence; those that need a dialog open it at once."""

from __future__ import annotations

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.slack.dialogs import Modals
from bot.slack.inbox import Inbox
from handlers.heard import Payload, hear_command
from handlers.modals import open_modal

COMMANDS = ("/recsys", "/diagnose", "/hotfix")


def register_commands(app: App, inbox: Inbox, modals: Modals) -> None:
    """Listen to every command of the manifest."""

    def listen(ack: Ack, body: Payload, client: WebClient, respond: Respond) -> None:
        heard = hear_command(body)
        if open_modal(client, respond, heard.body, modals.get(heard.body["command"])):
            inbox.put(heard.key, heard.kind, heard.body)
        ack()

    for command in COMMANDS:
        app.command(command)(listen)
