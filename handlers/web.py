"""Slack's HTTP requests: verified and handled in a pool of threads, beside a health page and metrics."""

from __future__ import annotations

import socket
import threading
import time

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from slack_bolt import App
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

LARGEST = 1_000_000  # bytes; Slack's own payloads stay far below


def build_web(app: App) -> Starlette:
    """POST /slack/events for everything Slack sends; GET /health and /metrics for whoever watches the bot."""

    async def hear(request: Request) -> Response:
        body = await _read(request)
        if body is None:
            return Response("too large", status_code=413)
        try:
            asked = to_bolt_request(request, body)
        except UnicodeDecodeError:
            return Response("not UTF-8", status_code=400)
        answer = await run_in_threadpool(app.dispatch, asked)  # in the loop it would block every other request
        return to_starlette_response(answer)

    return Starlette(
        routes=[
            Route("/slack/{kind}", hear, methods=["POST"]),  # one address will do, and each kind may have its own
            Route("/health", _tell_health, methods=["GET"]),
            Route("/metrics", _tell_metrics, methods=["GET"]),
        ]
    )


async def _read(request: Request) -> bytes | None:
    """The body, or None when it is larger than anything Slack sends: then the rest is not even read."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            return None
    return bytes(body)


async def _tell_health(_: Request) -> Response:
    return JSONResponse({"ok": True})


async def _tell_metrics(_: Request) -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


class HttpServing:
    """A web server in a thread of its own."""

    def __init__(self, app: App, host: str, port: int) -> None:
        config = uvicorn.Config(build_web(app), host=host, port=port, log_level="warning", lifespan="off")
        self._server = uvicorn.Server(config)
        self._socket = socket.create_server((host, port))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="http", daemon=True)
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.01)

    def close(self) -> None:
        """Finish the requests in hand and stop."""
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._socket.close()
