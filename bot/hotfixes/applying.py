"""From a request to its end: who may say yes, when it is in force, when it is over.

The row is changed by compare-and-set, so that of two approvers one is first and the other is told so. A row says
`applied` only after serving has its instruction; the instruction's id follows from the row's, so that doing it again
after a crash does it once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from bot.recommender.contract import Overrides
from bot.roles import Denied, require
from bot.slack.messages import Person, Place
from bot.store.tables import IN_FORCE, AuditEntry, Hotfix
from checks.base import Finding, Window

from .base import HotfixKind, HotfixRefused, Preview
from .catalogue import kind_of
from .verification import PATIENCE, Verdict, judge_verification

Roles = Mapping[str, Sequence[str]]
BOT = "recsysops"
CARRIED_OUT_WITHIN = timedelta(hours=1)  # of the approval: a later surprise would be nobody's decision


def request(
    session: Session,
    kind: HotfixKind,
    params: Mapping[str, Any],
    preview: Preview,
    by: Person,
    incident_id: int | None,
    place: Place,
    now: datetime,
    expires_in: timedelta | None = None,
) -> Hotfix:
    """Ask for a hotfix that was previewed: a row that waits for somebody else's approval; one of a kind at a time."""
    _refuse_twice(session, kind)
    hotfix = Hotfix(
        kind=kind.name,
        params={**params, "version": preview.to_version, "from": preview.from_version},
        incident_id=incident_id,
        state="requested",
        requested_by=by.key,
        preview=preview.to_dict(),
        channel=place.channel,
        thread_key=place.thread_key,
        thread_ts=place.thread_ts,
        created_at=now,
        expires_at=now + (expires_in or kind.lasts),
    )
    session.add(hotfix)
    session.flush()
    _audit(session, hotfix, by.key, "requested", now)
    return hotfix


def approve(
    session: Session, hotfix_id: int, by: Person, roles: Roles, now: datetime, version: int | None = None
) -> Hotfix:
    """Somebody else than the requester, who has the role, says yes. It is not in force before `apply`.

    Raises Denied (naming the role) or HotfixRefused. A denial is committed to the audit trail before it is raised.
    """
    hotfix = _waiting(session, hotfix_id, version)
    _allow(session, hotfix, by, kind_of(hotfix.kind).approver_role, roles, now, own=False)
    lasts = (hotfix.expires_at or now) - hotfix.created_at
    _change(session, hotfix, state="approved", decided_by=by.key, expires_at=now + lasts)
    _audit(session, hotfix, by.key, "approved", now)
    return hotfix


def refuse(
    session: Session, hotfix_id: int, by: Person, roles: Roles, reason: str, now: datetime, version: int | None = None
) -> Hotfix:
    """An approver says no, or the requester takes the request back: nothing is applied."""
    hotfix = _waiting(session, hotfix_id, version)
    if by.key != hotfix.requested_by:
        _allow(session, hotfix, by, kind_of(hotfix.kind).approver_role, roles, now, own=True)
    _change(session, hotfix, state="refused", decided_by=by.key, ended_at=now)
    _audit(session, hotfix, by.key, "refused", now, reason=reason)
    return hotfix


def apply(session: Session, hotfix_id: int, overrides: Overrides, now: datetime) -> Hotfix:
    """Put an approved hotfix in force; doing it again changes nothing.

    One whose time is over is never begun, and an approval that could not be carried out within an hour has failed.
    """
    hotfix = find_hotfix(session, hotfix_id)
    if hotfix.state in IN_FORCE:
        return hotfix
    if hotfix.state != "approved":
        raise HotfixRefused(f"Hotfix {hotfix_id} is {hotfix.state}, not approved: it is not put in force.")
    expires_at = hotfix.expires_at or now + kind_of(hotfix.kind).lasts
    if expires_at <= now:
        end(session, hotfix, "expired", BOT, now)
        return hotfix
    if now > _approved_at(session, hotfix) + CARRIED_OUT_WITHIN:
        overrides.remove(f"hotfix-{hotfix_id}")  # a crash may have left it there
        end(session, hotfix, "failed", BOT, now)
        return hotfix
    preview = Preview.from_dict(hotfix.preview)
    override = kind_of(hotfix.kind).override(hotfix.params, preview, hotfix_id, now, expires_at)
    overrides.apply(override)
    _change(session, hotfix, state="applied", override_id=override.id, applied_at=now)
    _audit(session, hotfix, BOT, "applied", now, override=override.id, expires_at=expires_at.isoformat())
    return hotfix


def undo(
    session: Session,
    hotfix_id: int,
    by: Person,
    roles: Roles,
    overrides: Overrides,
    now: datetime,
    version: int | None = None,
) -> Hotfix:
    """Take a hotfix out of force before its time. An operator may: what undoes is never riskier than what did."""
    hotfix = _fresh(session, hotfix_id, version)
    _allow(session, hotfix, by, "operator", roles, now, own=True)
    if hotfix.state not in IN_FORCE:
        raise HotfixRefused(f"Hotfix {hotfix_id} is {hotfix.state}: there is nothing to take back.")
    overrides.remove(hotfix.override_id or "")
    end(session, hotfix, "undone", by.key, now)
    return hotfix


