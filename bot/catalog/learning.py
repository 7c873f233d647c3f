"""Every closure teaches the catalogue something."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlmodel import Session, select

from bot.slack.messages import Person
from bot.store.once import insert_once
from bot.store.tables import KnownIssue, Resolution

from .matching import similar
from .signature import IncidentLike, signature_of


class Closed(IncidentLike, Protocol):
    """An incident with its number."""

    @property
    def id(self) -> int | None:
        """Its number."""


@dataclass(frozen=True)
class ResolutionForm:
    """What the person who closed an incident wrote down."""

    cause: str
    cause_class: str = "unknown"
    fix: str = ""
    fix_worked: bool = True
    long_term_fix: str = ""
    detect_faster: str = ""
    predict: str = ""
    diagnose_faster: str = ""


def learn(session: Session, incident: Closed, form: ResolutionForm, by: Person, now: datetime) -> Resolution:
    """Write down how an incident ended, and let the known issue that it is an example of grow, or begin one.

    Once per incident: told the same again nothing changes; told something else (it was reopened and closed anew) the
    resolution is corrected and the issue is not counted twice.
    """
    row = Resolution(incident_id=incident.id or 0, **asdict(form), resolved_by=by.key, at=now)
    new = insert_once(session, row, "incident_id")
    resolution = session.exec(select(Resolution).where(Resolution.incident_id == incident.id)).one()
    if not new:
        return _correct(session, resolution, form, by, now)
    signature = {**signature_of(incident), "cause_class": form.cause_class}
    issue = _known(session, signature, now)
    if issue is None:
        issue = _begin(incident, signature, form, now)
    else:
        issue.seen += 1
        issue.signature, issue.last_seen_at = signature, now
        _rewrite(issue, form)
    session.add(issue)
    session.flush()
    resolution.known_issue_id = issue.id
    session.add(resolution)
    session.flush()
    return resolution


def _known(session: Session, signature: dict[str, Any], now: datetime) -> KnownIssue | None:
    """The issue this is another example of: one that looks alike and was of the same class."""
    alike = [match.known_issue for match in similar(session, signature, now)]
    same = (issue for issue in alike if issue.cause_class in (signature["cause_class"], "unknown"))
    return next(same, None)


def _begin(incident: Closed, signature: dict[str, Any], form: ResolutionForm, now: datetime) -> KnownIssue:
    return KnownIssue(
        title=incident.title,
        signature=signature,
        cause=form.cause,
        cause_class=form.cause_class,
        fix=form.fix if form.fix_worked else "",
        long_term_fix=form.long_term_fix,
        first_seen_at=now,
        last_seen_at=now,
    )


def _rewrite(issue: KnownIssue, form: ResolutionForm) -> None:
    """The newest words win where there are any; a fix that did not work replaces none."""
    issue.cause, issue.cause_class = form.cause or issue.cause, form.cause_class
    issue.fix = form.fix if form.fix and form.fix_worked else issue.fix
    issue.long_term_fix = form.long_term_fix or issue.long_term_fix


def _correct(session: Session, resolution: Resolution, form: ResolutionForm, by: Person, now: datetime) -> Resolution:
    if all(getattr(resolution, name) == value for name, value in asdict(form).items()):
        return resolution
    for name, value in asdict(form).items():
        setattr(resolution, name, value)
    resolution.resolved_by, resolution.at = by.key, now
    session.add(resolution)
    issue = session.get(KnownIssue, resolution.known_issue_id)
    if issue is not None:
        issue.last_seen_at = now
        _rewrite(issue, form)
        session.add(issue)
    session.flush()
    return resolution
