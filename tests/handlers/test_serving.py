"""The two doors: a socket that comes back by itself, and HTTP requests that must be signed."""

from __future__ import annotations

import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from bot.slack.client import SlackFailed
from bot.store.tables import InboxMessage
from handlers.serving import serve_http, serve_socket
from handlers.web import HttpServing
from sandbox.slack.driver_client import wait_for
from tests.handlers.conftest import Ears


def hear_one(ears: Ears) -> InboxMessage:
    heard = wait_for(ears.inbox.claim, seconds=8)
    assert heard is not None
    return heard


def test_over_a_socket_a_command_a_mention_and_a_visit_home_are_heard(ears: Ears) -> None:
    serving = serve_socket(ears.app, ears.slack.app_token)
    try:
        wait_for(ears.driver.connected)
        assert ears.driver.command("oncall", "recsys-alerts", "/recsys status")["ok"]
        assert hear_one(ears).body["text"] == "status"
        ears.driver.post("oncall", "recsys-alerts", "@recsysops diagnose")
        assert hear_one(ears).kind == "mention"
        ears.driver.open_home("oncall")
        assert hear_one(ears).kind == "home"
    finally:
        serving.close()


def test_a_duplicated_event_is_one_row(ears: Ears) -> None:
    serving = serve_socket(ears.app, ears.slack.app_token)
    try:
        wait_for(ears.driver.connected)
        ears.driver.faults(duplicate_next=1)
        ears.driver.post("oncall", "recsys-alerts", "@recsysops diagnose")
        hear_one(ears)
        time.sleep(0.3)
        assert ears.drain() == []
    finally:
        serving.close()


def test_a_dropped_socket_comes_back_and_hears_what_is_said_next(ears: Ears) -> None:
    serving = serve_socket(ears.app, ears.slack.app_token, watch=0.1, patience=0.3)
    try:
        wait_for(ears.driver.connected)
        ears.driver.faults(drop_sockets=True)
        wait_for(ears.driver.connected, seconds=8)
        ears.driver.post("oncall", "recsys-alerts", "@recsysops status")
        assert hear_one(ears).kind == "mention"
    finally:
        serving.close()


def test_a_slack_that_is_down_at_the_start_is_waited_for(ears: Ears) -> None:
    ears.driver.faults(outage=True)
    serving = serve_socket(ears.app, ears.slack.app_token, watch=0.1, patience=0.2)
    try:
        assert ears.driver.connected() == 0
        ears.driver.faults(outage=False)
        wait_for(ears.driver.connected, seconds=8)
    finally:
        serving.close()


def test_a_wrong_app_token_is_said_at_once(ears: Ears) -> None:
    with pytest.raises(SlackFailed, match="SLACK_APP_TOKEN"):
        serve_socket(ears.app, "xapp-wrong")


@pytest.fixture
def web(ears: Ears) -> Iterator[HttpServing]:
    serving = serve_http(ears.app, "127.0.0.1", 0)
    assert isinstance(serving, HttpServing)
    yield serving
    serving.close()


def test_over_http_a_command_and_a_mention_are_heard(ears: Ears, web: HttpServing) -> None:
    ears.slack.use_http(f"http://127.0.0.1:{web.port}/slack/events")
    assert ears.driver.command("oncall", "recsys-alerts", "/recsys status")["ok"]
    assert hear_one(ears).kind == "command"
    ears.driver.post("oncall", "recsys-alerts", "@recsysops diagnose")
    assert hear_one(ears).kind == "mention"


def test_over_http_a_request_that_slack_did_not_sign_is_refused(ears: Ears, web: HttpServing) -> None:
    forged = {"X-Slack-Signature": "v0=" + "0" * 64, "X-Slack-Request-Timestamp": str(int(time.time()))}
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(web, "/slack/events", json.dumps({"type": "event_callback"}).encode(), forged)
    assert refused.value.code == 401
    assert ears.drain() == []


def test_over_http_a_body_larger_than_anything_slack_sends_is_refused(web: HttpServing) -> None:
    with pytest.raises((urllib.error.HTTPError, ConnectionError, urllib.error.URLError)):
        ask(web, "/slack/events", b"x" * 1_100_000)


def test_over_http_there_is_a_health_page_and_metrics(web: HttpServing) -> None:
    assert json.loads(ask(web, "/health")) == {"ok": True}
    assert b"python_info" in ask(web, "/metrics")


def test_a_port_that_is_taken_is_an_error_and_not_the_end_of_the_process(ears: Ears) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        serve_http(ears.app, "127.0.0.1", taken.getsockname()[1])


def ask(web: HttpServing, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> bytes:
    url = f"http://127.0.0.1:{web.port}{path}"
    with urllib.request.urlopen(urllib.request.Request(url, body, headers or {}), timeout=5) as answer:
        return bytes(answer.read())
