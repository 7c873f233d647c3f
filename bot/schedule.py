"""The bot's own loops: one looks at the clock, some answer, one sends.

APScheduler gives the ticks; what is due, and who does it, is decided by rows (a window judged twice changes nothing),
so that two processes, or a restart in the middle, do no harm.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from slack_sdk import WebClient

from bot import rounds
from bot.answers.worker import work_once
from bot.slack.inbox import Inbox
from bot.slack.sender import Sender
from bot.store.tables import Heartbeat
from bot.teammate import Teammate

log = structlog.get_logger()
TICK = timedelta(seconds=20)
PACE = 1.0  # seconds between two messages in one channel: Slack allows about that
BEAT = timedelta(seconds=10)
PAUSE = 0.2  # seconds a loop rests when it has nothing to do and nobody wakes it
ANSWERERS = 2  # so that a long diagnosis does not keep a quick question waiting


class Loops:
    """The running threads of one bot."""

    def __init__(self, mate: Teammate, client: WebClient, *, tick: timedelta | None = TICK, pace: float = PACE) -> None:
        self.mate = mate
        self._heard, self._stopping = threading.Event(), threading.Event()
        self.inbox = Inbox(mate.store, mate.clock, self._heard.set)
        fallback = mate.settings.slack.fallback or ""
        self._sender = Sender(mate.store, mate.clock, client, fallback_channel=fallback, pace=pace)
        self._tick_every = tick
        self._scheduler = BackgroundScheduler(timezone="UTC")
        self._threads: list[threading.Thread] = []
        self._beaten: dict[str, datetime] = {}

    def start(self) -> None:
        """Start ticking, answering and sending. Without a tick, somebody else calls `rounds.tick`."""
        if self._tick_every is not None:
            often = {"seconds": self._tick_every.total_seconds(), "next_run_time": self.mate.wall.now()}
            self._scheduler.add_job(rounds.tick, "interval", [self.mate], coalesce=True, max_instances=1, **often)
            self._scheduler.start()
        for number in range(ANSWERERS):
            self._spawn(f"answering-{number}", lambda: work_once(self.mate, self.inbox))
        self._spawn("sending", lambda: self._sender.send_due() > 0)

    def stop(self) -> None:
        """Finish what is in hand and stop; what is left is in the store."""
        self._stopping.set()
        self._heard.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
        for thread in self._threads:
            thread.join(timeout=10)

    def _spawn(self, name: str, work: Callable[[], bool]) -> None:
        thread = threading.Thread(target=self._loop, args=(name, work), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _loop(self, name: str, work: Callable[[], bool]) -> None:
        """Work while there is work; a failure is logged and the loop goes on: a dead loop would be a silent bot."""
        while not self._stopping.is_set():
            try:
                busy = work()
            except Exception:
                log.exception("loop failed", loop=name)
                busy = False
            if not busy:
                self._beat(name)
                self._heard.wait(PAUSE)
                self._heard.clear()

    def _beat(self, name: str) -> None:
        """Say that the loop is alive, now and then: an idle bot must not keep the store's one writer busy."""
        now = self.mate.wall.now()
        if now - self._beaten.get(name, now - BEAT) >= BEAT:
            self._beaten[name] = now
            with self.mate.store.session() as session:
                session.merge(Heartbeat(loop=name, at=self.mate.clock.now()))
