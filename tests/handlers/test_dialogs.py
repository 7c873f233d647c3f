"""Dialogs open within the click, say why when they cannot, and are checked before they close."""

from __future__ import annotations

import json
from typing import Any

from bot.roles import Denied
from bot.slack.dialogs import LOADING, CannotOpen
from handlers.serving import serve_socket
from sandbox.slack.driver_client import wait_for
from tests.handlers.conftest import Ears, Payload
from tests.handlers.payloads import click, command, submission

INPUT = {
    "type": "input",
    "block_id": "cause",
    "label": {"type": "plain_text", "text": "What was it?"},
    "element": {"type": "plain_text_input", "action_id": "text"},
}


def dialog(callback_id: str = "resolve") -> Payload:
    words = {"type": "plain_text", "text": "Resolve"}
    return {"type": "modal", "callback_id": callback_id, "title": words, "submit": words, "blocks": [INPUT]}


def refuse(_: Payload) -> dict[str, Any]:
    raise CannotOpen("It is resolved already.")


def deny(_: Payload) -> dict[str, Any]:
    raise Denied("This needs the role approver.")


def stumble(_: Payload) -> dict[str, Any]:
    raise ZeroDivisionError


def open_with(ears: Ears, builder: Any) -> Payload:
    """Run a command that opens a dialog, through the socket, and see what the person sees."""
    serving = serve_socket(ears.make_app(modals={"/hotfix": builder}), ears.slack.app_token)
    try:
        wait_for(ears.driver.connected)
        ears.driver.command("oncall", "recsys-alerts", "/hotfix rollback model")
        view: Payload = wait_for(lambda: ears.driver.views("oncall"))[-1]
        return view
    finally:
        serving.close()


def test_a_command_opens_its_dialog_and_there_is_nothing_else_to_do(ears: Ears) -> None:
    assert open_with(ears, lambda heard: dialog())["callback_id"] == "resolve"
    assert ears.drain() == []


def test_a_dialog_that_is_filled_in_afterwards_names_itself_to_the_bot(ears: Ears) -> None:
    view = open_with(ears, lambda heard: dialog(LOADING))
    assert ears.drain()[0].body["view_id"] == view["id"]


def test_a_dialog_that_makes_no_sense_now_says_why(ears: Ears) -> None:
    assert "It is resolved already." in json.dumps(open_with(ears, refuse)["blocks"])


def test_a_bug_in_a_dialog_shows_an_error_id_instead_of_a_dead_button(ears: Ears) -> None:
    assert "Error id" in json.dumps(open_with(ears, stumble)["blocks"])


def test_a_builder_that_has_no_dialog_leaves_the_command_to_the_bot(ears: Ears) -> None:
    ears.hear(command("", "/hotfix"), ears.make_app(modals={"/hotfix": lambda heard: None}))
    assert [message.kind for message in ears.drain()] == ["command"]


def test_a_click_that_came_too_late_changes_nothing_and_is_acknowledged(ears: Ears) -> None:
    app = ears.make_app(modals={"acknowledge": lambda heard: dialog()})
    assert ears.hear(click(trigger_id="long.expired"), app).status == 200
    assert ears.drain() == []


def test_mistakes_are_shown_in_the_dialog_and_nothing_is_noted_down(ears: Ears) -> None:
    app = ears.make_app(submissions={"resolve": lambda heard: {"cause": "Say what it was."}})
    answer = json.loads(ears.hear(submission(), app).body)
    assert answer == {"response_action": "errors", "errors": {"cause": "Say what it was."}}
    assert ears.drain() == []


def test_who_may_not_send_a_dialog_off_is_told_so_in_it(ears: Ears) -> None:
    app = ears.make_app(submissions={"resolve": deny})
    answer = json.loads(ears.hear(submission(), app).body)
    assert answer["response_action"] == "update"
    assert "approver" in json.dumps(answer["view"])
    assert ears.drain() == []
