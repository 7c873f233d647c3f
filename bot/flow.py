"""The story on one screen: notice, diagnose, fix, resolve, remember.

Each verb reads the world, changes the state and says so in one transaction, and raises to whoever asked. What the bot
does unasked, on the schedule, is in rounds.py.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog
from sqlmodel import Session

from bot.catalog.learning import ResolutionForm, learn
from bot.detection.runner import Detection
from bot.diagnosis.diagnosing import diagnose_findings
from bot.diagnosis.verdict import Diagnosis, Progress
from bot.hotfixes import applying
from bot.hotfixes.base import HotfixRefused, Preview
from bot.hotfixes.catalogue import find, kind_of
from bot.incidents import keeping
from bot.incidents.causes import one_cause_or_many
from bot.noticing import NOTICED, changes_before, draw_new, remember_unsettled, take_in
from bot.recommender.contract import Overrides, RecommenderFailed
from bot.slack.messages import Person, Place
from bot.store.tables import Heartbeat, Hotfix, Incident, Resolution
from bot.teammate import Teammate
from bot.telling import redraw, tell_hotfix, tell_resolved
from checks.base import Finding
from checks.records import finding_from_dict

log = structlog.get_logger()
Also = Callable[[Session], None]  # what else is written with a deed: that it was done, and what the asker hears


def nothing_else(_session: Session) -> None:
    """Nobody waits for an answer."""


def notice(mate: Teammate, as_of: datetime) -> Detection:
    """Judge the latest complete window and open, join or settle incidents. Twice for one window changes nothing."""
    detection = mate.detector.run(as_of)
    causes = one_cause_or_many(detection.findings, changes_before(mate, detection.window))
    pictures = draw_new(mate, causes, detection.window, as_of)
    with mate.store.session() as session:
        take_in(mate, session, causes, detection.window, as_of, pictures)
        session.merge(Heartbeat(loop=NOTICED, at=as_of))
        remember_unsettled(mate, session, detection)
    return detection


def watch(mate: Teammate) -> None:
    """Judge the bot itself, once an hour: what is wrong with it is an incident like any other."""
    detection = mate.watcher.run()
    if detection is not None:
        causes = one_cause_or_many(detection.findings)
        with mate.store.session() as session:
            take_in(mate, session, causes, detection.window, mate.clock.now(), {})


def diagnose(mate: Teammate, incident_id: int, progress: Progress) -> tuple[Incident, Diagnosis]:
    """Say why an incident happened; its card then names the cause, unless none was found."""
    with mate.store.session() as session:
        incident = keeping.find_incident(session, incident_id)
    now = mate.clock.now()
    diagnosis = diagnose_findings(mate.recommender, _findings(incident), now, progress)
    verdict = diagnosis.verdict
    with mate.store.session() as session:
        incident = keeping.find_incident(session, incident_id)
        if verdict.subject:
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


def ask_for(
    mate: Teammate,
    words: str,
    shown: Preview,
    by: Person,
    incident_id: int | None,
    place: Place,
    also: Also = nothing_else,
) -> Hotfix:
    """Ask for a hotfix that was previewed, in its incident's thread or else in `place`: somebody else must approve."""
    mate.allow(by, "operator", f"ask for hotfix {words}")
    now = mate.clock.now()
    kind, params = find(words)
    complete = kind.check_params(mate.recommender, params, now)
    with mate.store.session() as session:
        if incident_id is not None:
            place = mate.thread(keeping.find_incident(session, incident_id))
        hotfix = applying.request(session, kind, complete, shown, by, incident_id, place, now)
        tell_hotfix(mate, session, hotfix, "requested", by)
        also(session)
    return hotfix


def approve(mate: Teammate, hotfix_id: int, by: Person, version: int | None, also: Also = nothing_else) -> Hotfix:
    """Approve and apply: two transactions, so that a crash between them leaves an approved row to carry on from."""
    now = mate.clock.now()
    overrides_of(mate)
    with mate.store.session() as session:
        hotfix = applying.approve(session, hotfix_id, by, mate.roles, now, version)
        _still_as_previewed(mate, hotfix, now)
        also(session)
    return carry_out(mate, hotfix_id)


