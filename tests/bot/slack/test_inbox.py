"""What people ask is noted down once and worked on once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.clock import SystemClock
from bot.slack.inbox import LEASE, Inbox
from bot.store.sessions import Store
from tests.bot.slack.conftest import HandClock


@pytest.fixture
def wall() -> HandClock:
    return HandClock()


@pytest.fixture
def inbox(store: Store, wall: HandClock) -> Inbox:
    return Inbox(store, SystemClock(), wall=wall)


def test_a_redelivery_is_the_same_message(inbox: Inbox) -> None:
    assert inbox.put("event:1", "mention", {"text": "status"})
    assert not inbox.put("event:1", "mention", {"text": "status"})
    assert inbox.claim() is not None
    assert inbox.claim() is None


def test_the_oldest_is_answered_first(inbox: Inbox) -> None:
    for key in ("a", "b", "c"):
        inbox.put(key, "command", {})
    claimed = [inbox.claim() for _ in range(3)]
    assert [message.key for message in claimed if message] == ["a", "b", "c"]


def test_what_a_dead_worker_left_behind_is_taken_up_by_another(inbox: Inbox, wall: HandClock) -> None:
    inbox.put("a", "command", {})
    assert inbox.claim() is not None
    assert inbox.claim() is None
    wall.pass_time(LEASE.total_seconds() + 1)
    again = inbox.claim()
    assert again is not None
    assert again.attempts == 2


def test_a_failure_is_tried_again_when_it_is_time(inbox: Inbox, wall: HandClock) -> None:
    inbox.put("a", "command", {})
    first = inbox.claim()
    assert first is not None
    assert first.id is not None
    inbox.failed(first.id, "the warehouse was busy", retry_at=wall.now() + timedelta(seconds=30))
    assert inbox.claim() is None
    wall.pass_time(31)
    assert inbox.claim() is not None


def test_what_is_done_or_failed_for_good_is_over(inbox: Inbox, wall: HandClock) -> None:
    for key, end in (("a", inbox.done), ("b", lambda id_: inbox.failed(id_, "no such verb"))):
        inbox.put(key, "command", {})
        claimed = inbox.claim()
        assert claimed is not None
        assert claimed.id is not None
        end(claimed.id)
    wall.pass_time(86_400)
    assert inbox.claim() is None


def test_only_something_new_wakes_the_worker(store: Store) -> None:
    woken = []
    inbox = Inbox(store, SystemClock(), lambda: woken.append(True))
    inbox.put("a", "command", {})
    inbox.put("a", "command", {})
    assert len(woken) == 1
