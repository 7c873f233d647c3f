"""The story on one screen: notice, diagnose, fix, verify, resolve, remember.

Each verb reads the world, changes the state and says so in one transaction. Asked for, it raises to whoever asked;
on the schedule, `tick` records what failed and goes on.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlmodel import Session, col, select

from bot.catalog.learning import ResolutionForm, learn
from bot.detection.runner import Detection
from bot.diagnosis.diagnosing import diagnose_findings
from bot.diagnosis.verdict import Diagnosis, Progress
from bot.hotfixes import applying
from bot.hotfixes.base import HotfixRefused, Preview
from bot.hotfixes.catalogue import find
from bot.incidents import keeping
from bot.incidents.causes import one_cause_or_many
from bot.recommender.contract import Overrides
from bot.roles import require
from bot.slack.messages import Person, Place
from bot.store.tables import Heartbeat, Hotfix, Incident, Resolution
from bot.teammate import Teammate
from bot.telling import redraw, tell, tell_hotfix
from checks.base import Finding, Window
from checks.records import finding_from_dict

log = structlog.get_logger()
NOTICED = "noticed"  # the heartbeat that says up to which moment the tables have been judged
CHANGES_BEFORE = timedelta(days=7)


def tick(mate: Teammate) -> None:
    """Everything that is due now. Called often; costs next to nothing when nothing is due."""
    for step in (_notice_due, _follow_hotfixes, _wake_snoozed):
        try:
            step(mate)
        except Exception:  # one step that fails must not stop the others, nor the next tick
            log.exception("step failed", step=step.__name__)
    with mate.store.session() as session:
        session.merge(Heartbeat(loop="tick", at=mate.clock.now()))


def notice(mate: Teammate, as_of: datetime) -> Detection:
    """Judge the latest complete window and open, join or settle incidents. Twice for one window changes nothing."""
    detection = mate.detector.run(as_of)
    changes = mate.recommender.changes(Window(detection.window.start - CHANGES_BEFORE, detection.window.end))
    causes = one_cause_or_many(detection.findings, changes)
    with mate.store.session() as session:
        touched = keeping.take_in(session, causes, detection.window, as_of, mate.channel.channel)
        touched += keeping.settle(session, causes, detection.window, as_of)
        for one in touched:
            tell(mate, session, one)
        session.merge(Heartbeat(loop=NOTICED, at=as_of))
    return detection


def diagnose(mate: Teammate, incident_id: int, progress: Progress) -> tuple[Incident, Diagnosis]:
    """Say why an incident happened; its card then names the cause."""
    with mate.store.session() as session:
        incident = keeping.find_incident(session, incident_id)
    now = mate.clock.now()
    diagnosis = diagnose_findings(mate.recommender, _findings(incident), now, progress)
    verdict = diagnosis.verdict
    with mate.store.session() as session:
        incident = keeping.find_incident(session, incident_id)
        incident.cause, incident.cause_class = verdict.cause, verdict.cause_class
        data = {"subject": verdict.subject, "hotfix": verdict.suggested_hotfix, "confidence": verdict.confidence}
        key = f"diagnosed:{diagnosis.window.end.isoformat()}"
        keeping.note(session, incident_id, key, "diagnosed", verdict.cause, now, data=data)
        redraw(mate, session, incident)
    return incident, diagnosis


def preview(mate: Teammate, words: str, progress: Progress) -> Preview:
    """What a hotfix would change, on logged requests; nothing is done yet."""
    kind, params = find(words)
    return kind.preview(mate.recommender, params, mate.clock.now(), progress)


def ask_for(mate: Teammate, words: str, shown: Preview, by: Person, incident_id: int | None, place: Place) -> Hotfix:
    """Ask for a hotfix that was previewed: it waits for somebody else's approval."""
    require(by, "operator", mate.roles)
    now = mate.clock.now()
    kind, params = find(words)
    complete = kind.check_params(mate.recommender, params, now)
    with mate.store.session() as session:
        hotfix = applying.request(session, kind, complete, shown, by, incident_id, place, now)
        if incident_id is not None:
            keeping.note(session, incident_id, f"hotfix:{hotfix.id}:requested", "hotfix-requested", words, now, by.key)
    return hotfix


def approve(mate: Teammate, hotfix_id: int, by: Person, version: int | None) -> Hotfix:
    """Approve and apply: two transactions, so that a crash between them leaves an approved row to carry on from."""
    now = mate.clock.now()
    with mate.store.session() as session:
        applying.approve(session, hotfix_id, by, mate.roles, now, version)
    return carry_out(mate, hotfix_id)


