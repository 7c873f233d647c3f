"""Events are brought until they are acknowledged; questions once. The way to the app is a fake of ours."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.slack.delivery.base import Ack, Retry
from sandbox.slack.delivery.courier import Courier
from sandbox.slack.faults import Faults
from sandbox.slack.timing import Timing
from sandbox.slack.traffic import Traffic
from sandbox.slack.wire import Json

QUICK = Timing(retry_waits=(0.0, 0.01, 0.02), hold_seconds=0.1)


@dataclass
class Deaf:
    """An app that does not answer the first `deaf_to` deliveries."""

    deaf_to: int = 0
    final: bool = False
    brought: list[tuple[Json, Retry | None]] = field(default_factory=list)

    async def deliver(self, kind: str, payload: Json, retry: Retry | None) -> Ack:
        self.brought.append((payload, retry))
        return Ack(True) if len(self.brought) > self.deaf_to else Ack(False, reason="timeout", final=self.final)

    @property
    def texts(self) -> list[str]:
        return [payload["event"]["text"] for payload, _ in self.brought]


def delivered(app: Deaf, faults: Faults, *texts: str, until: Callable[[], bool]) -> None:
    """Sends message events with these texts and waits until enough was brought."""

    async def story() -> None:
        courier = Courier(app, QUICK, faults, Traffic(time.time))
        for text in texts:
            courier.accept({"type": "message", "text": text})
        courier.start()
        for _ in range(200):
            await asyncio.sleep(0.01)
            if until():
                break
        await asyncio.sleep(0.05)  # long enough for one delivery too many to show itself
        courier.stop()

    asyncio.run(story())


def test_an_event_is_brought_again_until_it_is_acknowledged() -> None:
    app = Deaf(deaf_to=2)
    delivered(app, Faults(), "x", until=lambda: len(app.brought) >= 3)
    assert [retry and (retry.attempt, retry.reason) for _, retry in app.brought] == [
        None,
        (1, "timeout"),
        (2, "timeout"),
    ]
    assert len({payload["event_id"] for payload, _ in app.brought}) == 1


def test_after_three_retries_slack_gives_up() -> None:
    app = Deaf(deaf_to=99)
    delivered(app, Faults(), "x", until=lambda: len(app.brought) >= 4)
    assert len(app.brought) == 4


def test_an_app_that_wants_no_retry_gets_none() -> None:
    app = Deaf(deaf_to=99, final=True)
    delivered(app, Faults(), "x", until=lambda: bool(app.brought))
    assert len(app.brought) == 1


def test_a_duplicate_has_the_same_event_id_and_says_nothing_about_it() -> None:
    app = Deaf()
    delivered(app, Faults(duplicate_next=1), "x", "y", until=lambda: len(app.brought) >= 3)
    first, second = (payload["event_id"] for payload, _ in app.brought if payload["event"]["text"] == "x")
    assert first == second
    assert [retry for _, retry in app.brought] == [None] * 3


def test_reordered_events_arrive_after_the_ones_that_followed_them() -> None:
    app = Deaf()
    delivered(app, Faults(reorder_next=2), "1", "2", "3", until=lambda: len(app.brought) >= 3)
    assert app.texts == ["3", "2", "1"]


def test_an_event_held_back_alone_leaves_in_the_end() -> None:
    app = Deaf()
    delivered(app, Faults(reorder_next=1), "1", until=lambda: bool(app.brought))
    assert app.texts == ["1"]


def test_events_of_an_outage_arrive_when_it_is_over() -> None:
    app, faults = Deaf(), Faults(outage=True)

    async def story() -> None:
        courier = Courier(app, QUICK, faults, Traffic(time.time))
        courier.start()
        courier.accept({"type": "message", "text": "late"})
        await asyncio.sleep(0.15)
        assert app.brought == []
        asked = await courier.ask("slash_commands", "/x", {})
        assert (asked.ok, asked.reason) == (False, "service_unavailable")
        faults.outage = False
        await asyncio.sleep(0.25)
        courier.stop()

    asyncio.run(story())
    assert app.texts == ["late"]
