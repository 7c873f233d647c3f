"""To which incident does a cause belong? Never a second thread for what has one."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from bot.store.tables import Incident
from checks.base import Finding, Window
from checks.records import finding_from_dict

from .causes import MANY_ITEMS, Cause
from .families import OTHER, family_of, is_item, set_up_reason
from .sharing import explains, overlap, slack

COOL_DOWN = timedelta(days=3)  # a trouble that comes back within this time is the same trouble


def find_home(session: Session, cause: Cause, window: Window, now: datetime) -> Incident | None:
    """The incident a cause belongs to: an open one, or one resolved so lately that it reopens; None for neither."""
    unresolved = session.exec(select(Incident).where(Incident.state != "resolved").order_by(col(Incident.id))).all()
    same = [incident for incident in unresolved if incident.open_key == cause.fingerprint]
    home = next(iter(same + [incident for incident in unresolved if is_recognised(cause, incident)]), None)
    return home or _lately_resolved(session, cause, window, now)


def _lately_resolved(session: Session, cause: Cause, window: Window, now: datetime) -> Incident | None:
    """One that this cause is the return of, or whose end this window still straddles."""
    wanted = select(Incident).where(Incident.state == "resolved", col(Incident.resolved_at) >= now - COOL_DOWN)
    for incident in session.exec(wanted.order_by(col(Incident.resolved_at).desc())):
        tail = incident.resolved_at is not None and window.start < incident.resolved_at
        if incident.fingerprint == cause.fingerprint or (tail and is_recognised(cause, incident)):
            return incident
    return None


def is_recognised(cause: Cause, incident: Incident) -> bool:
    """Whether the incident's findings explain the cause's leading one, or are the same seen again."""
    if incident.fingerprint == cause.fingerprint:
        return True
    known = [finding_from_dict(record) for record in incident.findings]
    lead = cause.findings[0]
    again = any(_same_sight(one, other) for one in known for other in cause.findings)
    many = len({one.subject for one in known if is_item(one)}) >= MANY_ITEMS
    if set_up_reason(known[0]) and not is_item(lead):
        return False  # what its owner left out is no wider trouble
    if is_item(known[0]) or (is_item(lead) and set_up_reason(lead) and not many):
        return again
    if cause.onset > incident.last_seen_at + slack(lead):
        return False
    return (again and family_of(lead).symptom) or any(explains(root, lead, ()) for root in known if not is_item(root))


def is_the_same(cause: Cause, incident: Incident) -> bool:
    """Whether the incident's own trouble is still seen, and not merely a symptom it explains."""
    lead = finding_from_dict(incident.findings[0])
    return incident.fingerprint == cause.fingerprint or any(_same_sight(lead, other) for other in cause.findings)


def _same_sight(one: Finding, other: Finding) -> bool:
    return one.code == other.code and one.subject == other.subject and overlap(one.slice, other.slice)


def leading_rank(incident: Incident) -> int:
    """How near the root an incident's leading finding is."""
    return family_of(finding_from_dict(incident.findings[0])).rank if incident.findings else OTHER.rank
