"""A Slack-compatible server that is poor and strict: it knows little, and takes nothing but what Slack documents.

It shares nothing with the sandbox: no App Home, no whispers, no files, no direct messages, no metadata, no scopes, no
view hashes. Whatever it does not know it refuses in the way asked for: as Slack does, or with a page in HTML.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

Json = dict[str, Any]
BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-poor", "xapp-poor", "poor-secret"
CHANNEL, NAME, TEAM = "C0ALERTS", "recsys-alerts", "T0RECSYS"


class PoorSlack:
    """One channel, in memory. `html`: unknown methods are a 404 with a page instead of `unknown_method`."""

    def __init__(self, *, html: bool = False, lacks: tuple[str, ...] = ()) -> None:
        self.messages: list[Json] = []
        self.views: list[Json] = []
        self.asked: list[str] = []
        self.lose_answers = 0  # of how many of the next posts the answer is lost, after they were stored
        self.request_url = ""  # set: over HTTP; empty: over the socket
        self._html, self._count = html, 0
        methods: dict[str, Callable[[Json], Json]] = {
            "auth.test": lambda _: {"ok": True, "user_id": "U0BOT", "team_id": TEAM, "user": "recsysops"},
            "apps.connections.open": lambda _: {"ok": True, "url": f"ws://127.0.0.1:{self.port}/link"},
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "views.open": self._open,
            "conversations.list": lambda _: {"ok": True, "channels": [{"id": CHANNEL, "name": NAME}]},
            "conversations.history": self._history,
            "conversations.replies": self._replies,
        }
        self._methods = {name: method for name, method in methods.items() if name not in lacks}
        self._sockets: list[WebSocket] = []
        self._acks: dict[str, Future[Json]] = {}

    @contextmanager
    def running(self) -> Iterator[PoorSlack]:
        routes = [Route("/api/{method}", self._api, methods=["POST"]), WebSocketRoute("/link", self._link)]
        config = uvicorn.Config(Starlette(routes=routes), log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.port = listening.getsockname()[1]
            thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
            thread.start()
            yield self
            server.should_exit = server.force_exit = True
            thread.join(5)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    @property
    def cards(self) -> list[Json]:
        return [message for message in self.messages if "incident.acknowledge" in json.dumps(message.get("blocks"))]

    def thread(self, ts: str) -> list[str]:
        return [message["text"] for message in self.messages if message.get("thread_ts") == ts]

    def texts(self) -> list[str]:
        return [message["text"] for message in self.messages]

    def _post(self, said: Json) -> Json:
        if said["channel"] != CHANNEL:
            return refuse("channel_not_found")
        if not said.get("text"):
            return refuse("no_text")
        self._count += 1
        ts = f"{int(time.time())}.{self._count:06d}"
        kept = {name: said[name] for name in ("text", "blocks", "thread_ts") if said.get(name)}
        self.messages.append({"type": "message", "user": "U0BOT", "ts": ts, **kept})
        return {"ok": True, "channel": CHANNEL, "ts": ts}

    def _update(self, said: Json) -> Json:
        found = [message for message in self.messages if message["ts"] == said["ts"]]
        if said["channel"] != CHANNEL or not found:
            return refuse("message_not_found")
        found[0].update(text=said["text"], blocks=said.get("blocks", []))
        return {"ok": True, "channel": CHANNEL, "ts": said["ts"], "text": said["text"]}

    def _open(self, asked: Json) -> Json:
        if not asked.get("trigger_id"):
            return refuse("invalid_trigger")
        view = {**asked["view"], "id": f"V{len(self.views)}"}
        self.views.append(view)
        return {"ok": True, "view": view}

    def _history(self, asked: Json) -> Json:
        roots = [message for message in self.messages if "thread_ts" not in message]
        return {"ok": True, "messages": roots[::-1]} if asked["channel"] == CHANNEL else refuse("channel_not_found")

    def _replies(self, asked: Json) -> Json:
        thread = [message for message in self.messages if asked["ts"] in (message["ts"], message.get("thread_ts"))]
        return {"ok": True, "messages": thread} if asked["channel"] == CHANNEL else refuse("channel_not_found")

    async def _api(self, request: Request) -> Response:
        name = request.path_params["method"]
        self.asked.append(name)
        if name not in self._methods:
            return HTMLResponse("<h1>Not Found</h1>", 404) if self._html else JSONResponse(refuse("unknown_method"))
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token != (APP_TOKEN if name == "apps.connections.open" else BOT_TOKEN):
            return JSONResponse(refuse("invalid_auth"))
        answer = self._methods[name](arguments(request.headers.get("content-type", ""), await request.body()))
        if name == "chat.postMessage" and self.lose_answers:
            self.lose_answers -= 1
            return HTMLResponse("<h1>Bad Gateway</h1>", 502)
        return JSONResponse(answer)

    async def _link(self, link: WebSocket) -> None:
        await link.accept()
        await link.send_json({"type": "hello"})
        self._loop = asyncio.get_running_loop()
        self._sockets.append(link)
        try:
            while True:
                ack = await link.receive_json()
                self._acks[ack["envelope_id"]].set_result(ack.get("payload") or {})
        except WebSocketDisconnect:
            self._sockets.remove(link)

    def tell(self, kind: str, payload: Json) -> Json:
        """Tell the bot what a person did; what it acknowledged with."""
        return self.post(kind, payload)[1] if self.request_url else self._send(kind, payload)

    def _send(self, kind: str, payload: Json) -> Json:
        until = time.monotonic() + 10
        while not self._sockets and time.monotonic() < until:
            time.sleep(0.02)
        envelope = f"e{len(self._acks)}"
        self._acks[envelope] = Future()
        sent = self._sockets[-1].send_json({"envelope_id": envelope, "type": kind, "payload": payload})
        asyncio.run_coroutine_threadsafe(sent, self._loop)
        return self._acks[envelope].result(timeout=3)

    def post(self, kind: str, payload: Json, *, secret: str = SECRET, age: int = 0) -> tuple[int, Json]:
        """One signed request, as Slack would send it; status and body. `age`: how many seconds ago it was signed."""
        forms = {"slash_commands": payload, "interactive": {"payload": json.dumps(payload)}}
        is_form, stamp = kind in forms, str(int(time.time()) - age)
        raw = (urlencode(forms[kind]) if is_form else json.dumps(payload)).encode()
        signature = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + raw, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded" if is_form else "application/json",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={signature}",
        }
        try:
            with urllib.request.urlopen(urllib.request.Request(self.request_url, raw, headers), timeout=3) as answer:
                return answer.status, json.loads(answer.read() or "{}")
        except urllib.error.HTTPError as error:
            return error.code, {}


def refuse(error: str) -> Json:
    return {"ok": False, "error": error}


def arguments(kind: str, body: bytes) -> Json:
    """JSON, or a form whose lists and objects are JSON."""
    if "json" in kind:
        return dict(json.loads(body or b"{}"))
    form = dict(parse_qsl(body.decode()))
    return {name: json.loads(value) if value[:1] in "[{" else value for name, value in form.items()}
