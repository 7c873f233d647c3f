"""The stage of a demo: a world, a Slack workspace, and the bot between them, which knows neither."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sqlmodel import col, select

from bot import rounds
from bot.settings import load
from bot.store.tables import InboxMessage, OutboxMessage
from handlers.running import RunningBot, start
from sandbox.recommender.clock import SandboxClock
from sandbox.recommender.world import NotRunning, RunningWorld
from sandbox.recommender.worlds import open_world
from sandbox.slack.driver_client import Driver, wait_for
from sandbox.slack.server import SandboxSlack
from sandbox.slack.timing import Timing

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from sandbox.demo.progress import Progress
    from sandbox.recommender.world import ServedDay, World

CHANNEL = "C0ALERTS"
HERE = Path(__file__).parent
# In a checkout the manifest lies at the top; in an installed package it was put beside this file.
MANIFEST = next((path for path in (HERE.parents[1] / "manifest.yml", HERE / "manifest.yml") if path.exists()), None)
DAY = timedelta(days=1)
# Slack's three seconds are about a bot with a machine of its own. Here world, bot and Slack share one, perhaps a slow
# one, and a dialog that did not open would be the demo's fault.
PATIENT = Timing(ack_seconds=30.0, trigger_seconds=30.0)


@dataclass
class Stage:
    """Everything on stage, and the way to let a day pass."""

    world: World
    slack: SandboxSlack
    bot: RunningBot
    driver: Driver
    clock: SandboxClock

    def live_through(self, until: datetime) -> None:
        """Let the bot live through days that are already in the tables, a check cycle each."""
        while self.clock.now() < until:
            self.clock.move_to(min(self.clock.now() + DAY, until))
            rounds.tick(self.bot.mate)

    def all_said(self, seconds: float = 120.0) -> None:
        """Wait until everything that was to be answered or said has been; TimeoutError when it takes too long."""
        wait_for(lambda: not self._waiting(), seconds)

    def _waiting(self) -> int:
        """Rows in the inbox and the outbox that nobody has dealt with yet."""
        with self.bot.mate.store.session() as session:
            heard = session.exec(select(InboxMessage).where(col(InboxMessage.state).in_(("waiting", "working")))).all()
            said = session.exec(select(OutboxMessage).where(col(OutboxMessage.state).in_(("waiting", "sending")))).all()
        return len(heard) + len(said)

    def days_served(self) -> int:
        """How many days the world has lived through, by its log's partitions."""
        return len(list((self.world.folder / "tables" / "impressions").glob("*.parquet")))

    def look(self) -> None:
        """Let the bot look at what is due now."""
        rounds.tick(self.bot.mate)

    def next_day(self) -> ServedDay | None:
        """Let the bot look at one more day: one that is served now, or (None) the next one of a recording."""
        if isinstance(self.world, RunningWorld):
            day = self.world.serve_day()
            self.clock.move_to(self.world.clock.now())
            rounds.tick(self.bot.mate)
            return day
        if self.clock.now() >= self.world.clock.now():
            raise NotRunning("The recording ends here: there is no next day.")
        self.live_through(min(self.clock.now() + DAY, self.world.clock.now()))
        return None


@contextmanager
def staged(world: str, progress: Progress, slack: SandboxSlack, *, history: int, http: bool = False) -> Iterator[Stage]:
    """A stage with the bot awake `history` days before the world's today, having judged nothing yet.

    In a recording that is shorter it wakes with the first day there is: before it, nobody had installed anything.
    `slack` is running already: the page can be looked at while the world is being built.
    """
    progress(f"Opening the world {world}", 0.0)
    with TemporaryDirectory(prefix=f"recsysops-{world}-", ignore_cleanup_errors=True) as folder:
        opened = open_world(world, Path(folder), progress=progress)
        clock = SandboxClock(max(opened.clock.now() - history * DAY, opened.first_day + DAY))
        bot = start(load(opened.config_path, _environment(slack, http)), clock, tick=None, pace=0)
        try:
            yield Stage(opened, slack, bot, Driver(slack.url), clock)
        finally:
            bot.close()


def workspace(port: int = 0, world_controls: ASGIApp | None = None) -> SandboxSlack:
    """The Slack workspace of a demo, with the world's controls beside it when there are any."""
    slack = SandboxSlack(manifest=MANIFEST, rate_limits=False, timing=PATIENT, port=port)
    if world_controls is not None:
        slack.mount("/world", world_controls)
    return slack


def _environment(slack: SandboxSlack, http: bool) -> dict[str, str]:
    """What differs from a real workspace: the address of its API. The rest is what any installation sets."""
    given = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "RECSYSOPS_"))}
    given |= {"SLACK_API_URL": slack.api_url, "SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token}
    if http:
        port = free_port()
        slack.use_http(f"http://127.0.0.1:{port}/slack/events")
        given |= {"SLACK_SIGNING_SECRET": slack.signing_secret, "RECSYSOPS_HTTP_PORT": str(port)}
    return given


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
