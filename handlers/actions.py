"""Buttons and selects, wherever they stand: noted down, or answered with the dialog they open."""

from __future__ import annotations

import re

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.slack.dialogs import Modals
from bot.slack.inbox import Inbox
from handlers.heard import Payload, hear_action
from handlers.modals import open_modal

ANY = re.compile(".*", re.DOTALL)


def register_actions(app: App, inbox: Inbox, modals: Modals) -> None:
    """Listen to every button: which there are is decided where they are drawn, in bot/cards."""

    def listen(ack: Ack, body: Payload, client: WebClient, respond: Respond) -> None:
        heard = hear_action(body)
        if open_modal(client, respond, heard.body, modals.get(heard.body["action_id"])):
            inbox.put(heard.key, heard.kind, heard.body)
        ack()

    app.block_action(ANY)(listen)
