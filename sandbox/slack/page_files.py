"""The page's own files, never cached, so that what you see is what is there."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

FOLDER = Path(__file__).parent / "page"
_FRESH = {"Cache-Control": "no-cache"}


async def _index(request: Request) -> Response:
    return _file("index.html")


async def _named(request: Request) -> Response:
    return _file(request.path_params["name"])


def _file(name: str) -> Response:
    wanted = (FOLDER / name).resolve()
    if not wanted.is_relative_to(FOLDER.resolve()) or not wanted.is_file():
        return PlainTextResponse("there is no such page here", 404)
    return FileResponse(wanted, headers=_FRESH)


def page_routes() -> list[BaseRoute]:
    """The page at /, its files under /page/, and permalinks, which open it too."""
    return [
        Route("/", _index),
        Route("/archives/{channel}/{message}", _index),
        Route("/page/{name:path}", _named),
    ]
