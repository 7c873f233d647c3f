"""Scripting a conversation without a bot: what people can do, what they see, and what makes no sense."""

from __future__ import annotations

import threading
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.clock import ReplayClock
from sandbox.slack.delivery.base import Ack
from sandbox.slack.driver_client import Driver, DriverRefused, wait_for
from sandbox.slack.server import SandboxSlack
from sandbox.slack.wire import Json
from tests.sandbox.slack.conftest import actions, button, modal, section, text_input


def test_the_state_says_who_where_and_what_can_be_asked(driver: Driver) -> None:
    state = driver.state("oncall")
    assert state["me"]["id"] == "U0ONCALL"
    assert {p["handle"]: p["is_guest"] for p in state["people"]}["guest"] is True
    assert [c["name"] for c in state["channels"]] == ["recsys-alerts", "launches", "general"]


def test_a_guest_sees_only_their_own_channels(driver: Driver) -> None:
    assert [c["name"] for c in driver.state("guest")["channels"]] == ["recsys-alerts", "general"]
    with pytest.raises(DriverRefused, match="channel_not_found"):
        driver.channel("launches", as_="guest")
    with pytest.raises(DriverRefused, match="not_in_channel"):
        driver.post("guest", "launches", "hello")


def test_what_people_type_is_stored_escaped(driver: Driver) -> None:
    driver.post("oncall", "general", "1 < 2 & @lead knows")
    assert driver.channel("general")[-1]["text"] == "1 &lt; 2 &amp; <@U0MLLEAD> knows"


@pytest.mark.parametrize(
    ("act", "arguments", "error"),
    [
        ("post", ("nobody", "general", "x"), "user_not_found"),
        ("post", ("oncall", "nowhere", "x"), "channel_not_found"),
        ("post", ("oncall", "general", ""), "missing_value"),
        ("thread", ("general", "1.0"), "thread_not_found"),
        ("click", ("oncall", "general", "1.0", "go"), "message_not_found"),
        ("submit", ("oncall", "V0GONE"), "not_found"),
        ("react", ("oncall", "general", "1.0", "eyes"), "message_not_found"),
    ],
)
def test_an_act_that_makes_no_sense_is_refused_by_name(
    standing: SandboxSlack, act: str, arguments: tuple[str, ...], error: str
) -> None:
    with pytest.raises(DriverRefused) as refused:
        getattr(Driver(standing.url), act)(*arguments)
    assert refused.value.error == error


def test_a_fault_nobody_knows_is_refused_with_those_that_exist(standing: SandboxSlack) -> None:
    with pytest.raises(DriverRefused) as refused:
        Driver(standing.url).faults(earthquake=True)
    assert "outage" in refused.value.answer["known"]


def test_a_click_on_what_is_not_there_lists_what_is(client: WebClient, driver: Driver) -> None:
    ts = client.chat_postMessage(channel="C0ALERTS", text="t", blocks=[actions(button("ack"), button("why"))])["ts"]
    with pytest.raises(DriverRefused) as refused:
        driver.click("oncall", "recsys-alerts", str(ts), "akc")
    assert refused.value.answer["known"] == ["ack", "why"]


def test_the_page_hears_of_changes_as_they_happen(slack: SandboxSlack, driver: Driver) -> None:
    version = driver.state()["version"]
    heard: list[Json] = []
    poll = threading.Thread(target=lambda: heard.append(driver._read("changes", since=str(version))))
    poll.start()
    time.sleep(0.05)
    ts = driver.post("oncall", "recsys-alerts", "hello")
    poll.join(timeout=5)
    assert heard[0]["touched"] == ["channel:C0ALERTS", f"thread:C0ALERTS:{ts}"]
    assert heard[0]["version"] > version


def test_direct_messages_with_the_bot_are_the_persons_own(client: WebClient, driver: Driver) -> None:
    client.chat_postMessage(channel="U0MLLEAD", text="please approve")
    assert [m["text"] for m in driver.channel("dm", as_="lead")] == ["please approve"]
    with pytest.raises(DriverRefused, match="channel_not_found"):
        driver.channel("D0MLLEAD", as_="oncall")


def test_inviting_the_bot_lets_it_speak(client: WebClient, driver: Driver) -> None:
    driver.invite("oncall", "general")
    assert client.chat_postMessage(channel="C0GENERL", text="hello")["ok"]


def test_a_command_in_a_thread_is_not_supported_as_in_slack(driver: Driver) -> None:
    body = {"as": "oncall", "channel": "general", "text": "/diagnose", "thread_ts": "1.0"}
    assert driver._call("command", body)["error"] == "not_in_threads"


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


def test_another_room_can_be_added_to_the_same_server_and_the_worlds_time_is_shown() -> None:
    async def weather(request: Request) -> PlainTextResponse:
        return PlainTextResponse("mild")

    slack = SandboxSlack(clock=ReplayClock(datetime(2026, 1, 31, tzinfo=UTC)))
    slack.mount("/world", [Route("/weather", weather)])
    with slack.running():
        with urllib.request.urlopen(f"{slack.url}/world/weather", timeout=5) as response:
            assert response.read() == b"mild"
        assert Driver(slack.url).state()["world_time"].startswith("2026-01-31")


def test_files_outside_the_pages_folder_are_not_served(standing: SandboxSlack) -> None:
    for path in ("page/../server.py", "page/%2e%2e/server.py", "page//etc/passwd", "page/nothing.js"):
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(f"{standing.url}/{path}", timeout=5)


def test_waiting_for_what_never_happens_ends() -> None:
    with pytest.raises(TimeoutError):
        wait_for(lambda: False, seconds=0.05)
