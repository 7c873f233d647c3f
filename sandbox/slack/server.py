"""The sandbox Slack as one server: Web API, Socket Mode, side doors, driver and page on one local port."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import BaseRoute, Mount, Route, Router, WebSocketRoute
from starlette.types import ASGIApp

from bot.clock import Clock
from sandbox.slack.delivery.courier import Courier
from sandbox.slack.delivery.http import HttpRequests
from sandbox.slack.delivery.socket import Sockets
from sandbox.slack.driver import Driver
from sandbox.slack.faults import Faults
from sandbox.slack.gate import CuttableProtocol, OwnPagesOnly
from sandbox.slack.manifest import read_manifest
from sandbox.slack.page_files import page_routes
from sandbox.slack.rates import Rates
from sandbox.slack.side_doors import SideDoors
from sandbox.slack.timing import Timing
from sandbox.slack.traffic import Traffic
from sandbox.slack.web_api import Tokens, WebApi
from sandbox.slack.wire import SlackError
from sandbox.slack.workspace import Workspace

_START_SECONDS = 10.0


class SandboxSlack:
    """A local Slack workspace on 127.0.0.1.

    `manifest` says what the app may do (None: everything); `clock` is the time of the world the app watches, shown
    on the page; `rate_limits` off is for tests that talk fast; `port` 0 takes a free one; `timing` shortens Slack's
    own deadlines.
    """

    def __init__(
        self,
        manifest: Path | None = None,
        clock: Clock | None = None,
        rate_limits: bool = True,
        port: int = 0,
        timing: Timing | None = None,
    ) -> None:
        self._timing = timing or Timing()
        self._port = port
        self._tokens = Tokens()
        self._socket: socket.socket | None = None
        self._mounts: list[BaseRoute] = []
        self.workspace = Workspace(read_manifest(manifest), self._timing)
        self.faults = Faults()
        self.traffic = Traffic(self._timing.now)
        self._sockets = Sockets(self._timing)
        self._http: HttpRequests | None = None
        self._courier = Courier(self._sockets, self._timing, self.faults, self.traffic)
        self.workspace.on_event = self._courier.accept
        rates = Rates(self._timing.now, rate_limits)
        self._api = WebApi(self.workspace, self._tokens, self._sockets, rates, self.faults, self.traffic)
        self._doors = SideDoors(self.workspace, self.faults, self.traffic)
        self._driver = Driver(self.workspace, self._courier, self._sockets, self.faults, self.traffic, clock)

    @property
    def url(self) -> str:
        """Where the page is; the port is taken the first time someone asks."""
        return f"http://127.0.0.1:{self._listening().getsockname()[1]}"

    @property
    def api_url(self) -> str:
        """What goes into SLACK_API_URL."""
        return f"{self.url}/api/"

    @property
    def bot_token(self) -> str:
        """The xoxb token."""
        return self._tokens.bot

    @property
    def app_token(self) -> str:
        """The xapp token, for Socket Mode."""
        return self._tokens.app

    @property
    def signing_secret(self) -> str:
        """What HTTP requests to the app are signed with."""
        return self._tokens.signing_secret

    def use_http(self, url: str) -> None:
        """From now on the app is reached with signed HTTP requests to `url` instead of Socket Mode."""
        self._http = HttpRequests(url, self.signing_secret, self._timing)
        self._courier.transport = self._http

    def mount(self, path: str, app: ASGIApp | Sequence[BaseRoute]) -> None:
        """Adds an application, or routes, under `path`; before `running()`."""
        inner = app if callable(app) else Router(list(app))
        self._mounts.append(Mount(path, app=inner))

    @contextlib.contextmanager
    def running(self) -> Iterator[SandboxSlack]:
        """Serves from a background thread; ready on entry, stopped on exit."""
        self.workspace.base_url = self.url
        server = uvicorn.Server(self._config())
        listening = self._listening()
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="sandbox-slack", daemon=True)
        thread.start()
        try:
            _await_start(server, thread)
            yield self
        finally:
            server.should_exit = True
            self.workspace.changes.touch("stopped")  # lets the long polls end
            thread.join(timeout=10)
            listening.close()
            self._socket = None

    def _listening(self) -> socket.socket:
        if self._socket is None:
            made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind(("127.0.0.1", self._port))
            self._socket = made
        return self._socket

    def _config(self) -> uvicorn.Config:
        return uvicorn.Config(
            self._app(),
            http=CuttableProtocol,
            ws="websockets-sansio",
            lifespan="on",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            timeout_keep_alive=60,
            timeout_graceful_shutdown=1,
        )

    def _app(self) -> Starlette:
        routes: list[BaseRoute] = [
            Route("/api/{method}", self._api.endpoint, methods=["GET", "POST"]),
            WebSocketRoute("/link/", self._sockets.serve),
            *self._doors.routes(),
            *self._driver.routes(),
            *self._mounts,
            *page_routes(),
        ]
        gates = [Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"]), Middleware(OwnPagesOnly)]
        return Starlette(routes=routes, lifespan=self._life, middleware=gates)

    @contextlib.asynccontextmanager
    async def _life(self, app: Any) -> AsyncIterator[None]:
        self._courier.start()
        timer = asyncio.get_running_loop().create_task(self._post_scheduled())
        try:
            yield
        finally:
            timer.cancel()
            self._courier.stop()
            if self._http:
                self._http.close()

    async def _post_scheduled(self) -> None:
        """chat.scheduleMessage, when its time has come; what can no longer be said is dropped, as in Slack."""
        while True:
            await asyncio.sleep(0.5)
            due = [s for s in self.workspace.scheduled.values() if s.post_at <= self._timing.now()]
            for planned in due:
                del self.workspace.scheduled[planned.id]
                with contextlib.suppress(SlackError):
                    self.workspace.say(self.workspace.channels[planned.channel], planned.fields)


def _await_start(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("the sandbox Slack did not start: is its port taken?")
        time.sleep(0.005)
