"""/api/<method>: reads the arguments, checks token, scope and rate, runs the method, answers as Slack does."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from sandbox.slack.delivery.socket import Sockets
from sandbox.slack.faults import Faults
from sandbox.slack.methods import METHODS
from sandbox.slack.methods.base import TIER_1, Call, Method, missing_scope
from sandbox.slack.rates import Rates
from sandbox.slack.traffic import Traffic
from sandbox.slack.wire import Json, RateLimited, SlackError
from sandbox.slack.workspace import Workspace

CONNECT = "apps.connections.open"


@dataclass(frozen=True)
class Tokens:
    """The three secrets of the installed app. They open nothing but this sandbox."""

    bot: str = "xoxb-sandbox"
    app: str = "xapp-sandbox"
    signing_secret: str = "sandbox-signing-secret"


async def read_arguments(request: Request) -> Json:
    """Query, form, multipart or JSON, all into one dict; SlackError invalid_json."""
    found: Json = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0]
    if kind == "application/json":
        try:
            body = json.loads(await request.body() or b"{}")
        except ValueError as cause:
            raise SlackError("invalid_json") from cause
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        return {**found, **body}
    if request.method == "POST":
        async with request.form() as form:
            return {**found, **{key: str(value) for key, value in form.items()}}
    return found


class WebApi:
    """The Web API of one workspace."""

    def __init__(
        self, ws: Workspace, tokens: Tokens, sockets: Sockets, rates: Rates, faults: Faults, traffic: Traffic
    ) -> None:
        self._ws, self._tokens, self._sockets = ws, tokens, sockets
        self._rates, self._faults, self._traffic = rates, faults, traffic

    async def endpoint(self, request: Request) -> Response:
        """Answers one call, after whatever trouble was asked for."""
        name, begun = request.path_params["method"], time.perf_counter()
        arguments: Json = {}
        lost = False
        try:
            arguments = await read_arguments(request)
            await self._suffer(name)
            answer = self._run(name, arguments, self._token(request, arguments))
            lost = self._faults.hits(name) and self._faults.take("lose_response_next")
            response: Response = JSONResponse(answer)
        except SlackError as refusal:
            answer, response = refusal.answer(), JSONResponse(refusal.answer())
        except RateLimited as limited:
            answer = {"ok": False, "error": "ratelimited"}
            response = JSONResponse(answer, 429, {"Retry-After": str(limited.retry_after)})
        except Outage:
            answer = {"ok": False, "error": "HTTP 503"}
            response = PlainTextResponse("upstream connect error", 503)
        noted = {**answer, "response_lost": True} if lost else answer
        self._traffic.note("in", "api", name, arguments, noted, (time.perf_counter() - begun) * 1000)
        return LostResponse() if lost else response

    async def _suffer(self, name: str) -> None:
        if not self._faults.hits(name):
            return
        if self._faults.latency_ms:
            await asyncio.sleep(self._faults.latency_ms / 1000)
        if self._faults.outage:
            raise Outage
        if self._faults.take("rate_limit_next"):
            raise RateLimited(1)

    def _token(self, request: Request, arguments: Json) -> str:
        header = request.headers.get("authorization", "")
        token = header.removeprefix("Bearer ") if header.startswith("Bearer ") else str(arguments.get("token") or "")
        if not token:
            raise SlackError("not_authed")
        if token not in (self._tokens.bot, self._tokens.app):
            raise SlackError("invalid_auth")
        return token

    def _run(self, name: str, arguments: Json, token: str) -> Json:
        method = METHODS.get(name)
        if method is None and name != CONNECT:
            raise SlackError("unknown_method", req_method=name)
        if (token == self._tokens.app) != (name == CONNECT):
            raise SlackError("not_allowed_token_type")
        with self._ws.lock:
            if method is None:
                return self._connect()
            return self._answer(name, method, arguments)

    def _answer(self, name: str, method: Method, arguments: Json) -> Json:
        if not all(self._ws.manifest.grants(s) for s in method.scopes):
            raise missing_scope(self._ws, *method.scopes)
        call = Call(arguments)
        self._rates.spend(name, method.per_minute, call.text("channel") or None)
        return {"ok": True, **method.run(self._ws, call)}

    def _connect(self) -> Json:
        self._rates.spend(CONNECT, TIER_1, None)
        base = self._ws.base_url.replace("http://", "ws://")
        return {"ok": True, "url": f"{base}/link/?ticket={self._sockets.ticket()}&app_id=A0RECOPS"}


class Outage(Exception):
    """Slack is down."""


class LostResponse(Response):
    """The work was done, but the connection dies before the answer is heard."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Cuts the connection and says nothing."""
        scope["state"]["transport"].abort()
        await asyncio.sleep(0.01)  # until the server has noticed that nobody is there to answer
