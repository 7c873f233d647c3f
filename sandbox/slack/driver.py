"""/sandbox/...: one driver for the page, for tests and for anyone who wants to script a conversation.

Reads are GET with query parameters, acts are POST with a JSON body. `as` is a handle (`oncall`) or a user id,
`channel` a name, an id or `dm`. An act that makes no sense is HTTP 400 with `error`; one that the app refused, or did
not hear, is HTTP 200 with `ok: false`.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.clock import Clock
from sandbox.slack import desk
from sandbox.slack.acts import Acts
from sandbox.slack.delivery.courier import Courier
from sandbox.slack.delivery.socket import Sockets
from sandbox.slack.faults import Faults
from sandbox.slack.submissions import Submissions
from sandbox.slack.traffic import Traffic
from sandbox.slack.wire import Json, SlackError
from sandbox.slack.workspace import Workspace

LONGEST_POLL = 25.0
Read = Callable[["Asked"], Awaitable[Json]]


class Asked(dict[str, Any]):
    """The named values of one request; a missing one that is needed says so."""

    def needed(self, name: str) -> str:
        """A value that must be there; SlackError missing_value."""
        if self.get(name) in (None, ""):
            raise SlackError("missing_value", detail=f"say {name}")
        return str(self[name])

    def maybe(self, name: str) -> str | None:
        """A value that may be left out."""
        return str(self[name]) if self.get(name) not in (None, "") else None


class Driver:
    """Reads and acts over HTTP."""

    def __init__(
        self, ws: Workspace, courier: Courier, sockets: Sockets, faults: Faults, traffic: Traffic, clock: Clock | None
    ) -> None:
        self._ws, self._courier, self._sockets = ws, courier, sockets
        self._faults, self._traffic, self._clock = faults, traffic, clock
        self._acts, self._submissions = Acts(ws, courier), Submissions(ws, courier)

    def routes(self) -> list[BaseRoute]:
        """Every address of the driver."""
        reads: dict[str, Read] = {
            "state": self.state,
            "channel": self.channel,
            "thread": self.thread,
            "views": self.views,
            "home": self.home,
            "ephemerals": self.ephemerals,
            "changes": self.changes,
            "faults": self.shown_faults,
            "traffic": self.traffic,
        }
        acts: dict[str, Read] = {
            "message": self.message,
            "command": self.command,
            "click": self.click,
            "submit": self.submit,
            "close_view": self.close_view,
            "shortcut": self.shortcut,
            "react": self.react,
            "open_home": self.open_home,
            "invite": self.invite,
            "archive": self.archive,
            "faults": self.set_faults,
        }
        return [
            *(Route(f"/sandbox/{name}", _endpoint(run), methods=["GET"]) for name, run in reads.items()),
            *(Route(f"/sandbox/{name}", _endpoint(run), methods=["POST"]) for name, run in acts.items()),
        ]

    async def state(self, asked: Asked) -> Json:
        """The workspace around the messages."""
        return desk.see_state(self._ws, asked.maybe("as"), self._clock.now() if self._clock else None)

    async def channel(self, asked: Asked) -> Json:
        """A channel's root messages."""
        fresh = asked.maybe("fresh") in ("1", "true")
        return desk.see_channel(self._ws, asked.needed("channel"), asked.maybe("as"), fresh)

    async def thread(self, asked: Asked) -> Json:
        """A thread."""
        return desk.see_thread(self._ws, asked.needed("channel"), asked.needed("ts"), asked.maybe("as"))

    async def views(self, asked: Asked) -> Json:
        """Someone's open modals and notices."""
        return desk.see_views(self._ws, asked.needed("as"))

    async def home(self, asked: Asked) -> Json:
        """Someone's Home."""
        return desk.see_home(self._ws, asked.needed("as"))

    async def ephemerals(self, asked: Asked) -> Json:
        """What only this person sees."""
        return desk.see_ephemerals(self._ws, asked.needed("as"))

    async def changes(self, asked: Asked) -> Json:
        """A long poll: answers as soon as anything after `since` changed."""
        since = int(asked.get("since") or 0)
        await self._ws.changes.wait(since, LONGEST_POLL)
        return {"version": self._ws.changes.version, "touched": self._ws.changes.since(since)}

    async def traffic(self, asked: Asked) -> Json:
        """The latest exchanges between the app and Slack."""
        return {"traffic": self._traffic.last(int(asked.get("last") or 200)), "sockets": self._sockets.connected}

    async def message(self, asked: Asked) -> Json:
        """Post as someone."""
        who, where = asked.needed("as"), asked.needed("channel")
        return self._acts.post(who, where, asked.needed("text"), asked.maybe("thread_ts"))

    async def command(self, asked: Asked) -> Json:
        """Run a slash command as someone."""
        who, where = asked.needed("as"), asked.needed("channel")
        return await self._acts.command(who, where, asked.needed("text"), asked.maybe("thread_ts"))

    async def click(self, asked: Asked) -> Json:
        """Press or choose something, in a message or a view."""
        who, action_id, block_id = asked.needed("as"), asked.needed("action_id"), asked.maybe("block_id")
        value, view_id = asked.get("value"), asked.maybe("view_id")
        if view_id:
            return await self._acts.click_in_view(who, view_id, action_id, block_id, value, _values(asked))
        return await self._acts.click(who, asked.needed("channel"), asked.needed("ts"), action_id, block_id, value)

    async def submit(self, asked: Asked) -> Json:
        """Submit the top modal."""
        return await self._submissions.submit(asked.needed("as"), asked.needed("view_id"), _values(asked))

    async def close_view(self, asked: Asked) -> Json:
        """Close the top modal."""
        return await self._submissions.close(asked.needed("as"), asked.needed("view_id"))

    async def shortcut(self, asked: Asked) -> Json:
        """Use a shortcut."""
        who, callback_id = asked.needed("as"), asked.needed("callback_id")
        return await self._acts.shortcut(who, callback_id, asked.maybe("channel"), asked.maybe("ts"))

    async def react(self, asked: Asked) -> Json:
        """Add an emoji."""
        who, where = asked.needed("as"), asked.needed("channel")
        return self._acts.react(who, where, asked.needed("ts"), asked.needed("name"))

    async def open_home(self, asked: Asked) -> Json:
        """Look at the Home tab."""
        return self._acts.open_home(asked.needed("as"))

    async def invite(self, asked: Asked) -> Json:
        """Bring the bot into a channel."""
        return self._acts.invite(asked.needed("as"), asked.needed("channel"))

    async def archive(self, asked: Asked) -> Json:
        """Archive a channel, which ejects the bot."""
        self._ws.archive(self._ws.channel(asked.needed("channel")))
        return {"ok": True}

    async def shown_faults(self, asked: Asked) -> Json:
        """The trouble still to come."""
        return self._faults.shown()

    async def set_faults(self, asked: Asked) -> Json:
        """Ask for trouble."""
        wanted = dict(asked)
        drop, refresh = wanted.pop("drop_sockets", False), wanted.pop("refresh_sockets", False)
        self._faults.set(wanted)
        self._sockets.refusing = self._faults.outage
        if drop or self._faults.outage:
            self._sockets.drop()
        if refresh:
            await self._sockets.refresh()
        return self._faults.shown()


def _values(asked: Asked) -> Json:
    given = asked.get("values") or {}
    if not isinstance(given, dict) or not all(isinstance(part, dict) for part in given.values()):
        raise SlackError("invalid_value", detail="values is {block_id: {action_id: value}}")
    return given


def _endpoint(run: Read) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            return JSONResponse(await run(await _asked(request)), headers={"Cache-Control": "no-store"})
        except SlackError as refusal:
            return JSONResponse(refusal.answer(), 400)
        except ValueError as cause:
            return JSONResponse({"ok": False, "error": "invalid_value", "detail": str(cause)}, 400)

    return answer


async def _asked(request: Request) -> Asked:
    if request.method == "GET":
        return Asked(request.query_params)
    body = await request.body()
    said = json.loads(body or b"{}")
    if not isinstance(said, dict):
        raise SlackError("json_not_object")
    return Asked(said)
