"""A bot of our own for the page's tests: whispers on /recsys, opens a form on /hotfix, notes what was pressed."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from sandbox.slack.driver_client import Driver, wait_for
from sandbox.slack.server import SandboxSlack

Json = dict[str, Any]
ALERTS = "C0ALERTS"


class SmallBot:
    """What the tests need of a bot, over Socket Mode."""

    def __init__(self, slack: SandboxSlack) -> None:
        self._slack = slack
        self.client = WebClient(token=slack.bot_token, base_url=slack.api_url)
        self.pressed: list[Json] = []
        self.submitted: list[Json] = []

    @contextlib.contextmanager
    def connected(self) -> Iterator[SmallBot]:
        """Listens until the test is over."""
        handler = SocketModeHandler(self._listening(), self._slack.app_token)
        handler.client.connect()
        wait_for(lambda: Driver(self._slack.url).connected())
        try:
            yield self
        finally:  # the client sits in a read of up to three seconds; hanging up first spares the wait
            handler.client.auto_reconnect_enabled = False
            Driver(self._slack.url).faults(drop_sockets=True)
            handler.client.close()

    def say(self, text: str, blocks: list[Json] | None = None, **more: Any) -> str:
        """Posts into #recsys-alerts; returns the ts."""
        return str(self.client.chat_postMessage(channel=ALERTS, text=text, blocks=blocks, **more)["ts"])

    def _listening(self) -> App:
        app = App(client=self.client, signing_secret="unused", token_verification_enabled=False)
        app.command("/recsys")(self._whisper)
        app.command("/hotfix")(self._open_form)
        app.view("hotfix_form")(self._judge_form)
        app.action("slow")(self._note_late)
        app.action({"type": "block_actions", "action_id": "again"})(self._redraw_form)
        for action_id in ("press", "resolve", "slice", "more"):
            app.action(action_id)(self._note)
        app.event("app_home_opened")(self._draw_home)
        app.event("app_mention")(self._reply)
        return app

    def _whisper(self, ack: Any, command: Json) -> None:
        ack(text=f"You asked `{command['text']}`.")

    def _open_form(self, ack: Any, body: Json, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=form())

    def _judge_form(self, ack: Any, view: Json) -> None:
        values = view["state"]["values"]
        if len(values["why"]["reason"]["value"]) < 10:
            ack(response_action="errors", errors={"why": "Say a little more: the approver reads this."})
            return
        self.submitted.append(values)
        ack()

    def _redraw_form(self, ack: Any, body: Json, client: WebClient) -> None:
        ack()
        client.views_update(view_id=body["view"]["id"], view=form("The preview is ready."))

    def _note(self, ack: Any, action: Json) -> None:
        self.pressed.append(action)
        ack()

    def _note_late(self, ack: Any, action: Json) -> None:
        time.sleep(0.6)
        self._note(ack, action)

    def _draw_home(self, event: Json, client: WebClient) -> None:
        blocks = [{"type": "header", "text": {"type": "plain_text", "text": "All is well"}}]
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    def _reply(self, event: Json) -> None:
        self.say("Heard you.", thread_ts=event.get("thread_ts", event["ts"]))


def form(intro: str = "Preview first.") -> Json:
    """A modal with one input of each common kind."""
    choices = [{"text": plain(words), "value": words} for words in ("In a day", "In three days")]
    return {
        "type": "modal",
        "callback_id": "hotfix_form",
        "title": plain("Ask for a hotfix"),
        "submit": plain("Ask for approval"),
        "blocks": [
            {"type": "section", "block_id": "intro", "text": plain(intro), "accessory": button("Look again", "again")},
            _input("when", "Expires", {"type": "radio_buttons", "action_id": "expiry", "options": choices}),
            _input("why", "Why", {"type": "plain_text_input", "action_id": "reason", "multiline": True}),
            _input("who", "Approver", {"type": "users_select", "action_id": "approver"}, optional=True),
            _input("day", "Review on", {"type": "datepicker", "action_id": "date"}, optional=True),
            _input("sure", "Checked", {"type": "checkboxes", "action_id": "boxes", "options": choices}, optional=True),
        ],
    }


def plain(text: str) -> Json:
    """A plain_text object."""
    return {"type": "plain_text", "text": text}


def button(text: str, action_id: str, **more: Any) -> Json:
    """A button."""
    return {"type": "button", "text": plain(text), "action_id": action_id, "value": "1", **more}


def _input(block_id: str, label: str, element: Json, optional: bool = False) -> Json:
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element, "optional": optional}
