"""What people are told when something happens to an incident: one card, edited in place, and news in its thread.

Everything is written to the outbox in the transaction that changes the state: what is true is said, once.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from bot.cards import hotfix as hotfix_cards
from bot.cards import incident as incident_cards
from bot.cards import resolution as resolution_cards
from bot.catalog.matching import Match, signature_of, similar
from bot.hotfixes.applying import of_incident
from bot.hotfixes.catalogue import kind_of
from bot.incidents.keeping import Touched, find_incident, note, timeline
from bot.slack.charts import series_chart
from bot.slack.messages import Person, Picture, Place, Said
from bot.store.tables import Hotfix, Incident, KnownIssue, OutboxMessage, Resolution
from bot.teammate import Teammate
from checks.base import Finding
from checks.records import finding_from_dict

EVIDENCE = 3  # findings shown when a thread opens; the others are counted on the card


def draw(findings: Sequence[Finding]) -> Picture | None:
    """The leading finding that has a history, as a picture.

    Drawn before the store is written to: whoever waits for the one writer must not wait for a drawing.
    """
    drawable = next((finding for finding in findings if len(finding.points) > 1), None)
    return series_chart(drawable) if drawable is not None else None


def tell(mate: Teammate, session: Session, touched: Touched, picture: Picture | None = None) -> None:
    """Say what is new about an incident; an incident that is only still there changes its card and nothing else."""
    incident = touched.incident
    if touched.news == "opened":
        _open_thread(mate, session, incident, picture)
        return
    redraw(mate, session, incident)
    if touched.news != "seen":
        key = f"incident:{incident.id}:{touched.news}:{incident.last_seen_at.isoformat()}:{incident.version}"
        louder = touched.news in ("worse", "reopened")
        mate.outbox.post(session, key, mate.thread(incident), incident_cards.news(touched), broadcast=louder)


def redraw(mate: Teammate, session: Session, incident: Incident) -> None:
    """Bring an incident's card up to date."""
    mate.outbox.edit(session, incident.card_key, _card(mate, session, incident))


def known(mate: Teammate, session: Session, incident: Incident) -> list[Match]:
    """What the catalogue knows that looks like this incident; [] when nothing does."""
    return similar(session, signature_of(incident), mate.clock.now())


def tell_resolved(mate: Teammate, session: Session, incident: Incident, resolution: Resolution) -> None:
    """Say in an incident's thread how it ended, and what the catalogue has learnt."""
    issue = session.get_one(KnownIssue, resolution.known_issue_id)
    key = f"incident:{incident.id}:resolved:{incident.version}"
    mate.outbox.post(session, key, mate.thread(incident), resolution_cards.resolved_said(resolution, issue))


def tell_hotfix(
    mate: Teammate, session: Session, hotfix: Hotfix, step: str, by: Person | None = None, why: str = ""
) -> None:
    """Say how far a hotfix has come: where it was asked for, in its incident's timeline and on its card.

    `step` makes the message unique: requested | refused | lapsed | delayed (and `why`) | failed | applied | verified
    (or found not to help) | undone | expired.
    """
    _tell_where_asked(mate, session, hotfix, step, why)
    if hotfix.incident_id is not None:
        now, who = mate.clock.now(), by.key if by else "recsysops"
        kind = f"hotfix-{hotfix.state if step == 'verified' else step}"
        note(session, hotfix.incident_id, f"hotfix:{hotfix.id}:{step}", kind, hotfix.kind, now, who)
        redraw(mate, session, find_incident(session, hotfix.incident_id))


def _tell_where_asked(mate: Teammate, session: Session, hotfix: Hotfix, step: str, why: str) -> None:
    """The request with its buttons; once decided without them, and what came of it below."""
    place, key = Place(hotfix.channel, hotfix.thread_ts, hotfix.thread_key), f"hotfix:{hotfix.id}"
    if step == "requested":
        asked = hotfix_cards.request_said(hotfix, kind_of(hotfix.kind))
        mate.outbox.post(session, f"{key}:requested", place, asked, priority=0)
        return
    if step in ("refused", "lapsed", "delayed", "failed", "applied"):
        mate.outbox.edit(session, f"{key}:requested", hotfix_cards.decided_said(hotfix), priority=0)
    if step in ("undone", "expired"):
        _take_undo_away(mate, session, hotfix)
    if step != "refused":
        said = hotfix_cards.delayed_said(hotfix, why) if step == "delayed" else hotfix_cards.state_said(hotfix)
        mate.outbox.post(session, f"{key}:{step}", place, said, priority=0)


def _take_undo_away(mate: Teammate, session: Session, hotfix: Hotfix) -> None:
    """Over is over: the messages that said it was in force lose their button."""
    left = {"applied": hotfix_cards.was_in_force_said(hotfix), "verified": hotfix_cards.was_verified_said(hotfix)}
    keys = {f"hotfix:{hotfix.id}:{step}": said for step, said in left.items()}
    for key in session.exec(select(OutboxMessage.key).where(col(OutboxMessage.key).in_(keys))).all():
        mate.outbox.edit(session, key, keys[key], priority=0)


def _card(mate: Teammate, session: Session, incident: Incident) -> Said:
    hotfixes = of_incident(session, incident.id or 0)
    suggested = "" if hotfixes else _suggested(session, incident)
    return incident_cards.card(incident, known(mate, session, incident), hotfixes, suggested=suggested)


def _suggested(session: Session, incident: Incident) -> str:
    """The hotfix that the newest diagnosis suggests, in the words that ask for it; "" for none."""
    diagnosed = [entry.data for entry in timeline(session, incident.id or 0) if entry.kind == "diagnosed"]
    return str(diagnosed[-1].get("hotfix") or "") if diagnosed else ""


def _open_thread(mate: Teammate, session: Session, incident: Incident, picture: Picture | None) -> None:
    mate.outbox.post(session, incident.card_key, Place(mate.channel.channel), _card(mate, session, incident))
    findings = [finding_from_dict(finding) for finding in incident.findings]
    for number, finding in enumerate(findings[:EVIDENCE], 1):
        key = f"incident:{incident.id}:evidence:{number}"
        mate.outbox.post(session, key, mate.thread(incident), incident_cards.evidence(finding))
    if picture is not None:
        mate.outbox.picture(session, f"incident:{incident.id}:picture", mate.thread(incident), picture)
