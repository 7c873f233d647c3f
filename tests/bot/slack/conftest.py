"""A bot's gateway in front of a local Slack, with a wall clock that a test can move."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse
from sqlmodel import col, select

from bot.clock import SystemClock
from bot.slack.client import make_client
from bot.slack.messages import Person, Place, Said
from bot.slack.outbox import Outbox
from bot.slack.sender import Sender
from bot.store.sessions import Store, open_store
from bot.store.tables import OutboxMessage
from sandbox.slack.driver_client import Driver
from sandbox.slack.server import SandboxSlack

ALERTS, LAUNCHES, GENERAL = "C0ALERTS", "C0LAUNCH", "C0GENERL"
ONCALL = Person("T0RECSYS", "U0ONCALL")


class HandClock:
    """Real time, and as much more as a test adds by hand."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def pass_time(self, seconds: float) -> None:
        self._ahead += timedelta(seconds=seconds)


class OddClient(WebClient):
    """A client with something special about each call: `around(method, call)` makes it, or does not."""

    def __init__(
        self, slack: SandboxSlack, around: Callable[[str, Callable[[], SlackResponse]], SlackResponse]
    ) -> None:
        super().__init__(slack.bot_token, slack.api_url, retry_handlers=[])
        self._around = around

    def api_call(self, api_method: str, **arguments: Any) -> SlackResponse:
        return self._around(api_method, lambda: super(OddClient, self).api_call(api_method, **arguments))


class Gateway:
    """Outbox, sender and the Slack they speak to."""

    def __init__(self, store: Store, slack: SandboxSlack) -> None:
        self.store, self.slack, self.wall = store, slack, HandClock()
        self.driver = Driver(slack.url)
        self.outbox = Outbox(SystemClock())
        self.sender = self.make_sender()

    def make_sender(self, *, fallback: str = "", pace: float = 0.0, client: WebClient | None = None) -> Sender:
        client = client or make_client(self.slack.bot_token, self.slack.api_url)
        return Sender(self.store, SystemClock(), client, fallback_channel=fallback, pace=pace, wall=self.wall)

    def post(self, key: str, words: str, *, channel: str = ALERTS, root: str | None = None, priority: int = 1) -> None:
        with self.store.session() as session:
            self.outbox.post(session, key, Place(channel, thread_key=root), Said(words), priority=priority)

    def edit(self, key: str, words: str) -> None:
        with self.store.session() as session:
            self.outbox.edit(session, key, Said(words))

    def texts(self, channel: str = ALERTS, reader: str | None = None) -> list[str]:
        return [message["text"] for message in self.driver.channel(channel, reader)]

    def thread(self, channel: str = ALERTS) -> list[str]:
        """The texts of the channel's last thread, root first."""
        root = self.driver.channel(channel)[-1]["ts"]
        return [message["text"] for message in self.driver.thread(channel, root)]

    def row(self, key: str) -> OutboxMessage:
        with self.store.session() as session:
            return session.exec(select(OutboxMessage).where(col(OutboxMessage.key) == key)).one()

    def calls(self, method: str) -> int:
        return sum(1 for exchange in self.driver.traffic() if exchange["name"] == method)


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "empty.db"
    store = open_store(f"sqlite:///{path}")
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path


@pytest.fixture
def store(empty_store: Path, tmp_path: Path) -> Iterator[Store]:
    shutil.copy(empty_store, tmp_path / "bot.db")
    store = Store(f"sqlite:///{tmp_path / 'bot.db'}")
    yield store
    store.close()


@pytest.fixture
def slack() -> Iterator[SandboxSlack]:
    server = SandboxSlack(manifest=Path("manifest.yml"), rate_limits=False)
    with server.running():
        yield server


@pytest.fixture
def gateway(store: Store, slack: SandboxSlack) -> Gateway:
    return Gateway(store, slack)
