"""Socket Mode: the websocket side of Slack (docs.slack.dev/apis/events-api/using-socket-mode)."""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.slack.delivery.base import Ack, Retry
from sandbox.slack.people import APP_ID
from sandbox.slack.timing import Timing
from sandbox.slack.wire import Json

MOST_CONNECTIONS = 10


class Sockets:
    """The app's open connections. Each payload goes to exactly one of them."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._tickets: set[str] = set()
        self._lines: dict[int, WebSocket] = {}
        self._next_line = itertools.count()
        self._turn = itertools.count()
        self._awaited: dict[str, asyncio.Future[Any]] = {}
        self.refusing = False

    def ticket(self) -> str:
        """The right to open one connection."""
        made = secrets.token_urlsafe(16)
        self._tickets.add(made)
        return made

    @property
    def connected(self) -> int:
        """How many connections are open."""
        return len(self._lines)

    async def serve(self, websocket: WebSocket) -> None:
        """One connection, from hello to its end."""
        ticket = websocket.query_params.get("ticket", "")
        if self.refusing or ticket not in self._tickets or len(self._lines) >= MOST_CONNECTIONS:
            await websocket.close(1008)
            return
        self._tickets.discard(ticket)
        await websocket.accept()
        line = next(self._next_line)
        try:
            await websocket.send_text(json.dumps(self._hello()))
            self._lines[line] = websocket
            while True:
                self._hear(await websocket.receive_text())
        except (WebSocketDisconnect, RuntimeError):
            pass  # the app went away; what was under way runs into its deadline
        finally:
            self._lines.pop(line, None)

    def _hello(self) -> Json:
        debug = {"host": "sandbox", "build_number": 1, "approximate_connection_time": self._timing.socket_seconds}
        count = len(self._lines) + 1
        return {"type": "hello", "num_connections": count, "connection_info": {"app_id": APP_ID}, "debug_info": debug}

    def _hear(self, text: str) -> None:
        try:
            said = json.loads(text)
        except ValueError:
            return
        waiting = self._awaited.get(str(said.get("envelope_id"))) if isinstance(said, dict) else None
        if waiting is not None and not waiting.done():
            waiting.set_result(said.get("payload"))

    async def deliver(self, kind: str, payload: Json, retry: Retry | None) -> Ack:
        """Sends one envelope over one connection and waits for its id to come back."""
        websocket = await self._line()
        if websocket is None:
            return Ack(False, reason="no_connection")
        envelope_id = secrets.token_hex(16)
        waiting = self._awaited[envelope_id] = asyncio.get_running_loop().create_future()
        try:
            await websocket.send_text(json.dumps(_envelope(envelope_id, kind, payload, retry)))
            return Ack(True, await asyncio.wait_for(waiting, self._timing.ack_seconds))
        except TimeoutError:
            return Ack(False, reason="timeout")
        except (WebSocketDisconnect, RuntimeError):
            return Ack(False, reason="connection_lost")
        finally:
            del self._awaited[envelope_id]

    async def _line(self) -> WebSocket | None:
        """The next connection in turn; waits a little for one that is just being opened."""
        deadline = asyncio.get_running_loop().time() + self._timing.ack_seconds
        while not self._lines and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.02)
        lines = list(self._lines.values())
        return lines[next(self._turn) % len(lines)] if lines else None

    def drop(self) -> int:
        """Cuts every connection without a goodbye; returns how many there were."""
        lines, self._lines = list(self._lines.values()), {}
        for websocket in lines:
            websocket.scope["state"]["transport"].abort()
        return len(lines)

    async def refresh(self) -> None:
        """Asks the app to reconnect, warning first, as Slack does about once an hour."""
        old = dict(self._lines)
        for websocket in old.values():
            await websocket.send_text(json.dumps({"type": "disconnect", "reason": "warning", "debug_info": {}}))
        await asyncio.sleep(self._timing.warning_seconds)
        for line, websocket in old.items():
            if self._lines.pop(line, None):
                await websocket.send_text(json.dumps({"type": "disconnect", "reason": "refresh_requested"}))
                await websocket.close()


def _envelope(envelope_id: str, kind: str, payload: Json, retry: Retry | None) -> Json:
    made: Json = {"envelope_id": envelope_id, "type": kind, "payload": payload}
    made["accepts_response_payload"] = kind != "events_api"
    if kind == "events_api":
        made |= {"retry_attempt": retry.attempt if retry else 0, "retry_reason": retry.reason if retry else ""}
    return made
