"""The bot's ears in front of a local Slack: what people do there ends as rows of the inbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pydantic import SecretStr
from slack_bolt import App, BoltRequest, BoltResponse

from bot.clock import SystemClock
from bot.settings import Settings
from bot.slack.client import make_client
from bot.slack.dialogs import Modals, Submissions
from bot.slack.inbox import Inbox
from bot.store.sessions import Store, open_store
from bot.store.tables import InboxMessage
from handlers.app import make_app
from sandbox.slack.driver_client import Driver
from sandbox.slack.server import SandboxSlack

Payload = dict[str, Any]


class Ears:
    """The app, the inbox it fills, and the Slack it listens to."""

    def __init__(self, slack: SandboxSlack, inbox: Inbox) -> None:
        self.slack, self.inbox = slack, inbox
        self.driver = Driver(slack.url)
        self.app = self.make_app()

    def make_app(self, modals: Modals | None = None, submissions: Submissions | None = None) -> App:
        environment = SimpleNamespace(signing_secret=SecretStr(self.slack.signing_secret))
        settings = cast(Settings, SimpleNamespace(environment=environment))
        client = make_client(self.slack.bot_token, self.slack.api_url)
        return make_app(settings, client, self.inbox, modals, submissions)

    def hear(self, payload: Payload, app: App | None = None) -> BoltResponse:
        return (app or self.app).dispatch(BoltRequest(mode="socket_mode", body=payload))

    def drain(self) -> list[InboxMessage]:
        """Everything noted down and not yet looked at."""
        return list(iter(self.inbox.claim, None))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path / 'bot.db'}")
    yield store
    store.close()


@pytest.fixture
def slack() -> Iterator[SandboxSlack]:
    server = SandboxSlack(manifest=Path("manifest.yml"), rate_limits=False)
    with server.running():
        yield server


@pytest.fixture
def ears(slack: SandboxSlack, store: Store) -> Ears:
    return Ears(slack, Inbox(store, SystemClock()))
