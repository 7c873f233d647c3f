"""To which incident does a cause belong? Never a second thread for what has one, nor one thread for two troubles."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from bot.store.tables import Incident
from checks.base import Finding, Window
from checks.records import finding_from_dict

from .causes import ITEMS, MANY_ITEMS, Cause, fit_into
from .families import family_of, is_item, set_up_reason
from .sharing import FAR, Fit, explains, overlap, slack

COOL_DOWN = timedelta(days=3)  # a trouble that comes back within this time is the same trouble
ITSELF: Fit = (-1, 0.0, 0, 0)  # nearer than anything that is explained
ITS_CAUSE: Fit = (FAR, 0.0, 0, 0)  # what gives an incident a new name comes last: what is open may explain it better


def find_home(session: Session, cause: Cause, window: Window, now: datetime) -> Incident | None:
    """The incident a cause belongs to: an open one, or one resolved so lately that it reopens; None for neither.

    Of several that could be meant it is the one that explains the cause best.
    """
    unresolved = session.exec(select(Incident).where(Incident.state != "resolved").order_by(col(Incident.id))).all()
    same = [incident for incident in unresolved if incident.open_key == cause.fingerprint]
    if same:
        return same[0]
    fits = [(how, place) for place, one in enumerate(unresolved) if (how := recognise(cause, one)) is not None]
    return unresolved[min(fits)[1]] if fits else _lately_resolved(session, cause, window, now)


def _lately_resolved(session: Session, cause: Cause, window: Window, now: datetime) -> Incident | None:
    """One that this cause is the return of, or whose end this window still straddles."""
    wanted = select(Incident).where(Incident.state == "resolved", col(Incident.resolved_at) >= now - COOL_DOWN)
    for incident in session.exec(wanted.order_by(col(Incident.resolved_at).desc())):
        tail = incident.resolved_at is not None and window.start < incident.resolved_at
        if incident.fingerprint == cause.fingerprint or (tail and is_recognised(cause, incident)):
            return incident
    return None


def is_recognised(cause: Cause, incident: Incident) -> bool:
    """Whether the cause is the incident's own, a symptom of it, or what lies behind it."""
    return recognise(cause, incident) is not None


def recognise(cause: Cause, incident: Incident) -> Fit | None:
    """How well a cause fits an incident, the smaller the better; None when it is about something else."""
    if incident.fingerprint == cause.fingerprint:
        return ITSELF
    known = [finding_from_dict(record) for record in incident.findings]
    lead = cause.findings[0]
    again = any(_same_sight(one, lead) for one in known)
    if set_up_reason(known[0]) and not is_item(lead):
        return None  # what its owner left out is no wider trouble
    many = len({one.subject for one in known if is_item(one)}) >= MANY_ITEMS
    if is_item(known[0]) or (is_item(lead) and set_up_reason(lead) and not many):
        return ITSELF if any(_same_sight(one, other) for one in known for other in cause.findings) else None
    if cause.onset > incident.last_seen_at + slack(lead):
        return None
    if again and family_of(lead).symptom:
        return ITSELF
    how = fit_into(lead, known, cause.changes)
    return ITS_CAUSE if how is None and lies_behind(cause, incident) else how


def lies_behind(cause: Cause, incident: Incident) -> bool:
    """Whether an incident that has shown only symptoms so far is explained by what this cause names."""
    known = finding_from_dict(incident.findings[0]) if incident.findings else None
    if known is None or is_item(known) or not family_of(known).symptom:
        return False
    lead = cause.findings[0]
    return family_of(lead).rank < family_of(known).rank and explains(lead, known, cause.changes)


def widens(cause: Cause, incident: Incident) -> bool:
    """Whether an incident about one item turns out to be about several, for the same reason."""
    known = finding_from_dict(incident.findings[0])
    alike = set_up_reason(known) == set_up_reason(cause.findings[0])
    return cause.subject == ITEMS and is_item(known) and incident.subject != ITEMS and alike


def is_the_same(cause: Cause, incident: Incident) -> bool:
    """Whether the incident's own trouble is still seen, and not merely a symptom it explains."""
    lead = finding_from_dict(incident.findings[0])
    return incident.fingerprint == cause.fingerprint or any(_same_sight(lead, other) for other in cause.findings)


def _same_sight(one: Finding, other: Finding) -> bool:
    return one.code == other.code and one.subject == other.subject and overlap(one.slice, other.slice)
