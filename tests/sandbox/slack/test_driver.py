"""Scripting a conversation without a bot: what people can do, what they see, and what makes no sense."""

from __future__ import annotations

import threading
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime

import pytest
from slack_sdk import WebClient
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.clock import ReplayClock
from sandbox.slack.driver_client import Driver, DriverRefused, wait_for
from sandbox.slack.server import SandboxSlack
from sandbox.slack.wire import Json
from tests.sandbox.slack.conftest import actions, button


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
