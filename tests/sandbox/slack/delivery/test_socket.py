"""Socket Mode as an app sees it: tickets, hello, one envelope to one connection, redelivery, refresh."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator

import pytest
from slack_sdk import WebClient
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from sandbox.slack.driver_client import Driver, wait_for
from sandbox.slack.server import SandboxSlack
from sandbox.slack.wire import Json


class Listener:
    """An app that hears over one websocket and acknowledges all but the first `deaf_to` envelopes."""

    def __init__(self, slack: SandboxSlack) -> None:
        opened = WebClient(base_url=slack.api_url).apps_connections_open(app_token=slack.app_token)
        self.heard: list[Json] = []
        self.asides: list[Json] = []  # hello, disconnect
        self.deaf_to = 0
        self.answer: Json | None = None
        self._line = connect(str(opened["url"]), proxy=None, legacy=True)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with contextlib.suppress(ConnectionClosed):  # being cut is part of the story
            for said in self._line:
                self._hear(json.loads(said))

    def _hear(self, message: Json) -> None:
        (self.heard if "envelope_id" in message else self.asides).append(message)
        if "envelope_id" in message and len(self.heard) > self.deaf_to:
            answer = {"payload": self.answer} if self.answer else {}
            self._line.send(json.dumps({"envelope_id": message["envelope_id"], **answer}))

    def close(self) -> None:
        self._line.close()


@pytest.fixture
def listener(slack: SandboxSlack, driver: Driver) -> Iterator[Listener]:
    made = Listener(slack)
    wait_for(driver.connected)
    yield made
    made.close()


def test_the_first_word_is_hello(listener: Listener) -> None:
    hello = wait_for(lambda: listener.asides)[0]
    assert (hello["type"], hello["num_connections"]) == ("hello", 1)


def test_an_event_not_acknowledged_comes_again_and_says_so(listener: Listener, driver: Driver) -> None:
    listener.deaf_to = 1
    driver.post("oncall", "recsys-alerts", "hello")
    wait_for(lambda: len(listener.heard) >= 2)
    first, again = listener.heard[:2]
    assert (first["retry_attempt"], again["retry_attempt"], again["retry_reason"]) == (0, 1, "timeout")
    assert first["payload"]["event_id"] == again["payload"]["event_id"]
    assert first["envelope_id"] != again["envelope_id"]


def test_the_answer_to_a_command_is_shown_to_whoever_asked(listener: Listener, driver: Driver) -> None:
    listener.answer = {"text": "on it"}
    assert driver.command("oncall", "recsys-alerts", "/diagnose item 123") == {
        "ok": True,
        "response": {"text": "on it"},
    }
    sent = listener.heard[0]["payload"]
    assert (sent["command"], sent["text"], sent["user_id"], sent["channel_id"]) == (
        "/diagnose",
        "item 123",
        "U0ONCALL",
        "C0ALERTS",
    )
    assert [m["text"] for m in driver.ephemerals("oncall")] == ["on it"]
    assert driver.ephemerals("lead") == []


def test_a_command_nobody_acknowledges_times_out_before_the_persons_eyes(listener: Listener, driver: Driver) -> None:
    listener.deaf_to = 99
    assert driver.command("oncall", "recsys-alerts", "/diagnose")["error"] == "operation_timeout"
    assert any("operation_timeout" in notice for notice in driver.notices("oncall"))
    assert len(listener.heard) == 1  # a command is never repeated


def test_each_payload_goes_to_exactly_one_of_two_connections(
    slack: SandboxSlack, listener: Listener, driver: Driver
) -> None:
    second = Listener(slack)
    wait_for(lambda: driver.connected() == 2)
    for number in range(6):
        driver.post("oncall", "recsys-alerts", str(number))
    wait_for(lambda: len(listener.heard) + len(second.heard) >= 6)
    assert (len(listener.heard), len(second.heard)) == (3, 3)
    second.close()


def test_dropped_connections_are_gone_without_a_goodbye(listener: Listener, driver: Driver) -> None:
    driver.faults(drop_sockets=True)
    assert driver.connected() == 0
    assert [aside["type"] for aside in listener.asides] == ["hello"]


def test_a_refresh_warns_before_it_cuts(listener: Listener, driver: Driver) -> None:
    driver.faults(refresh_sockets=True)
    wait_for(lambda: len(listener.asides) == 3)
    assert [aside.get("reason") for aside in listener.asides] == [None, "warning", "refresh_requested"]
    wait_for(lambda: driver.connected() == 0)


def test_a_ticket_opens_one_connection(slack: SandboxSlack) -> None:
    client = WebClient(base_url=slack.api_url)
    url = str(client.apps_connections_open(app_token=slack.app_token)["url"])
    with connect(url, proxy=None):
        pass
    with pytest.raises(InvalidStatus), connect(url, proxy=None):
        pass


def test_an_eleventh_connection_is_refused(slack: SandboxSlack, driver: Driver) -> None:
    with contextlib.ExitStack() as lines:
        for _ in range(10):
            lines.callback(Listener(slack).close)
        wait_for(lambda: driver.connected() == 10)
        with pytest.raises(InvalidStatus):
            Listener(slack)
