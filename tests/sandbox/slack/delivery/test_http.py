"""HTTP delivery: real signatures, the three body styles, and retries with their headers."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from slack_sdk.signature import SignatureVerifier

from sandbox.slack.driver_client import Driver, wait_for
from sandbox.slack.server import SandboxSlack


class App:
    """An app behind HTTP that answers what it is told to answer."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[tuple[int, str, dict[str, str]]] = []
        self.delay = 0.0
        app = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                app.heard.append((dict(self.headers), body))
                time.sleep(app.delay)
                status, text, headers = app.answers.pop(0) if app.answers else (200, "", {})
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(text))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/slack/events"


@pytest.fixture
def app(slack: SandboxSlack) -> Iterator[App]:
    made = App()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    slack.use_http(made.url)
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_every_request_is_signed_as_slack_signs(slack: SandboxSlack, app: App, driver: Driver) -> None:
    driver.command("oncall", "recsys-alerts", "/diagnose now")
    headers, body = app.heard[0]
    assert SignatureVerifier(slack.signing_secret).is_valid_request(body, headers)
    assert not SignatureVerifier("another secret").is_valid_request(body, headers)
    assert parse_qs(body.decode())["text"] == ["now"]


def test_events_travel_as_json_and_interactions_as_json_in_a_form(app: App, driver: Driver) -> None:
    driver.post("oncall", "recsys-alerts", "hello")
    wait_for(lambda: app.heard)
    assert json.loads(app.heard[0][1])["event"]["text"] == "hello"
    driver.shortcut("oncall", "report")
    assert json.loads(parse_qs(app.heard[1][1].decode())["payload"][0])["callback_id"] == "report"


def test_an_error_is_retried_with_its_number_and_reason(app: App, driver: Driver) -> None:
    app.answers = [(500, "", {}), (404, "", {})]
    driver.post("oncall", "recsys-alerts", "hello")
    wait_for(lambda: len(app.heard) >= 3)
    told = [(h.get("X-Slack-Retry-Num"), h.get("X-Slack-Retry-Reason")) for h, _ in app.heard]
    assert told == [(None, None), ("1", "http_error"), ("2", "http_error")]


def test_an_app_can_say_that_it_wants_no_retry(app: App, driver: Driver) -> None:
    app.answers = [(500, "", {"X-Slack-No-Retry": "1"})]
    driver.post("oncall", "recsys-alerts", "hello")
    wait_for(lambda: app.heard)
    time.sleep(0.1)  # retries would have come at once
    assert len(app.heard) == 1


def test_a_slow_answer_is_a_timeout(app: App, driver: Driver) -> None:
    app.delay = 0.7
    assert driver.command("oncall", "recsys-alerts", "/diagnose")["error"] == "operation_timeout"


@pytest.mark.parametrize("text", ["plain words", '{"text": "plain words"}'])
def test_a_command_may_be_answered_in_words_or_in_json(app: App, driver: Driver, text: str) -> None:
    app.answers = [(200, text, {})]
    assert driver.command("oncall", "recsys-alerts", "/diagnose")["response"] == {"text": "plain words"}


def test_nobody_home_is_said_to_the_person(slack: SandboxSlack, driver: Driver) -> None:
    slack.use_http("http://127.0.0.1:9/slack/events")
    assert driver.command("oncall", "recsys-alerts", "/diagnose")["error"] == "connection_failed"
