"""Adding what a new window shows to an incident that is already there."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, col, select

from bot.store.tables import Incident, TimelineEntry
from checks.base import Window
from checks.records import finding_from_dict, finding_to_dict

from .causes import Cause, strength

KEPT = 60  # findings an incident keeps; a thread shows far fewer
FADING = 0.8  # of its former strength: less than that is a trouble on its way out


def merge(session: Session, incident: Incident, cause: Cause, window: Window, nearer: bool) -> None:
    """Keep each finding at its clearest; `nearer` means that the cause looks nearer the root than what leads now.

    A window that a hotfix cuts in two shows less than there was: it neither renames the incident nor hides its size.
    """
    same = incident.fingerprint == cause.fingerprint
    lead = finding_to_dict(cause.findings[0])
    incident.findings = _clearest_of_each(incident, cause, cause_leads=nearer or same)
    incident.codes = list(dict.fromkeys(record["code"] for record in incident.findings))
    incident.severity = max(incident.severity, int(cause.severity))
    if window.end > incident.last_seen_at:
        incident.last_seen_at = window.end
        incident.clean_windows = 0
    if same or nearer:
        if incident.findings[0] == lead:
            incident.title, incident.impact = cause.title, impact_of(cause)
        incident.onset = min(incident.onset, cause.onset)
    if nearer:
        _take_the_lead(session, incident, cause)


def impact_of(cause: Cause) -> dict[str, Any]:
    """The impact as the incident's row keeps it."""
    impact = cause.impact
    return {"members": impact.members, "impressions": impact.impressions, "share": impact.share}


def _clearest_of_each(incident: Incident, cause: Cause, cause_leads: bool) -> list[dict[str, Any]]:
    new = {_sight(record): record for record in map(finding_to_dict, cause.findings)}
    old = {_sight(record): record for record in incident.findings}
    order = dict.fromkeys([*new, *old] if cause_leads else [*old, *new])
    return [_clearer(old.get(sight), new.get(sight)) for sight in order][:KEPT]


def _clearer(old: dict[str, Any] | None, new: dict[str, Any] | None) -> dict[str, Any]:
    """The newer of two looks at the same thing, unless it shows clearly less."""
    if old is None or new is None:
        return old or new or {}
    fading = strength(finding_from_dict(new)) < FADING * strength(finding_from_dict(old))
    return old if fading else new


def _sight(record: dict[str, Any]) -> tuple[str, str, str]:
    return record["code"], record["subject"], record["slice"]


def _take_the_lead(session: Session, incident: Incident, cause: Cause) -> None:
    """What is nearer the root names the incident, unless a diagnosis has; its key moves along if it is free."""
    incident.subject, incident.slice = cause.subject, cause.slice.key
    diagnosed = select(TimelineEntry).where(
        TimelineEntry.incident_id == incident.id, col(TimelineEntry.kind) == "diagnosed"
    )
    if session.exec(diagnosed).first() is None:
        incident.cause, incident.cause_class = cause.cause, cause.cause_class
    taken = select(Incident.id).where(Incident.open_key == cause.fingerprint, Incident.id != incident.id)
    if session.exec(taken).first() is None:
        incident.fingerprint, incident.open_key = cause.fingerprint, cause.fingerprint
