"""What people are told when something happens to an incident: one card, edited in place, and news in its thread.

Everything is written to the outbox in the transaction that changes the state: what is true is said, once.
"""

from __future__ import annotations

from sqlmodel import Session

from bot.cards import hotfix as hotfix_cards
from bot.cards import incident as incident_cards
from bot.catalog.matching import Match, signature_of, similar
from bot.incidents.keeping import Touched
from bot.slack.charts import series_chart
from bot.slack.messages import Place
from bot.store.tables import Hotfix, Incident
from bot.teammate import Teammate
from checks.base import Finding
from checks.records import finding_from_dict

EVIDENCE = 3  # findings shown when a thread opens; the others are counted on the card


def tell(mate: Teammate, session: Session, touched: Touched) -> None:
    """Say what is new about an incident; an incident that is only still there changes its card and nothing else."""
    incident = touched.incident
    if touched.news == "opened":
        _open_thread(mate, session, incident)
        return
    redraw(mate, session, incident)
    if touched.news != "seen":
        key = f"incident:{incident.id}:{touched.news}:{incident.last_seen_at.isoformat()}:{incident.version}"
        louder = touched.news in ("worse", "reopened")
        mate.outbox.post(session, key, mate.thread(incident), incident_cards.news(touched), broadcast=louder)


def redraw(mate: Teammate, session: Session, incident: Incident) -> None:
    """Bring an incident's card up to date."""
    mate.outbox.edit(session, incident.card_key, incident_cards.card(incident, known(mate, session, incident)))


def known(mate: Teammate, session: Session, incident: Incident) -> list[Match]:
    """What the catalogue knows that looks like this incident; [] when nothing does."""
    return similar(session, signature_of(incident), mate.clock.now())


def tell_hotfix(mate: Teammate, session: Session, hotfix: Hotfix, step: str) -> None:
    """Say in the hotfix's thread how far it has come; `step` makes the message unique."""
    place = Place(hotfix.channel, hotfix.thread_ts, hotfix.thread_key)
    mate.outbox.post(session, f"hotfix:{hotfix.id}:{step}", place, hotfix_cards.state_said(hotfix), priority=0)


def _open_thread(mate: Teammate, session: Session, incident: Incident) -> None:
    card = incident_cards.card(incident, known(mate, session, incident))
    mate.outbox.post(session, incident.card_key, Place(mate.channel.channel), card)
    findings = [finding_from_dict(finding) for finding in incident.findings]
    for number, finding in enumerate(findings[:EVIDENCE], 1):
        key = f"incident:{incident.id}:evidence:{number}"
        mate.outbox.post(session, key, mate.thread(incident), incident_cards.evidence(finding))
    _draw(mate, session, incident, findings)


def _draw(mate: Teammate, session: Session, incident: Incident, findings: list[Finding]) -> None:
    """The leading finding that has a history, as a picture."""
    drawable = next((finding for finding in findings if len(finding.points) > 1), None)
    if drawable is not None:
        key = f"incident:{incident.id}:picture"
        mate.outbox.picture(session, key, mate.thread(incident), series_chart(drawable))
