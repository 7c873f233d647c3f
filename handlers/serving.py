"""Where Slack reaches the bot: a socket that the bot opens (no public address needed), or HTTP requests."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from typing import Protocol

import structlog
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.clock import SystemClock
from bot.slack.client import FOR_THE_OPERATOR, SlackFailed, from_answer

WATCH = 2.0  # seconds between two looks at the socket
PATIENCE = 15.0  # seconds without an answer to a ping before the socket is replaced
log = structlog.get_logger("serving")


class Serving(Protocol):
    """A door that is open until it is closed."""

    def close(self) -> None:
        """Stop listening."""


def serve_socket(app: App, app_token: str, *, watch: float = WATCH, patience: float = PATIENCE) -> Serving:
    """Listen over Socket Mode; returns at once. Raises SlackFailed when Slack refuses the app token.

    A network that is down at the start is no reason to give up: the watch goes on trying.
    """
    return SocketServing(app, app_token, watch, patience)


class SocketServing:
    """A socket under watch: libraries have been seen to hold dead sockets for days without a word."""

    def __init__(self, app: App, app_token: str, watch: float, patience: float) -> None:
        app.logger.addFilter(_is_news)
        self._client = SocketModeHandler(app, app_token, ping_interval=patience / 3).client
        self._watch, self._patience = watch, patience
        self._clock = SystemClock()
        self._closing = threading.Event()
        self._opened_at = self._now()
        self._connect()
        self._thread = threading.Thread(target=self._keep, name="socket-watch", daemon=True)
        self._thread.start()

    @property
    def silent_seconds(self) -> float:
        """How long ago the other end last answered a ping. The library alone calls a cut line connected for long."""
        session = self._client.current_session
        heard = session.last_ping_pong_time if session is not None else None
        if heard is None and self._client.is_connected():
            return 0.0  # not every server echoes pings; then the library's own word must do
        return self._now() - max(self._opened_at, heard or 0.0)

    def close(self) -> None:
        """Stop watching and listening."""
        self._closing.set()
        self._thread.join(timeout=self._patience)
        self._client.auto_reconnect_enabled = False
        self._hang_up()
        self._client.close()

    def _hang_up(self) -> None:
        """Wake the reader, which would otherwise sit in its `recv` for seconds."""
        sock = self._client.current_session.sock if self._client.current_session is not None else None
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _now(self) -> float:
        return self._clock.now().timestamp()

    def _connect(self) -> None:
        try:
            self._client.connect()
        except SlackApiError as error:
            failed = from_answer(error)
            if not failed.permanent and failed.reason not in FOR_THE_OPERATOR:
                log.warning("socket not opened, will try again", reason=failed.reason)
                return
            self._client.close()
            raise SlackFailed(True, f"{failed.reason}: {_what_to_do(failed.reason)}") from error
        except (SlackClientError, OSError) as error:
            log.warning("socket not opened, will try again", reason=str(error))

    def _keep(self) -> None:
        while not self._closing.wait(self._watch):
            if self.silent_seconds > self._patience:
                self._replace()

    def _replace(self) -> None:
        """A fresh address and a fresh connection; whatever goes wrong is tried again at the next look."""
        log.warning("socket silent, opening another", seconds=round(self.silent_seconds))
        self._opened_at = self._now()
        try:
            self._client.connect_to_new_endpoint(force=True)
        except Exception as error:  # the library raises what it likes here
            log.warning("socket not opened, will try again", reason=str(error))


def _is_news(record: logging.LogRecord) -> bool:
    """What the library says of a socket that does not open we say ourselves, with what to do."""
    return not record.getMessage().startswith("Failed to retrieve WSS URL")


def _what_to_do(reason: str) -> str:
    if reason == "unknown_method":
        return "this server has no Socket Mode; for HTTP, set RECSYSOPS_HTTP_PORT and SLACK_SIGNING_SECRET"
    return "check SLACK_APP_TOKEN (xapp-, scope connections:write) and that Socket Mode is on"


def serve_http(app: App, host: str, port: int) -> Serving:
    """Listen for HTTP requests at /slack/events; returns when the port is open. OSError when it is taken."""
    from handlers.web import HttpServing

    return HttpServing(app, host, port)
