"""The driver for Python: say, press, submit and read as a person, in tests and in the headless demo."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from sandbox.slack.wire import Json

T = TypeVar("T")


class DriverRefused(Exception):
    """The act makes no sense here: no such channel, message, button, option, ...; `answer` has the details."""

    def __init__(self, answer: Json) -> None:
        super().__init__(json.dumps(answer))
        self.error = str(answer.get("error"))
        self.answer = answer


class Driver:
    """Drives the sandbox at `url`. `as_` is a handle or a user id, `channel` a name, an id or `dm`."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def post(self, as_: str, channel: str, text: str, thread_ts: str | None = None) -> str:
        """Says something; returns the message's ts."""
        said = self._act("message", as_, channel=channel, text=text, thread_ts=thread_ts)
        return str(said["ts"])

    def command(self, as_: str, channel: str, text: str) -> Json:
        """Runs `/name words`; {"ok", "response", "error"}, with the body of the immediate acknowledgement."""
        return self._act("command", as_, channel=channel, text=text)

    def click(
        self, as_: str, channel: str, ts: str, action_id: str, value: Any = None, block_id: str | None = None
    ) -> Json:
        """Presses or chooses in a message; {"ok", "response", "error"}."""
        return self._act("click", as_, channel=channel, ts=ts, action_id=action_id, value=value, block_id=block_id)

    def click_in_view(
        self,
        as_: str,
        view_id: str,
        action_id: str,
        value: Any = None,
        block_id: str | None = None,
        values: Json | None = None,
    ) -> Json:
        """Presses or chooses in a modal or Home."""
        named = {"view_id": view_id, "action_id": action_id, "value": value, "block_id": block_id, "values": values}
        return self._act("click", as_, **named)

    def submit(self, as_: str, view_id: str, values: Json | None = None) -> Json:
        """Submits the top modal with {block_id: {action_id: value}}; {"ok", "errors", "response_action"}."""
        return self._act("submit", as_, view_id=view_id, values=values or {})

    def close_view(self, as_: str, view_id: str) -> Json:
        """Closes the top modal."""
        return self._act("close_view", as_, view_id=view_id)

    def shortcut(self, as_: str, callback_id: str, channel: str | None = None, ts: str | None = None) -> Json:
        """Uses a global shortcut, or one on a message."""
        return self._act("shortcut", as_, callback_id=callback_id, channel=channel, ts=ts)

    def react(self, as_: str, channel: str, ts: str, name: str) -> Json:
        """Adds an emoji."""
        return self._act("react", as_, channel=channel, ts=ts, name=name)

    def open_home(self, as_: str) -> Json:
        """Looks at the Home tab, which the app hears as app_home_opened."""
        return self._act("open_home", as_)

    def invite(self, as_: str, channel: str) -> Json:
        """Brings the bot into a channel."""
        return self._act("invite", as_, channel=channel)

    def archive(self, channel: str) -> Json:
        """Archives a channel, which ejects the bot."""
        return self._call("archive", {"channel": channel})

    def channel(self, channel: str, as_: str | None = None, fresh: bool = False) -> list[Json]:
        """The channel's root messages, oldest first; with `as_` that person's ephemerals too, unless `fresh`."""
        return list(
            self._read("channel", **{"channel": channel, "as": as_, "fresh": "1" if fresh else None})["messages"]
        )

    def thread(self, channel: str, ts: str, as_: str | None = None) -> list[Json]:
        """Root and replies, oldest first."""
        return list(self._read("thread", **{"channel": channel, "ts": ts, "as": as_})["messages"])

    def views(self, as_: str) -> list[Json]:
        """The person's open modals, bottom to top."""
        return list(self._read("views", **{"as": as_})["views"])

    def notices(self, as_: str) -> list[str]:
        """What Slack itself told this person, such as operation_timeout."""
        return list(self._read("views", **{"as": as_})["notices"])

    def home(self, as_: str) -> Json | None:
        """The person's Home, or None."""
        view: Json | None = self._read("home", **{"as": as_})["view"]
        return view

    def ephemerals(self, as_: str) -> list[Json]:
        """What only this person sees."""
        return list(self._read("ephemerals", **{"as": as_})["messages"])

    def state(self, as_: str | None = None) -> Json:
        """People, channels, commands, shortcuts."""
        return self._read("state", **{"as": as_})

    def faults(self, **wanted: Any) -> Json:
        """Asks for trouble (see sandbox/slack/faults.py), or only reads what is still to come."""
        return self._call("faults", wanted) if wanted else self._read("faults")

    def traffic(self, last: int = 200) -> list[Json]:
        """The latest exchanges between app and Slack, oldest first."""
        return list(self._read("traffic", last=str(last))["traffic"])

    def connected(self) -> int:
        """How many Socket Mode connections the app holds."""
        return int(self._read("traffic", last="1")["sockets"])

    def _act(self, act: str, as_: str, /, **named: Any) -> Json:
        return self._call(act, {"as": as_, **{k: v for k, v in named.items() if v is not None}})

    def _call(self, name: str, body: Json) -> Json:
        headers = {"Content-Type": "application/json"}
        return self._send(urllib.request.Request(f"{self._url}/sandbox/{name}", json.dumps(body).encode(), headers))

    def _read(self, name: str, **query: str | None) -> Json:
        given = urlencode({k: v for k, v in query.items() if v is not None})
        return self._send(urllib.request.Request(f"{self._url}/sandbox/{name}?{given}"))

    def _send(self, request: urllib.request.Request) -> Json:
        try:
            with self._opener.open(request, timeout=30) as response:
                answer: Json = json.load(response)
                return answer
        except urllib.error.HTTPError as refused:
            with refused:
                raise DriverRefused(json.loads(refused.read() or b"{}")) from None


def wait_for(predicate: Callable[[], T], seconds: float = 5.0) -> T:
    """Asks again and again until the answer is true; TimeoutError after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        found = predicate()
        if found:
            return found
        if time.monotonic() > deadline:
            raise TimeoutError(f"still {found!r} after {seconds:g} s")
        time.sleep(0.02)
