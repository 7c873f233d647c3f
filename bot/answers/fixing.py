"""/hotfix: what there is, what it would change, who must approve, what came of it."""

from __future__ import annotations

import json
from typing import Any

from bot import flow
from bot.answers.expected import EXPECTED, in_words
from bot.answers.heard import Heard, NotPossibleHere, hear_body, incident_in
from bot.answers.incidents import which
from bot.answers.speaking import Working, done, whisper
from bot.cards import hotfix as cards
from bot.cards.reading import sorry_said
from bot.hotfixes.base import HotfixRefused, Preview
from bot.hotfixes.catalogue import EVERY_HOTFIX, find
from bot.incidents.keeping import find_incident
from bot.slack.dialogs import LOADING
from bot.slack.messages import Place, Said
from bot.store.tables import Incident
from bot.teammate import Teammate
from bot.verbs import Ask, understand


def answer_menu(mate: Teammate, heard: Heard, argument: str = "") -> None:
    """`/hotfix` alone: the hotfixes there are, each with its price."""
    whisper(mate, heard, cards.menu(EVERY_HOTFIX))


def answer_rollback(mate: Teammate, heard: Heard, argument: str = "") -> None:
    """`/hotfix rollback model [to VERSION]`: the preview, in the modal that is open or as a message to press on."""
    words = str(heard.values.get("words") or f"rollback model {argument}".strip())
    mate.allow(heard.person, "operator", f"preview hotfix {words}")
    incident = _incident_about(mate, heard)
    if heard.view_id:
        _fill_modal(mate, heard, words, incident)
        return
    working = Working(mate, heard, heard.place, f"Previewing `{words}` on logged requests")
    try:
        shown = flow.preview(mate, words, working.step)
    except Exception as failure:
        working.becomes(sorry_said(f"I cannot preview `{words}`. {in_words(failure)}"))
        if isinstance(failure, EXPECTED):
            return  # said where it was asked: once is enough
        raise
    working.becomes(cards.preview_said(shown, find(words)[0], words, incident.id if incident else None))


def submit_request(mate: Teammate, heard: Heard, argument: str = "") -> None:
    """The confirmation modal was submitted: ask for approval where the incident is discussed."""
    words = str(heard.metadata.get("words") or "rollback model")
    incident_id = heard.metadata.get("incident")
    place = _place_of(mate, heard, incident_id)
    shown = flow.preview(mate, words, lambda _step: None)
    _same_as_read(heard, shown)
    flow.ask_for(mate, words, shown, heard.person, incident_id, place, done(mate, heard))


def approve(mate: Teammate, heard: Heard, argument: str = "") -> None:
    """Somebody else than the requester says yes: it is applied at once."""
    number, version = _clicked(heard)
    flow.approve(mate, number, heard.person, version, done(mate, heard))


def refuse(mate: Teammate, heard: Heard, argument: str = "") -> None:
    """An approver says no: nothing is applied."""
    number, version = _clicked(heard)
    flow.refuse(mate, number, heard.person, argument, version, done(mate, heard))


def undo(mate: Teammate, heard: Heard, argument: str = "") -> None:
    """Take a hotfix back: the Undo button, or `/hotfix undo 3`."""
    if argument and not argument.strip().lstrip("#").isdigit():
        raise NotPossibleHere(f"“{argument}” is not a hotfix number: as in `/hotfix undo 3`.")
    number, version = (int(argument.strip().lstrip("#")), None) if argument else _clicked(heard)
    said = Said(f"Hotfix {number} is taken back; serving obeys from its next look.") if argument else None
    flow.undo(mate, number, heard.person, version, done(mate, heard, said))


def loading_modal(mate: Teammate, body: dict[str, Any]) -> dict[str, Any]:
    """What opens at once when somebody presses Hotfix or types /hotfix rollback model: the preview fills it."""
    heard = hear_body(body)
    seen = heard.values
    mate.allow(heard.person, "operator", f"preview hotfix {seen.get('words') or 'rollback model'}")
    metadata = {"incident": seen.get("incident"), "channel": body.get("channel"), "thread_ts": body.get("thread_ts")}
    return {**cards.loading_modal(json.dumps(metadata)), "callback_id": LOADING}


def command_modal(mate: Teammate, body: dict[str, Any]) -> dict[str, Any] | None:
    """`/hotfix rollback model` opens the dialog too; `/hotfix` alone, or a word I do not know, is answered in words."""
    asked = understand(f"/hotfix {body.get('text') or ''}")
    previews = isinstance(asked, Ask) and asked.verb.name == "hotfix rollback model"
    return loading_modal(mate, body) if previews else None


def _fill_modal(mate: Teammate, heard: Heard, words: str, incident: Incident | None) -> None:
    key, number = f"{heard.key}:modal", incident.id if incident else None
    place = {"channel": heard.place.channel, "thread_ts": heard.place.thread_ts}
    try:
        shown = flow.preview(mate, words, lambda _step: None)
    except Exception as failure:
        _put_view(mate, key, heard.view_id, cards.refused_modal(in_words(failure)))
        if isinstance(failure, EXPECTED):
            return
        raise
    read = {"from": shown.from_version, "to": shown.to_version}
    metadata = json.dumps({"words": words, "incident": number, **place, **read})
    _put_view(mate, key, heard.view_id, cards.confirmation_modal(shown, find(words)[0], number, metadata))


def _same_as_read(heard: Heard, shown: Preview) -> None:
    """What is asked for is what the dialog showed: something else may have begun to serve while it was open."""
    read = heard.metadata.get("from"), heard.metadata.get("to")
    if read != (shown.from_version, shown.to_version):
        raise HotfixRefused(
            f"The dialog showed version {read[0]} → {read[1]}, and by now it would be {shown.from_version} → "
            f"{shown.to_version}: nothing was asked for. Open it again, and read the new preview."
        )


def _put_view(mate: Teammate, key: str, view_id: str, view: dict[str, Any]) -> None:
    with mate.store.session() as session:
        mate.outbox.update_view(session, key, view_id, view)


def _incident_about(mate: Teammate, heard: Heard) -> Incident | None:
    """The incident a hotfix is for: of the button, or of the thread; none when it was asked for out of the blue."""
    with mate.store.session() as session:
        if heard.values.get("incident"):
            return find_incident(session, which(session, heard)[0])
        try:
            return incident_in(session, heard.place)
        except NotPossibleHere:
            return None


def _place_of(mate: Teammate, heard: Heard, incident_id: int | None) -> Place:
    """Where approval is asked for: the incident's thread, else where the command was typed."""
    if incident_id is None:
        return Place(str(heard.metadata.get("channel") or mate.channel.channel), heard.metadata.get("thread_ts"))
    with mate.store.session() as session:
        return mate.thread(find_incident(session, incident_id))


def _clicked(heard: Heard) -> tuple[int, int | None]:
    number = heard.values.get("hotfix")
    if not isinstance(number, int):
        raise NotPossibleHere("I cannot tell which hotfix that button belongs to: try `/hotfix undo NUMBER`.")
    return number, heard.values.get("version")
