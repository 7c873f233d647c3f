"""Brings events (again, if need be) and questions (once) to the app, and causes the trouble that was asked for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

from sandbox.slack import payloads
from sandbox.slack.delivery.base import Ack, Retry, Transport
from sandbox.slack.faults import Faults
from sandbox.slack.timing import Timing
from sandbox.slack.traffic import Traffic
from sandbox.slack.wire import Json


class Courier:
    """All deliveries of one workspace. Runs on the server's loop; `accept` may be called from any thread."""

    def __init__(self, transport: Transport, timing: Timing, faults: Faults, traffic: Traffic) -> None:
        self.transport = transport
        self._timing, self._faults, self._traffic = timing, faults, traffic
        self._loop: asyncio.AbstractEventLoop | None = None
        self._early: list[Json] = []
        self._held: list[Json] = []
        self._under_way: set[asyncio.Task[Any]] = set()

    def start(self) -> None:
        """Begins delivering, on the running loop."""
        self._loop = asyncio.get_running_loop()
        early, self._early = self._early, []
        for event in early:
            self._take(event)

    def stop(self) -> None:
        """Gives up everything under way."""
        for task in list(self._under_way):
            task.cancel()

    def accept(self, event: Json) -> None:
        """Takes an event for delivery."""
        if self._loop is None:
            self._early.append(event)
        elif not self._loop.is_closed():  # after the end there is nobody to tell
            self._loop.call_soon_threadsafe(self._take, event)

    def _take(self, event: Json) -> None:
        if self._faults.take("reorder_next"):
            self._held.append(event)
            asyncio.get_running_loop().call_later(self._timing.hold_seconds, self._release)
            return
        self._begin(self._bring(event))
        self._release()

    def _release(self) -> None:
        held, self._held = self._held, []
        for event in reversed(held):
            self._begin(self._bring(event))

    def _begin(self, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _bring(self, event: Json) -> None:
        """One event, and once more after each wait until it is acknowledged; twice in any case when so asked."""
        payload = payloads.event_callback(event, int(self._timing.now()))
        if self._faults.take("duplicate_next"):
            self._begin(self._once("events_api", event["type"], payload, None))
        ack = await self._once("events_api", event["type"], payload, None)
        for attempt, wait in enumerate(self._timing.retry_waits, 1):
            if ack.ok or ack.final:
                return
            await asyncio.sleep(wait)
            ack = await self._once("events_api", event["type"], payload, Retry(attempt, ack.reason))

    async def ask(self, kind: str, name: str, payload: Json) -> Ack:
        """A command or an interaction: brought once (or twice, when so asked); a person is waiting."""
        if self._faults.outage:
            return Ack(False, reason="service_unavailable")
        if self._faults.take("duplicate_next"):
            self._begin(self._once(kind, name, payload, None))
        return await self._once(kind, name, payload, None)

    async def _once(self, kind: str, name: str, payload: Json, retry: Retry | None) -> Ack:
        while self._faults.outage:
            await asyncio.sleep(0.1)
        begun = time.perf_counter()
        ack = await self.transport.deliver(kind, payload, retry)
        said = {"ok": ack.ok, "body": ack.body, "reason": ack.reason}
        if retry:
            said |= {"retry_attempt": retry.attempt, "retry_reason": retry.reason}
        self._traffic.note("out", kind, name, payload, said, (time.perf_counter() - begun) * 1000)
        return ack
