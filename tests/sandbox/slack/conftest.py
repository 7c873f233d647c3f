"""A workspace without a server for the rules, and one with a server for what travels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from slack_sdk import WebClient

from sandbox.slack.driver_client import Driver
from sandbox.slack.manifest import Manifest
from sandbox.slack.methods import METHODS
from sandbox.slack.methods.base import Call
from sandbox.slack.server import SandboxSlack
from sandbox.slack.timing import Timing
from sandbox.slack.wire import Json, SlackError
from sandbox.slack.workspace import Workspace


@dataclass
class Wall:
    """Wall time that moves when it is told to."""

    at: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.at


@dataclass
class Desk:
    """A workspace, its wall clock, the events it sent and a way to call methods as the bot does."""

    manifest: Manifest = field(default_factory=Manifest)
    wall: Wall = field(default_factory=Wall)
    events: list[Json] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ws = Workspace(self.manifest, Timing(now=self.wall))
        self.ws.on_event = self.events.append

    def call(self, method: str, /, **arguments: Any) -> Json:
        return METHODS[method].run(self.ws, Call(arguments))

    def refusal(self, method: str, /, **arguments: Any) -> str:
        """The error code of a call that must not work."""
        with pytest.raises(SlackError) as refused:
            self.call(method, **arguments)
        return refused.value.code

    def says(self, user: str = "U0ONCALL", text: str = "hello", channel: str = "C0ALERTS", **more: Any) -> str:
        message = self.ws.say(self.ws.channels[channel], {"user": user, "text": text, **more})
        return str(message["ts"])


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def hurried() -> Timing:
    """Slack with little patience, so that nobody waits three seconds in a test."""
    return Timing(ack_seconds=0.4, retry_waits=(0.0, 0.05, 0.1), warning_seconds=0.1)


@pytest.fixture
def slack(hurried: Timing) -> Iterator[SandboxSlack]:
    with SandboxSlack(rate_limits=False, timing=hurried).running() as running:
        yield running


@pytest.fixture(scope="session")
def standing() -> Iterator[SandboxSlack]:
    """One workspace for all tests that leave nothing behind."""
    with SandboxSlack(rate_limits=False).running() as running:
        yield running


@pytest.fixture
def driver(slack: SandboxSlack) -> Driver:
    return Driver(slack.url)


@pytest.fixture
def client(slack: SandboxSlack) -> WebClient:
    """The bot's own Web API client, without the SDK's silent second attempts."""
    return WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(action_id: str = "go", **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain("Go"), "value": "7", **more}


def actions(*elements: Json, block_id: str = "row") -> Json:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def section(text: str = "hello") -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def text_input(block_id: str = "why", **more: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": "text", **more}
    return {"type": "input", "block_id": block_id, "label": plain("Why?"), "element": element}


def modal(*blocks: Json, **more: Any) -> Json:
    made = {"type": "modal", "callback_id": "form", "title": plain("Form"), "submit": plain("Send")}
    return {**made, "blocks": list(blocks or [text_input()]), **more}
