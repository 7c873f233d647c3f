"""What is wrong with the bot itself becomes an incident of its own, once, and goes when it is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from bot import flow
from bot.store.tables import CheckRun, Heartbeat, Hotfix, Incident, OutboxMessage
from bot.teammate import Teammate
from sandbox.recommender.clock import SandboxClock
from tests.bot.mates import clock, mate
from tests.bot.stores import store

__all__ = ["clock", "mate", "store"]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def own_incidents(mate: Teammate, code: str = "W") -> list[Incident]:
    with mate.store.session() as session:
        found = session.exec(select(Incident).order_by("id")).all()
        return [incident for incident in found if incident.codes[0].startswith(code)]


@pytest.fixture
def blind(mate: Teammate, clock: SandboxClock) -> Teammate:
    """Two windows in which a check could not read its table."""
    with mate.store.session() as session:
        for back in (2, 1):
            end = clock.now().replace(hour=0, minute=0, second=0, microsecond=0) - (back - 1) * DAY
            words = "The impressions table is not whole."
            session.add(
                CheckRun(code="X01", window_start=end - DAY, window_end=end, outcome="failed", words=words, at=end)
            )
    return mate


def test_a_check_that_is_blind_for_two_windows_is_an_incident_once(blind: Teammate, clock: SandboxClock) -> None:
    for _ in range(3):
        flow.watch(blind)
    clock.advance(HOUR)
    flow.watch(blind)
    (incident,) = own_incidents(blind, "W01")  # what it says of that is not sent here, and told by W02
    assert incident.title == "1 check cannot judge"
    assert incident.codes == ["W01"]
    assert incident.subject == "bot"
    with blind.store.session() as session:
        cards = session.exec(select(OutboxMessage).where(OutboxMessage.key == incident.card_key)).all()
    assert len(cards) == 1


def test_it_recovers_when_the_check_can_judge_again(blind: Teammate, clock: SandboxClock) -> None:
    flow.watch(blind)
    with blind.store.session() as session:
        last = session.exec(select(CheckRun).where(CheckRun.code == "X01").order_by("window_end")).all()[-1]
        last.outcome = "quiet"
        session.add(last)
    for _ in range(2):
        clock.advance(HOUR)
        flow.watch(blind)
    (incident,) = own_incidents(blind, "W01")  # what it says of that is not sent here, and told by W02
    assert incident.state == "mitigated"


def test_a_message_that_nobody_takes_is_told_as_soon_as_somebody_can(mate: Teammate, clock: SandboxClock) -> None:
    with mate.store.session() as session:
        session.add(OutboxMessage(key="k", kind="post", created_at=clock.now() - HOUR, not_before=clock.now() - HOUR))
    flow.watch(mate)
    assert own_incidents(mate)[0].title == "Messages wait to be sent"


def test_a_hotfix_in_force_after_its_expiry_is_told(mate: Teammate, clock: SandboxClock) -> None:
    with mate.store.session() as session:
        begun = clock.now() - DAY
        late = Hotfix(kind="rollback model", state="applied", created_at=begun, expires_at=clock.now() - 3 * HOUR)
        session.add(late)
    flow.watch(mate)
    assert own_incidents(mate)[0].title == "Hotfix 1 (rollback model) outlived its expiry"


def test_the_recommenders_incidents_and_heartbeats_are_left_alone(blind: Teammate, clock: SandboxClock) -> None:
    with blind.store.session() as session:
        before = session.get_one(Incident, 1).model_dump()
    for _ in range(4):
        clock.advance(HOUR)
        flow.watch(blind)
    with blind.store.session() as session:
        assert session.get_one(Incident, 1).model_dump() == before
        assert session.get(Heartbeat, "noticed") is None
