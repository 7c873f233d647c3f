"""HTTP delivery: signed requests to the app's address (docs.slack.dev/authentication/verifying-requests-from-slack)."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode, urlsplit

from sandbox.slack.delivery.base import Ack, Retry
from sandbox.slack.timing import Timing
from sandbox.slack.wire import Json

_FORM = "application/x-www-form-urlencoded"


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """The v0 signature: HMAC-SHA256 over `v0:timestamp:body`."""
    base = b"v0:%d:%s" % (timestamp, body)
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def encode(kind: str, payload: Json) -> tuple[str, bytes]:
    """Content type and body: events as JSON, commands as a form, everything else as JSON inside a form."""
    if kind == "events_api":
        return "application/json", json.dumps(payload).encode()
    form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return _FORM, urlencode(form).encode()


class HttpRequests:
    """Sends each payload to one address."""

    def __init__(self, url: str, secret: str, timing: Timing) -> None:
        self._url = urlsplit(url)
        self._secret = secret
        self._timing = timing
        self._threads = ThreadPoolExecutor(16, thread_name_prefix="slack-http")

    async def deliver(self, kind: str, payload: Json, retry: Retry | None) -> Ack:
        """One request, and what came of it within three seconds."""
        loop = asyncio.get_running_loop()
        try:
            asked = loop.run_in_executor(self._threads, self._send, kind, payload, retry)
            return await asyncio.wait_for(asked, self._timing.ack_seconds)
        except TimeoutError:
            return Ack(False, reason="http_timeout")
        except (OSError, http.client.HTTPException):
            return Ack(False, reason="connection_failed")

    def close(self) -> None:
        """Lets the threads go."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _send(self, kind: str, payload: Json, retry: Retry | None) -> Ack:
        content_type, body = encode(kind, payload)
        place = self._url.path + (f"?{self._url.query}" if self._url.query else "")
        seconds = self._timing.ack_seconds
        connection = http.client.HTTPConnection(self._url.hostname or "127.0.0.1", self._url.port, timeout=seconds)
        try:
            connection.request("POST", place or "/", body, {"Content-Type": content_type, **self._headers(body, retry)})
            response = connection.getresponse()
            return _understood(response.status, response.read(), response.getheader("X-Slack-No-Retry") == "1")
        finally:
            connection.close()

    def _headers(self, body: bytes, retry: Retry | None) -> dict[str, str]:
        timestamp = int(self._timing.now())
        made = {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": sign(self._secret, timestamp, body)}
        made["User-Agent"] = "Slackbot 1.0 (+https://api.slack.com/robots)"
        if retry:
            made |= {"X-Slack-Retry-Num": str(retry.attempt), "X-Slack-Retry-Reason": retry.reason}
        return made


def _understood(status: int, raw: bytes, final: bool) -> Ack:
    text = raw.decode("utf-8", "replace")
    if not 200 <= status < 300:
        return Ack(False, text, "http_error", final)
    try:
        return Ack(True, json.loads(text) if text else None)
    except ValueError:
        return Ack(True, {"text": text})
