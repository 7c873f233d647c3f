"""The addresses beside the Web API: where bytes are uploaded, files are fetched and response_urls lead."""

from __future__ import annotations

import json
import time

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.slack.answers import apply_answer
from sandbox.slack.faults import Faults
from sandbox.slack.traffic import Traffic
from sandbox.slack.wire import SlackError
from sandbox.slack.workspace import Workspace


class SideDoors:
    """Uploads, downloads and hooks of one workspace."""

    def __init__(self, ws: Workspace, faults: Faults, traffic: Traffic) -> None:
        self._ws, self._faults, self._traffic = ws, faults, traffic

    def routes(self) -> list[BaseRoute]:
        """Where the doors are."""
        return [
            Route("/upload/v1/{file_id}", self.upload, methods=["POST", "PUT"]),
            Route("/files/{file_id}", self.fetch),
            Route("/files/{file_id}/{name}", self.fetch),
            Route("/hooks/{key:path}", self.hook, methods=["POST"]),
        ]

    async def upload(self, request: Request) -> Response:
        """Takes a file's bytes, raw or as the first file of a form."""
        if self._faults.outage:
            return PlainTextResponse("upstream connect error", 503)
        content = await _sent_bytes(request)
        try:
            file = self._ws.shelf.fill(request.path_params["file_id"], content)
        except SlackError as refusal:
            return PlainTextResponse(refusal.code, 400)
        self._traffic.note("in", "upload", file.name, {"file": file.id}, {"bytes": len(content)}, 0.0)
        return PlainTextResponse(f"OK - {len(content)}")

    async def fetch(self, request: Request) -> Response:
        """A file's bytes."""
        try:
            file = self._ws.shelf.find(request.path_params["file_id"])
        except SlackError:
            return PlainTextResponse("file_not_found", 404)
        return Response(file.content or b"", media_type=file.mimetype, headers={"X-Content-Type-Options": "nosniff"})

    async def hook(self, request: Request) -> Response:
        """One use of a response_url."""
        begun = time.perf_counter()
        if self._faults.outage:
            return PlainTextResponse("upstream connect error", 503)
        try:
            body = json.loads(await request.body())
            apply_answer(self._ws, self._ws.passes.spend_hook(request.path_params["key"]), body)
            response: Response = PlainTextResponse("ok")
            said = "ok"
        except (ValueError, AttributeError):
            body, said = None, "invalid_payload"
            response = PlainTextResponse(said, 400)
        except SlackError as refusal:
            said = refusal.code
            gone = said in ("used_url", "expired_url", "no_such_hook")
            response = JSONResponse(refusal.answer(), 404 if gone else 200)
        self._traffic.note("in", "response_url", "response_url", body, said, (time.perf_counter() - begun) * 1000)
        return response


async def _sent_bytes(request: Request) -> bytes:
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with request.form() as form:
            for value in form.values():
                if not isinstance(value, str):
                    return await value.read()
        return b""
    return await request.body()
