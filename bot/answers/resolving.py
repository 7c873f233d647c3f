"""Resolve: the closing form, what it teaches the catalogue, and what is said of it."""

from __future__ import annotations

from typing import Any

from bot import flow
from bot.answers.heard import Heard, hear_body, incident_in
from bot.answers.incidents import which
from bot.answers.speaking import done, reply
from bot.cards import resolution as cards
from bot.incidents import keeping
from bot.slack.dialogs import CannotOpen
from bot.teammate import Teammate


def closing_modal(mate: Teammate, body: dict[str, Any]) -> dict[str, Any]:
    """The form that opens when somebody presses Resolve, filled in as far as the diagnosis and the hotfix know."""
    heard = hear_body(body)
    with mate.store.session() as session:
        number, _ = which(session, heard)  # the form shows what is true now, whatever the card showed
        incident = keeping.find_incident(session, number)
    mate.allow(heard.person, "operator", f"resolve incident {number}")
    if incident.state == "resolved":
        raise CannotOpen(str(keeping.StaleClick(incident)))
    with mate.store.session() as session:
        told = keeping.timeline(session, incident.id or 0)
    diagnosed = [entry.data for entry in told if entry.kind == "diagnosed"]
    verified = [entry.words for entry in told if entry.kind == "hotfix-verified"]
    return cards.resolve_modal(
        incident, {"fix": verified[-1] if verified else "", **(diagnosed[-1] if diagnosed else {})}
    )


def problems(_mate: Teammate, body: dict[str, Any]) -> dict[str, str]:
    """What is missing from a closing form, by block: shown in the form, which stays open."""
    return cards.problems(hear_body(body).fields)


def submit(mate: Teammate, heard: Heard, argument: str = "") -> None:
    """The form was sent: close the incident, remember the issue, and say so in the thread."""
    incident_id, version = int(heard.metadata["incident"]), heard.metadata.get("version")
    flow.resolve(mate, incident_id, cards.parse(heard.fields), heard.person, version, done(mate, heard))


def answer_resolve(mate: Teammate, heard: Heard, argument: str = "") -> None:
    """`@recsysops resolve`: a mention cannot open a form, so the answer carries the button that does."""
    with mate.store.session() as session:
        incident = incident_in(session, heard.place)
    mate.allow(heard.person, "operator", f"resolve incident {incident.id}")
    if incident.state == "resolved":
        raise keeping.NotPossible(f"Incident {incident.id} is resolved already; `@recsysops reopen` brings it back.")
    reply(mate, heard, cards.resolve_button(incident))
