"""Who gets in: this machine's own pages only; and connections that can be cut in the middle of an answer."""

from __future__ import annotations

import asyncio
from typing import cast
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol


class OwnPagesOnly:
    """Refuses what a web page of another origin asks a browser to send here."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets requests without an Origin pass (programs), and those of the page itself."""
        headers = Headers(scope=scope) if scope["type"] in ("http", "websocket") else {}
        origin = headers.get("origin")
        if scope["type"] == "http" and origin and urlsplit(origin).netloc != headers.get("host"):
            await PlainTextResponse("another origin may not drive this sandbox", 403)(scope, receive, send)
            return
        await self._app(scope, receive, send)


class CuttableProtocol(H11Protocol):
    """HTTP whose connection is in the scope's state as `transport`, so that a fault can cut it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Keeps the transport where the application finds it."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": cast(asyncio.BaseTransport, transport)}
