"""What people do to an incident. A click made on an older state changes nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from bot.slack.messages import Person
from bot.store.tables import Incident

from .states import DONE, Move, NotPossible, StaleClick, state_after
from .timeline import find_incident, note

BOT = Person("", "recsysops")


def acknowledge(session: Session, incident_id: int, who: Person, now: datetime, version: int | None) -> Incident:
    """Somebody has it: they own it from here on."""
    incident = _seen(session, incident_id, version)
    if incident.state == "acknowledged":
        raise NotPossible(f"Incident {incident_id} is in the hands of {Person.parse(incident.owner).mention} already.")
    return _move(session, incident, "acknowledge", who, now, owner=who.key, acknowledged_at=now)


def snooze(
    session: Session,
    incident_id: int,
    who: Person,
    until: datetime,
    reason: str,
    now: datetime,
    version: int | None = None,
) -> Incident:
    """No news of it until then. A snooze always ends; what happens meanwhile is still recorded."""
    if until <= now:
        raise NotPossible("A snooze must end in the future: say for how long, such as 4h.")
    incident = _seen(session, incident_id, version)
    return _move(session, incident, "snooze", who, now, words=reason, snoozed_until=until)


def unsnooze(
    session: Session, incident_id: int, now: datetime, who: Person = BOT, version: int | None = None
) -> Incident:
    """End a snooze."""
    incident = _seen(session, incident_id, version)
    if incident.snoozed_until is None:
        raise NotPossible(f"Incident {incident_id} is not snoozed.")
    return _move(session, incident, "unsnooze", who, now, snoozed_until=None)


def not_an_issue(
    session: Session, incident_id: int, who: Person, reason: str, now: datetime, version: int | None = None
) -> Incident:
    """It is as it should be: no news for as long as it lasts, and it closes by itself once it is gone."""
    incident = _seen(session, incident_id, version)
    if incident.not_an_issue:
        raise NotPossible(f"Incident {incident_id} has been called not an issue already.")
    return _move(session, incident, "dismiss", who, now, words=reason, not_an_issue=True)


def mitigate(session: Session, incident_id: int, who: Person, words: str, now: datetime) -> Incident:
    """Members are no longer hurt; the cause is still there. Doing it twice is doing it once."""
    incident = find_incident(session, incident_id)
    if incident.state == "mitigated":
        return incident
    return _move(session, incident, "mitigate", who, now, words=words, mitigated_at=now)


def resolve(session: Session, incident_id: int, who: Person, now: datetime, version: int | None = None) -> Incident:
    """It is over, and somebody says so."""
    incident = _seen(session, incident_id, version)
    return _move(session, incident, "resolve", who, now, open_key=None, resolved_at=now, snoozed_until=None)


def reopen(
    session: Session, incident_id: int, who: Person, words: str, now: datetime, version: int | None = None
) -> Incident:
    """It is back, or was never over: the same incident, in the same thread."""
    incident = _seen(session, incident_id, version)
    other = session.exec(select(Incident).where(Incident.open_key == incident.fingerprint)).first()
    if other is not None and other.id != incident.id:
        raise NotPossible(f"Incident {incident_id} goes on as incident {other.id}: look there.")
    fresh = {
        "clean_windows": 0,
        "resolved_at": None,
        "mitigated_at": None,
        "not_an_issue": False,
        "snoozed_until": None,
    }
    again = {"open_key": incident.fingerprint, "reopened": incident.reopened + 1}
    return _move(session, incident, "reopen", who, now, words=words, **fresh, **again)


def wake(session: Session, now: datetime) -> list[Incident]:
    """End every snooze whose time is over; the incidents woken, so that their cards can say so."""
    over = session.exec(select(Incident).where(col(Incident.snoozed_until) <= now)).all()
    return [_move(session, incident, "unsnooze", BOT, now, snoozed_until=None) for incident in over]


def _seen(session: Session, incident_id: int, version: int | None) -> Incident:
    incident = find_incident(session, incident_id)
    session.refresh(incident)
    if version is not None and incident.version != version:
        raise StaleClick(incident)
    return incident


def _move(
    session: Session, incident: Incident, move: Move, who: Person, now: datetime, words: str = "", **values: Any
) -> Incident:
    """Change the row only if nobody else did since it was read, and write it into the timeline."""
    values |= {"state": state_after(incident, move), "version": incident.version + 1}
    same = col(Incident.id) == incident.id, col(Incident.version) == incident.version
    done = session.connection().execute(update(Incident).where(*same).values(**values))
    session.refresh(incident)
    if done.rowcount != 1:
        raise StaleClick(incident)
    by = "recsysops" if who is BOT else who.key
    assert incident.id is not None
    note(session, incident.id, f"{move}:{incident.version}", DONE[move], words, now, by)
    return incident
