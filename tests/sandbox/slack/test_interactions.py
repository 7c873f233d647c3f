"""Clicks, forms and response_urls: what the app is sent, and what its answer does. The app is an ear of ours."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from sandbox.slack.delivery.base import Ack
from sandbox.slack.driver_client import Driver
from sandbox.slack.server import SandboxSlack
from sandbox.slack.wire import Json
from tests.sandbox.slack.conftest import actions, button, modal, section, text_input


class Ears:
    """An app of one handler that keeps what it was sent and answers as told."""

    def __init__(self, slack: SandboxSlack) -> None:
        self.payloads: list[Json] = []
        self.answer: Any = {}
        slack.workspace.on_event = lambda event: None
        slack._courier.transport = self

    async def deliver(self, kind: str, payload: Json, retry: object) -> Any:
        self.payloads.append(payload)
        return Ack(True, self.answer)


@pytest.fixture
def ears(slack: SandboxSlack) -> Ears:
    return Ears(slack)


def opened(client: WebClient, driver: Driver, ears: Ears, view: Json, who: str = "oncall") -> Json:
    """A modal opened through a real shortcut's trigger."""
    driver.shortcut(who, "report")
    client.views_open(trigger_id=ears.payloads[-1]["trigger_id"], view=view)
    return driver.views(who)[-1]


def test_a_click_is_the_genuine_payload(client: WebClient, driver: Driver, ears: Ears) -> None:
    ts = str(client.chat_postMessage(channel="C0ALERTS", text="t", blocks=[actions(button())])["ts"])
    driver.click("oncall", "recsys-alerts", ts, "go")
    sent = ears.payloads[0]
    assert (sent["type"], sent["user"]["id"], sent["team"]["id"]) == ("block_actions", "U0ONCALL", "T0RECSYS")
    assert sent["container"] == {"type": "message", "message_ts": ts, "channel_id": "C0ALERTS", "is_ephemeral": False}
    assert (sent["actions"][0]["action_id"], sent["actions"][0]["value"]) == ("go", "7")
    assert sent["message"]["ts"] == ts


def test_a_response_url_replaces_deletes_and_runs_out(client: WebClient, driver: Driver, ears: Ears) -> None:
    ts = str(client.chat_postMessage(channel="C0ALERTS", text="before", blocks=[actions(button())])["ts"])
    driver.click("oncall", "recsys-alerts", ts, "go")
    hook = WebhookClient(ears.payloads[0]["response_url"])
    assert hook.send(text="after", replace_original=True).status_code == 200
    assert driver.channel("recsys-alerts")[0]["text"] == "after"
    hook.send(text="for you")
    hook.send(text="for all", response_type="in_channel")
    hook.send(delete_original=True)
    assert [m["text"] for m in driver.channel("recsys-alerts", as_="oncall")] == ["for you", "for all"]
    assert hook.send(text="fifth").status_code == 200
    sixth = hook.send(text="sixth")
    assert (sixth.status_code, "used_url" in sixth.body) == (404, True)


def test_an_ephemeral_can_be_clicked_and_replaced_only_through_its_response_url(
    client: WebClient, driver: Driver, ears: Ears
) -> None:
    client.chat_postEphemeral(channel="C0ALERTS", user="U0ONCALL", text="sure?", blocks=[actions(button())])
    ts = driver.ephemerals("oncall")[0]["ts"]
    driver.click("oncall", "recsys-alerts", ts, "go")
    assert ears.payloads[0]["container"]["is_ephemeral"] is True
    assert "message" not in ears.payloads[0]
    WebhookClient(ears.payloads[0]["response_url"]).send(text="done", replace_original=True)
    assert [m["text"] for m in driver.ephemerals("oncall")] == ["done"]
    WebhookClient(ears.payloads[0]["response_url"]).send(delete_original=True)
    assert driver.ephemerals("oncall") == []