def carry_out(mate: Teammate, hotfix_id: int) -> Hotfix:
    """Put an approved hotfix in force; doing it twice changes nothing."""
    now = mate.clock.now()
    with mate.store.session() as session:
        hotfix = applying.apply(session, hotfix_id, overrides_of(mate), now)
        tell_hotfix(mate, session, hotfix, "applied")
        _note_hotfix(mate, session, hotfix, "applied")
    return hotfix


def undo(mate: Teammate, hotfix_id: int, by: Person, version: int | None) -> Hotfix:
    """Take a hotfix out of force before its time."""
    now = mate.clock.now()
    with mate.store.session() as session:
        hotfix = applying.undo(session, hotfix_id, by, mate.roles, overrides_of(mate), now, version)
        tell_hotfix(mate, session, hotfix, "undone")
        _note_hotfix(mate, session, hotfix, "undone")
    return hotfix


def resolve(mate: Teammate, incident_id: int, form: ResolutionForm, by: Person, version: int | None) -> Resolution:
    """Close an incident and let the catalogue learn from it."""
    require(by, "operator", mate.roles)
    now = mate.clock.now()
    with mate.store.session() as session:
        incident = keeping.resolve(session, incident_id, by, now, version)
        redraw(mate, session, incident)  # before it is learnt from: the card must not match itself
        return learn(session, incident, form, by, now)


def overrides_of(mate: Teammate) -> Overrides:
    """The way to act on serving; HotfixRefused when this installation has none."""
    if mate.recommender.overrides is None:
        raise HotfixRefused("This installation has no [overrides] in recsysops.toml, so I cannot act on serving.")
    return mate.recommender.overrides


def _notice_due(mate: Teammate) -> None:
    """Judge every window that has become complete since the last look, oldest first."""
    now = mate.clock.now()
    with mate.store.session() as session:
        last = session.get(Heartbeat, NOTICED)
    for as_of in mate.detector.due(last.at if last else None, now):
        notice(mate, as_of)


def _follow_hotfixes(mate: Teammate) -> None:
    """Carry out what was approved before a crash, verify what is in force, end what has expired."""
    now = mate.clock.now()
    with mate.store.session() as session:
        pending = session.exec(select(Hotfix).where(col(Hotfix.state).in_(("approved", "applied")))).all()
        expired = applying.expire_due(session, overrides_of(mate), now) if pending else []
        for hotfix in expired:
            tell_hotfix(mate, session, hotfix, "expired")
    for hotfix in pending:
        if hotfix.state == "approved":
            carry_out(mate, hotfix.id or 0)
        elif hotfix.incident_id is not None:
            _verify(mate, hotfix.id or 0, hotfix.incident_id)


def _verify(mate: Teammate, hotfix_id: int, incident_id: int) -> None:
    """Look at the windows since a hotfix was applied: is what it was meant to mend mended?"""
    now = mate.clock.now()
    with mate.store.session() as session:
        hotfix = session.get_one(Hotfix, hotfix_id)
        incident = keeping.find_incident(session, incident_id)
        seen = mate.detector.judged_since(hotfix.applied_at or now)
        verdict = applying.verify(session, hotfix_id, seen, _findings(incident), now)
        if verdict is None:
            return
        tell_hotfix(mate, session, hotfix, "verified")
        _note_hotfix(mate, session, hotfix, "verified")
        if hotfix.state == "verified":
            words = f"{hotfix.kind} verified"
            redraw(mate, session, keeping.mitigate(session, incident_id, keeping.BOT, words, now))


def _wake_snoozed(mate: Teammate) -> None:
    """A snooze always ends: the card says so when it does."""
    now = mate.clock.now()
    with mate.store.session() as session:
        for incident in keeping.wake(session, now):
            redraw(mate, session, incident)


def _note_hotfix(mate: Teammate, session: Session, hotfix: Hotfix, step: str) -> None:
    if hotfix.incident_id is not None:
        key = f"hotfix:{hotfix.id}:{step}"
        keeping.note(session, hotfix.incident_id, key, f"hotfix-{step}", hotfix.kind, mate.clock.now())


def _findings(incident: Incident) -> list[Finding]:
    return [finding_from_dict(finding) for finding in incident.findings]