def verify(
    session: Session,
    hotfix_id: int,
    windows_seen: Sequence[tuple[Window, Sequence[Finding]]],
    findings: Sequence[Finding],
    now: datetime,
    needed: int = 1,
    patience: int = PATIENCE,
) -> Verdict | None:
    """Judge whether an applied hotfix has mended what `findings` (leading first) showed; None while it is too early."""
    hotfix = find_hotfix(session, hotfix_id)
    if hotfix.state != "applied" or hotfix.applied_at is None:
        return None
    verdict = judge_verification(hotfix.applied_at, windows_seen, findings, needed, patience)
    if verdict is None:
        return None
    state = "verified" if verdict.mended else "not-verified"
    _change(session, hotfix, state=state, verification={**verdict.to_dict(), "at": now.isoformat()})
    _audit(session, hotfix, BOT, state, now)
    return verdict


def find_hotfix(session: Session, hotfix_id: int) -> Hotfix:
    """The hotfix of that number; HotfixRefused, listing the newest, when there is none."""
    hotfix = session.get(Hotfix, hotfix_id)
    if hotfix is None:
        newest = session.exec(select(Hotfix).order_by(col(Hotfix.id).desc()).limit(5)).all()
        there = ", ".join(f"{each.id} ({each.kind}, {each.state})" for each in newest)
        raise HotfixRefused(f"There is no hotfix {hotfix_id}. The newest are: {there or 'none yet'}.")
    return hotfix


def of_incident(session: Session, incident_id: int) -> list[Hotfix]:
    """The hotfixes of an incident that wait or are in force, oldest first."""
    alive = col(Hotfix.state).in_(("requested", "approved", *IN_FORCE))
    return list(session.exec(select(Hotfix).where(Hotfix.incident_id == incident_id, alive).order_by(col(Hotfix.id))))


def _approved_at(session: Session, hotfix: Hotfix) -> datetime:
    said_yes = select(AuditEntry.at).where(AuditEntry.hotfix_id == hotfix.id, AuditEntry.did == "approved")
    return session.exec(said_yes).first() or hotfix.created_at


def _refuse_twice(session: Session, kind: HotfixKind) -> None:
    waiting = select(Hotfix).where(Hotfix.kind == kind.name, col(Hotfix.state).in_(("requested", "approved")))
    other = session.exec(waiting).first()
    if other is not None:
        by = Person.parse(other.requested_by).mention
        raise HotfixRefused(
            f"Hotfix {other.id}, `{kind.name}` to version {other.params.get('version')}, asked for by {by}, still "
            "waits for its approval: approve or refuse that one first. Nothing was asked for."
        )


def _fresh(session: Session, hotfix_id: int, version: int | None) -> Hotfix:
    hotfix = find_hotfix(session, hotfix_id)
    session.refresh(hotfix)
    if version is not None and hotfix.version != version:
        raise HotfixRefused(f"Hotfix {hotfix_id} has changed since: it is {hotfix.state} now. Nothing was done.")
    return hotfix


def _waiting(session: Session, hotfix_id: int, version: int | None) -> Hotfix:
    """A request is decided once."""
    hotfix = _fresh(session, hotfix_id, None)
    if hotfix.state != "requested":
        by = f" by {Person.parse(hotfix.decided_by).mention}" if hotfix.decided_by else ""
        raise HotfixRefused(f"Hotfix {hotfix_id} has been decided{by}: it is {hotfix.state}. Nothing was done.")
    return _fresh(session, hotfix_id, version)


def _allow(session: Session, hotfix: Hotfix, by: Person, role: str, roles: Roles, now: datetime, *, own: bool) -> None:
    """Deny by default. The denial is committed on its own, before it is raised: it must survive the rollback."""
    try:
        require(by, role, roles)
        if not own and by.key == hotfix.requested_by:
            others = [Person.parse(key).mention for key in roles.get(role, ()) if key != by.key]
            whom = f"{', '.join(others)} can" if others else "nobody else has it yet"
            raise Denied(
                f"You asked for hotfix {hotfix.id} yourself, so somebody else with the role {role} must approve it; "
                f"{whom}."
            )
    except Denied as denial:
        _audit(session, hotfix, by.key, "denied", now, reason=str(denial))
        session.commit()
        raise


def end(session: Session, hotfix: Hotfix, state: str, who: str, now: datetime) -> None:
    """It is over: undone, expired, lapsed or failed, as the audit trail says too."""
    _change(session, hotfix, state=state, ended_at=now)
    _audit(session, hotfix, who, state, now)


def _change(session: Session, hotfix: Hotfix, **values: Any) -> None:
    """Change the row only if nobody else has since it was read."""
    same = col(Hotfix.id) == hotfix.id, col(Hotfix.version) == hotfix.version
    done = session.connection().execute(update(Hotfix).where(*same).values(**values, version=hotfix.version + 1))
    session.refresh(hotfix)
    if done.rowcount != 1:
        raise HotfixRefused(f"Somebody else was quicker: hotfix {hotfix.id} is {hotfix.state} now. Nothing was done.")


def _audit(session: Session, hotfix: Hotfix, who: str, did: str, now: datetime, **data: Any) -> None:
    what = f"{hotfix.kind} from {hotfix.params.get('from')} to {hotfix.params.get('version')}"
    session.add(AuditEntry(at=now, who=who, did=did, what=what, hotfix_id=hotfix.id, data=data))
    session.flush()