def test_a_modal_shows_the_app_what_else_was_filled_in(client: WebClient, driver: Driver, ears: Ears) -> None:
    pick = {"type": "users_select", "action_id": "who", "initial_user": "U0OWNER"}
    choose = {"type": "section", "block_id": "pick", "text": {"type": "mrkdwn", "text": "Who?"}, "accessory": pick}
    view = opened(client, driver, ears, modal(choose, text_input()))
    driver.click_in_view("oncall", view["id"], "who", "U0MLLEAD", values={"why": {"text": "half a"}})
    sent = ears.payloads[-1]
    assert sent["actions"][0]["selected_user"] == "U0MLLEAD"
    values = sent["view"]["state"]["values"]
    assert (values["pick"]["who"]["selected_user"], values["why"]["text"]["value"]) == ("U0MLLEAD", "half a")


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        (None, ["first"]),
        ({"response_action": "clear"}, []),
        ({"response_action": "update", "view": modal(callback_id="new")}, ["first", "new"]),
        ({"response_action": "push", "view": modal(callback_id="new")}, ["first", "second", "new"]),
    ],
)
def test_the_answer_to_a_submission_moves_the_stack(
    client: WebClient, driver: Driver, ears: Ears, answer: Json | None, left: list[str]
) -> None:
    opened(client, driver, ears, modal(callback_id="first"))
    driver.shortcut("oncall", "report")
    client.views_push(trigger_id=ears.payloads[-1]["trigger_id"], view=modal(callback_id="second"))
    ears.answer = answer
    assert driver.submit("oncall", driver.views("oncall")[-1]["id"], {"why": {"text": "x"}})["ok"]
    assert [v["callback_id"] for v in driver.views("oncall")] == left


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "dance"},
        {"response_action": "update", "view": modal(section("x" * 3001))},
        {"response_action": "errors", "errors": {"no_such_block": "x"}},
    ],
)
def test_an_answer_that_makes_no_sense_is_trouble_the_person_sees(
    client: WebClient, driver: Driver, ears: Ears, answer: Json
) -> None:
    view = opened(client, driver, ears, modal())
    ears.answer = answer
    assert driver.submit("oncall", view["id"], {"why": {"text": "x"}})["ok"] is False
    assert driver.notices("oncall") == ["We had some trouble connecting. Try again?"]
    assert [v["id"] for v in driver.views("oncall")] == [view["id"]]


def test_closing_with_clear_on_close_closes_everything(client: WebClient, driver: Driver, ears: Ears) -> None:
    opened(client, driver, ears, modal(notify_on_close=True))
    driver.shortcut("oncall", "report")
    client.views_push(trigger_id=ears.payloads[-1]["trigger_id"], view=modal(clear_on_close=True))
    driver.close_view("oncall", driver.views("oncall")[-1]["id"])
    assert driver.views("oncall") == []
    assert (ears.payloads[-1]["type"], ears.payloads[-1]["is_cleared"]) == ("view_closed", True)


def test_a_message_shortcut_brings_the_message(client: WebClient, driver: Driver, ears: Ears) -> None:
    ts = driver.post("owner", "recsys-alerts", "strange numbers")
    driver.shortcut("oncall", "remember", channel="recsys-alerts", ts=ts)
    sent = ears.payloads[-1]
    assert (sent["type"], sent["message"]["text"], sent["channel"]["id"]) == (
        "message_action",
        "strange numbers",
        "C0ALERTS",
    )


def test_the_inspector_shows_both_directions_without_the_token(client: WebClient, driver: Driver, ears: Ears) -> None:
    client.chat_postMessage(channel="C0ALERTS", text="t", token="xoxb-sandbox")
    driver.command("oncall", "recsys-alerts", "/x")
    seen = [(e["direction"], e["kind"], e["name"]) for e in driver.traffic()]
    assert seen == [("in", "api", "chat.postMessage"), ("out", "slash_commands", "/x")]
    assert "xoxb" not in str(driver.traffic())
