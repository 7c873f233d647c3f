"""Every way in which a server can fail becomes one error that says whether to ask again, and whether it was done."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from bot.slack.client import SlackFailed, ask, make_client


class OddServer(HTTPServer):
    """Answers everything in the same way, and counts how often it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), OddAnswer)
        self.status, self.body, self.headers = 200, b'{"ok": true}', {"Content-Type": "application/json"}
        self.asked = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/api/"


class OddAnswer(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server = self.server
        assert isinstance(server, OddServer)
        server.asked += 1
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if server.status == 0:
            self.connection.close()
            return
        self.send_response(server.status)
        for name, value in {**server.headers, "Content-Length": str(len(server.body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(server.body)

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""


@pytest.fixture
def server() -> Iterator[OddServer]:
    server = OddServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def failure_of(server: OddServer, status: int, body: object, headers: dict[str, str] | None = None) -> SlackFailed:
    server.status = status
    server.body = body if isinstance(body, bytes) else json.dumps(body).encode()
    server.headers = {"Content-Type": "application/json", **(headers or {})}
    with pytest.raises(SlackFailed) as failed:
        ask(make_client("xoxb-1", server.url).chat_postMessage, channel="C1", text="hello")
    assert server.asked == 1, "the outbox decides about asking again, not the client"
    return failed.value


def test_a_refusal_is_permanent_and_certain(server: OddServer) -> None:
    failed = failure_of(server, 200, {"ok": False, "error": "channel_not_found"})
    assert (failed.permanent, failed.unsure, failed.reason) == (True, False, "channel_not_found")


@pytest.mark.parametrize("error", ["invalid_auth", "missing_scope", "token_revoked"])
def test_what_the_operator_can_mend_is_not_held_against_the_message(server: OddServer, error: str) -> None:
    assert not failure_of(server, 200, {"ok": False, "error": error}).permanent


@pytest.mark.parametrize("error", ["internal_error", "fatal_error"])
def test_slack_s_own_mishaps_may_have_done_it_all_the_same(server: OddServer, error: str) -> None:
    failed = failure_of(server, 200, {"ok": False, "error": error})
    assert (failed.permanent, failed.unsure) == (False, True)


@pytest.mark.parametrize(
    ("status", "body"), [(500, {"ok": False}), (503, b"upstream connect error"), (200, b"<html>proxy")]
)
def test_a_broken_server_may_have_done_it_all_the_same(server: OddServer, status: int, body: object) -> None:
    failed = failure_of(server, status, body)
    assert (failed.permanent, failed.unsure) == (False, True)


@pytest.mark.parametrize(
    ("header", "value", "seconds"), [("Retry-After", "7", 7), ("retry-after", "3", 3), ("X", "", 1)]
)
def test_how_long_to_wait_is_told_by_the_server(server: OddServer, header: str, value: str, seconds: float) -> None:
    failed = failure_of(server, 429, {"ok": False, "error": "ratelimited"}, {header: value})
    assert (failed.permanent, failed.unsure, failed.retry_after) == (False, False, seconds)


@pytest.mark.parametrize(("status", "body"), [(404, b"<html>not found"), (501, {"detail": "not implemented"})])
def test_a_server_without_a_method_is_told_from_a_broken_one(server: OddServer, status: int, body: object) -> None:
    failed = failure_of(server, status, body)
    assert (failed.permanent, failed.reason) == (True, "unknown_method")


def test_a_connection_that_breaks_off_may_have_done_it(server: OddServer) -> None:
    failed = failure_of(server, 0, b"")
    assert (failed.permanent, failed.unsure) == (False, True)


def test_a_connection_that_never_came_about_has_not() -> None:
    with pytest.raises(SlackFailed) as failed:
        ask(make_client("xoxb-1", "http://127.0.0.1:9/api/").chat_postMessage, channel="C1", text="hello")
    assert (failed.value.permanent, failed.value.unsure) == (False, False)
