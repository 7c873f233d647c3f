"""What the bot does unasked about hotfixes: one in trouble stops no other, and nothing happens that is not told."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from sqlmodel import select

from bot import flow, rounds
from bot.recommender.contract import Override, RecommenderFailed
from bot.slack.messages import Place
from bot.store.tables import Hotfix, OutboxMessage
from bot.teammate import Teammate
from sandbox.recommender.clock import SandboxClock
from tests.bot.hotfixes.fakes import DAY, FakeOverrides
from tests.bot.incidents.making import LEAD, ON_CALL
from tests.bot.mates import clock, mate
from tests.bot.stores import store

__all__ = ["clock", "mate", "store"]


@dataclass
class StubbornOverrides(FakeOverrides):
    """A folder that cannot be written for a while, or from which some files cannot be removed."""

    closed: bool = False
    stuck: set[str] = field(default_factory=set)

    def apply(self, override: Override) -> None:
        if self.closed:
            raise RecommenderFailed("overrides/hotfix-1.json cannot be written: give the bot the right to write there.")
        super().apply(override)

    def remove(self, override_id: str) -> None:
        if override_id in self.stuck:
            raise RecommenderFailed(f"overrides/{override_id}.json cannot be removed: remove it by hand.")
        super().remove(override_id)


@pytest.fixture
def overrides() -> StubbornOverrides:
    return StubbornOverrides()


@pytest.fixture
def stubborn(mate: Teammate, overrides: StubbornOverrides) -> Teammate:
    return replace(mate, recommender=replace(mate.recommender, overrides=overrides))


def requested(mate: Teammate, words: str = "rollback model") -> int:
    shown = flow.preview(mate, words, lambda _step: None)
    return flow.ask_for(mate, words, shown, ON_CALL, 1, Place("C1")).id or 0


def states(mate: Teammate) -> list[str]:
    with mate.store.session() as session:
        return [hotfix.state for hotfix in session.exec(select(Hotfix).order_by("id"))]


def said(mate: Teammate, key: str) -> str:
    """What a message says in the end, edits and all; "" when there is none."""
    with mate.store.session() as session:
        rows = session.exec(select(OutboxMessage).order_by("id")).all()
    return ([str(row.body) for row in rows if key in (row.key, row.target_key)] or [""])[-1]


def test_one_hotfix_that_cannot_be_ended_keeps_no_other_from_ending(
    stubborn: Teammate, overrides: StubbornOverrides, clock: SandboxClock
) -> None:
    first = requested(stubborn)
    flow.approve(stubborn, first, LEAD, None)
    second = requested(stubborn, "rollback model to 1")
    flow.approve(stubborn, second, LEAD, None)
    overrides.stuck.add(f"hotfix-{first}")
    clock.advance(4 * DAY)

    rounds.tick(stubborn)
    assert states(stubborn) == ["applied", "expired"]

    overrides.stuck.clear()
    rounds.tick(stubborn)
    assert states(stubborn) == ["expired", "expired"]
    assert "Expired" in said(stubborn, f"hotfix:{first}:expired")


def test_an_approval_that_cannot_be_carried_out_is_told_once_and_carried_out_when_it_can_be(
    stubborn: Teammate, overrides: StubbornOverrides, clock: SandboxClock
) -> None:
    number = requested(stubborn)
    overrides.closed = True
    with pytest.raises(RecommenderFailed, match="cannot be written"):
        flow.approve(stubborn, number, LEAD, None)
    assert "Approved, not in force yet" in said(stubborn, f"hotfix:{number}:delayed")
    assert "hotfix.approve" not in said(stubborn, f"hotfix:{number}:requested")
    rounds.tick(stubborn)
    clock.advance(timedelta(minutes=50))
    overrides.closed = False

    rounds.tick(stubborn)

    assert states(stubborn) == ["applied"]
    assert "In force" in said(stubborn, f"hotfix:{number}:applied")


def test_an_approval_that_cannot_be_carried_out_for_an_hour_is_told_to_have_failed(
    stubborn: Teammate, overrides: StubbornOverrides, clock: SandboxClock
) -> None:
    number = requested(stubborn)
    overrides.closed = True
    with pytest.raises(RecommenderFailed):
        flow.approve(stubborn, number, LEAD, None)
    clock.advance(timedelta(minutes=61))
    overrides.closed = False

    rounds.tick(stubborn)

    assert (states(stubborn), overrides.told) == (["failed"], {})
    assert "the approval no longer holds" in said(stubborn, f"hotfix:{number}:failed")


def test_a_request_that_nobody_decides_lapses_and_its_thread_hears_of_it(mate: Teammate, clock: SandboxClock) -> None:
    number = requested(mate)
    clock.advance(DAY)

    rounds.tick(mate)

    assert states(mate) == ["lapsed"]
    assert "Nobody approved or refused it within a day" in said(mate, f"hotfix:{number}:lapsed")
    assert "hotfix.approve" not in said(mate, f"hotfix:{number}:requested")
    assert requested(mate) == number + 1
