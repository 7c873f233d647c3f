"""The demo with a page: the workspace's own, with a strip of controls for the world beside it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.demo.director import Director
from sandbox.demo.progress import watched
from sandbox.demo.stage import staged, workspace
from sandbox.recommender.world import NotRunning, RunningWorld

if TYPE_CHECKING:
    from sandbox.demo.progress import Progress

HISTORY = 3  # healthy days that the bot lives through before the controls work
TITLES = {"movielens": "MovieLens-100K", "obd": "Open Bandit", "lab": "Lab", "lab-large": "Large lab"}


def serve_page(world: str, port: int) -> None:
    """Print the page's address, prepare the stage, and serve until interrupted."""
    director = Director(TITLES.get(world, world))
    slack = workspace(port, controls(director))
    with slack.running():
        print(f"Open {slack.url} in your browser (Ctrl-C ends it).", flush=True)
        with watched("Preparing the world") as progress:
            stage = staged(world, _both(progress, director.prepare), slack, history=HISTORY)
            opened = stage.__enter__()
            if isinstance(opened.world, RunningWorld):  # a recording is played from its first judged day on
                opened.live_through(opened.world.clock.now())
        try:
            director.take_over(opened)
            print("Ready: choose a fault on the page and press Break it.", flush=True)
            threading.Event().wait()
        except KeyboardInterrupt:
            print("Goodbye.")
        finally:
            stage.__exit__(None, None, None)


def controls(director: Director) -> Starlette:
    """The world's controls over HTTP, mounted at /world."""

    async def read_state(_: Request) -> Response:
        return JSONResponse(await run_in_threadpool(director.state))

    def act(does: Callable[[dict[str, Any]], None]) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            body = await request.json() if await request.body() else {}
            try:
                await run_in_threadpool(does, body)
            except (ValueError, NotRunning) as wrong:
                return JSONResponse({"ok": False, "error": str(wrong)}, status_code=400)
            return JSONResponse({"ok": True})

        return endpoint

    acts: dict[str, Callable[[dict[str, Any]], None]] = {
        "/next-day": lambda _: director.next_day(),
        "/play": lambda body: director.play(bool(body.get("playing"))),
        "/break": lambda body: director.break_with(str(body.get("fault"))),
        "/mend": lambda _: director.mend(),
    }
    posts = [Route(path, act(does), methods=["POST"]) for path, does in acts.items()]
    return Starlette(routes=[Route("/state", read_state), *posts])


def _both(one: Progress, other: Progress) -> Progress:
    """The same progress for the terminal and for the page."""

    def tell(words: str, share: float | None) -> None:
        one(words, share)
        other(words, share)

    return tell