def refuse(
    mate: Teammate, hotfix_id: int, by: Person, reason: str, version: int | None, also: Also = nothing_else
) -> Hotfix:
    """Say no to a hotfix that waits for approval: nothing is applied."""
    with mate.store.session() as session:
        hotfix = applying.refuse(session, hotfix_id, by, mate.roles, reason, mate.clock.now(), version)
        tell_hotfix(mate, session, hotfix, "refused", by)
        also(session)
    return hotfix


def carry_out(mate: Teammate, hotfix_id: int) -> Hotfix:
    """Put an approved hotfix in force; doing it twice changes nothing. What keeps it from that is said once."""
    try:
        with mate.store.session() as session:
            hotfix = applying.apply(session, hotfix_id, overrides_of(mate), mate.clock.now())
            tell_hotfix(mate, session, hotfix, hotfix.state if hotfix.ended_at else "applied")
    except RecommenderFailed as failed:
        with mate.store.session() as session:
            tell_hotfix(mate, session, applying.find_hotfix(session, hotfix_id), "delayed", why=str(failed))
        raise
    return hotfix


def undo(mate: Teammate, hotfix_id: int, by: Person, version: int | None, also: Also = nothing_else) -> Hotfix:
    """Take a hotfix out of force before its time."""
    with mate.store.session() as session:
        now = mate.clock.now()
        hotfix = applying.undo(session, hotfix_id, by, mate.roles, overrides_of(mate), now, version)
        tell_hotfix(mate, session, hotfix, "undone", by)
        also(session)
    return hotfix


def verify(mate: Teammate, hotfix_id: int, incident_id: int) -> None:
    """Look at the windows since a hotfix was applied: is what it was meant to mend mended?"""
    now = mate.clock.now()
    with mate.store.session() as session:
        hotfix = applying.find_hotfix(session, hotfix_id)
        incident = keeping.find_incident(session, incident_id)
        findings = _findings(incident)
        seen = mate.detector.judged_since(hotfix.applied_at or now, findings[0].code)
        if applying.verify(session, hotfix_id, seen, findings, now) is None:
            return
        if hotfix.state == "verified" and incident.state != "resolved":
            keeping.mitigate(session, incident_id, keeping.BOT, f"{hotfix.kind} verified", now)
        tell_hotfix(mate, session, hotfix, "verified")


def resolve(
    mate: Teammate,
    incident_id: int,
    form: ResolutionForm,
    by: Person,
    version: int | None,
    also: Also = nothing_else,
) -> Resolution:
    """Close an incident, let the catalogue learn from it, and say so in its thread."""
    mate.allow(by, "operator", f"resolve incident {incident_id}")
    now = mate.clock.now()
    with mate.store.session() as session:
        incident = keeping.resolve(session, incident_id, by, now, version)
        redraw(mate, session, incident)  # before it is learnt from: the card must not match itself
        resolution = learn(session, incident, form, by, now)
        tell_resolved(mate, session, incident, resolution)
        also(session)
    return resolution


def overrides_of(mate: Teammate) -> Overrides:
    """The way to act on serving; HotfixRefused when this installation has none."""
    if mate.recommender.overrides is None:
        raise HotfixRefused("This installation has no [overrides] in recsysops.toml, so I cannot act on serving.")
    return mate.recommender.overrides


def _still_as_previewed(mate: Teammate, hotfix: Hotfix, now: datetime) -> None:
    """What is approved is what was previewed: something else may have begun to serve since."""
    try:
        complete = kind_of(hotfix.kind).check_params(mate.recommender, hotfix.params, now)
        same = all(hotfix.params.get(name) == value for name, value in complete.items())
    except HotfixRefused:
        same = False
    if not same:
        raise HotfixRefused(
            f"Since hotfix {hotfix.id} was previewed, another version has begun to serve, so its preview no longer "
            "holds. Nothing was done: refuse it, and ask for a new one."
        )


def _findings(incident: Incident) -> list[Finding]:
    return [finding_from_dict(finding) for finding in incident.findings]
