"""What happened to an incident, in order, each thing once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from bot.store.once import insert_once
from bot.store.tables import Incident, TimelineEntry

from .states import UnknownIncident


def note(
    session: Session,
    incident_id: int,
    key: str,
    kind: str,
    words: str,
    now: datetime,
    who: str = "recsysops",
    data: Mapping[str, Any] | None = None,
) -> bool:
    """Write something into the timeline, once per `key`; False when it was there already."""
    entry = TimelineEntry(
        incident_id=incident_id, key=key, at=now, kind=kind, who=who, words=words, data=dict(data or {})
    )
    return insert_once(session, entry, "incident_id", "key")


def timeline(session: Session, incident_id: int) -> list[TimelineEntry]:
    """Everything that happened to an incident, oldest first."""
    wanted = select(TimelineEntry).where(TimelineEntry.incident_id == incident_id)
    return list(session.exec(wanted.order_by(col(TimelineEntry.at), col(TimelineEntry.id))))


def open_incidents(session: Session) -> list[Incident]:
    """Those that still want somebody (neither resolved nor called not an issue), the gravest and oldest first."""
    wanted = select(Incident).where(Incident.state != "resolved", col(Incident.not_an_issue).is_(False))
    return list(session.exec(wanted.order_by(col(Incident.severity).desc(), col(Incident.id))))


def about_item(incidents: Sequence[Incident], item_id: str) -> list[Incident]:
    """Those that touch an item: that name it, or are about everybody."""
    subject = f"item:{item_id}"
    return [
        incident
        for incident in incidents
        if not incident.slice or subject in (incident.subject, *(found.get("subject") for found in incident.findings))
    ]


def named_by(session: Session, subject: str) -> list[Incident]:
    """Every incident that is about this subject itself, the newest first."""
    return list(session.exec(select(Incident).where(Incident.subject == subject).order_by(col(Incident.id).desc())))


def all_incidents(session: Session) -> list[Incident]:
    """Every incident there ever was, the newest first."""
    return list(session.exec(select(Incident).order_by(col(Incident.id).desc())))


def find_incident(session: Session, incident_id: int) -> Incident:
    """The incident of that number; UnknownIncident, listing the open ones, when there is none."""
    incident = session.get(Incident, incident_id)
    if incident is None:
        there = ", ".join(f"{known.id} ({known.title})" for known in open_incidents(session)[:5])
        raise UnknownIncident(f"There is no incident {incident_id}. Open now: {there or 'none'}.")
    return incident
