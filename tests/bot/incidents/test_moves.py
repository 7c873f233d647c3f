"""What people may do to an incident, and what is answered when they may not."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlmodel import Session, SQLModel, col, create_engine, select

from bot.incidents import keeping
from bot.incidents.keeping import NotPossible, StaleClick, UnknownIncident
from bot.store.tables import Incident
from checks.base import Severity

from .making import DAY, FIRST, LEAD, ON_CALL, finding, see, window

NOW = window(0).end


@pytest.fixture
def incident(session: Session) -> Incident:
    [touched] = see(session, 0, finding("D03", "feature:x"))
    return touched.incident


def test_who_acknowledges_owns_it(session: Session, incident: Incident) -> None:
    after = keeping.acknowledge(session, 1, ON_CALL, NOW, incident.version)
    assert (after.state, after.owner, after.acknowledged_at) == ("acknowledged", ON_CALL.key, NOW)
    entry = keeping.timeline(session, 1)[-1]
    assert (entry.kind, entry.who) == ("acknowledged", ON_CALL.key)


def test_a_stale_click_changes_nothing_and_shows_what_is_true(session: Session, incident: Incident) -> None:
    seen = incident.version
    keeping.acknowledge(session, 1, ON_CALL, NOW, seen)
    with pytest.raises(StaleClick, match="now it is acknowledged, with <@UONCALL>") as stale:
        keeping.resolve(session, 1, LEAD, NOW, seen)
    assert stale.value.incident.state == "acknowledged"


def test_what_is_in_somebodys_hands_is_not_taken_by_a_second_click(session: Session, incident: Incident) -> None:
    keeping.acknowledge(session, 1, ON_CALL, NOW, None)
    with pytest.raises(NotPossible, match="<@UONCALL>"):
        keeping.acknowledge(session, 1, LEAD, NOW, None)


def test_a_resolved_incident_says_what_can_still_be_done(session: Session, incident: Incident) -> None:
    keeping.resolve(session, 1, ON_CALL, NOW, None)
    with pytest.raises(NotPossible, match=r"is resolved and cannot be snoozed; it can be reopened\."):
        keeping.snooze(session, 1, ON_CALL, NOW + DAY, "", NOW)


def test_an_unknown_number_lists_the_open_ones(session: Session, incident: Incident) -> None:
    with pytest.raises(UnknownIncident, match=r"no incident 99\. Open now: 1 \(x is missing"):
        keeping.acknowledge(session, 99, ON_CALL, NOW, None)


def test_a_snooze_always_ends_in_the_future(session: Session, incident: Incident) -> None:
    with pytest.raises(NotPossible, match="must end in the future"):
        keeping.snooze(session, 1, ON_CALL, NOW, "", NOW)
    assert keeping.snooze(session, 1, ON_CALL, NOW + DAY, "", NOW).snoozed_until == NOW + DAY
    assert keeping.unsnooze(session, 1, NOW, ON_CALL).snoozed_until is None


def test_mitigating_twice_is_mitigating_once(session: Session, incident: Incident) -> None:
    first = keeping.mitigate(session, 1, ON_CALL, "rolled back", NOW).version
    assert keeping.mitigate(session, 1, LEAD, "again", NOW + DAY).version == first
    assert [entry.words for entry in keeping.timeline(session, 1) if entry.kind == "mitigated"] == ["rolled back"]


def test_an_incident_cannot_reopen_beside_the_one_that_carries_it_on(session: Session, incident: Incident) -> None:
    keeping.resolve(session, 1, ON_CALL, NOW, None)
    see(session, 9, finding("D03", "feature:x", day=9))
    with pytest.raises(NotPossible, match="goes on as incident 2"):
        keeping.reopen(session, 1, ON_CALL, "", window(9).end)


def test_a_note_is_written_once(session: Session, incident: Incident) -> None:
    assert keeping.note(session, 1, "k", "told", "first", NOW)
    assert not keeping.note(session, 1, "k", "told", "second", NOW)


class AnyLife(RuleBasedStateMachine):
    """Whatever people and windows do, in any order, no incident is lost and none is open twice."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = create_engine("sqlite://")
        SQLModel.metadata.create_all(self.engine)
        self.session = Session(self.engine)
        self.day = 0
        self.known = 0

    @rule(features=st.sets(st.sampled_from(["x", "y"])), severity=st.sampled_from([1, 3]))
    def a_window_passes(self, features: set[str], severity: int) -> None:
        found = [
            finding("D03", f"feature:{name}", f"region={name}", day=self.day, severity=Severity(severity))
            for name in sorted(features)
        ]
        see(self.session, self.day, *found)
        self.day += 1

    @rule(
        verb=st.sampled_from(["acknowledge", "snooze", "not_an_issue", "mitigate", "resolve", "reopen", "wake"]),
        which=st.integers(1, 4),
        version=st.one_of(st.none(), st.integers(1, 4)),
    )
    def somebody_clicks(self, verb: str, which: int, version: int | None) -> None:
        now = FIRST + self.day * DAY
        clicks: dict[str, Callable[[], object]] = {
            "acknowledge": lambda: keeping.acknowledge(self.session, which, ON_CALL, now, version),
            "snooze": lambda: keeping.snooze(self.session, which, ON_CALL, now + DAY, "", now, version),
            "not_an_issue": lambda: keeping.not_an_issue(self.session, which, ON_CALL, "", now, version),
            "mitigate": lambda: keeping.mitigate(self.session, which, ON_CALL, "", now),
            "resolve": lambda: keeping.resolve(self.session, which, ON_CALL, now, version),
            "reopen": lambda: keeping.reopen(self.session, which, ON_CALL, "", now, version),
            "wake": lambda: keeping.wake(self.session, now),
        }
        with contextlib.suppress(StaleClick, NotPossible, UnknownIncident):
            clicks[verb]()

    @invariant()
    def the_key_is_held_exactly_while_unresolved_and_by_one(self) -> None:
        incidents = self.session.exec(select(Incident).order_by(col(Incident.id))).all()
        assert [incident.id for incident in incidents] == list(range(1, len(incidents) + 1))
        assert len(incidents) >= self.known
        self.known = len(incidents)
        for incident in incidents:
            assert incident.open_key == (None if incident.state == "resolved" else incident.fingerprint)
            assert incident.state in ("open", "acknowledged", "mitigated", "resolved")
        keys = [incident.open_key for incident in incidents if incident.open_key]
        assert len(keys) == len(set(keys))

    def teardown(self) -> None:
        self.session.close()
        self.engine.dispose()


TestAnyLife = AnyLife.TestCase
TestAnyLife.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
