"""/diagnose: the answer comes in a thread, shows its steps while it works, and says what was ruled out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot import flow
from bot.answers.expected import EXPECTED, in_words
from bot.answers.heard import Heard, NotPossibleHere, incident_in
from bot.answers.speaking import Working, below, reply, show
from bot.cards.diagnosis import diagnosis_said
from bot.cards.reading import sorry_said
from bot.diagnosis.diagnosing import diagnose_item, diagnose_model
from bot.diagnosis.verdict import Diagnosis, Progress
from bot.incidents.keeping import find_incident
from bot.slack.messages import Place, Said
from bot.slack.mrkdwn import escape
from bot.teammate import Teammate

Diagnosing = Callable[[Progress], Diagnosis]


def answer_incident(mate: Teammate, heard: Heard, argument: str) -> None:
    """`/diagnose incident 7`, `@recsysops diagnose` in a thread, or the button: always into the incident's thread."""
    with mate.store.session() as session:
        if "incident" in heard.values:
            incident = find_incident(session, int(heard.values["incident"]))
        elif argument:
            incident = find_incident(session, incident_number(argument))
        else:
            incident = incident_in(session, heard.place)
    place = mate.thread(incident)
    if not heard.values and heard.place.thread_ts is None:
        where = Said(f"Diagnosing incident {incident.id} in its thread.")
        reply(mate, heard, where)
    _work(
        mate,
        heard,
        place,
        f"Diagnosing incident {incident.id}: {incident.title}",
        lambda progress: flow.diagnose(mate, incident.id or 0, progress)[1],
    )


def answer_item(mate: Teammate, heard: Heard, argument: str) -> None:
    """`/diagnose item 123`: why an item is treated as it is."""
    matches = mate.recommender.warehouse.find_items(argument)
    item_id = str(matches[0]["item_id"]) if len(matches) == 1 else argument
    item = mate.recommender.warehouse.item(item_id)
    first = f"Diagnosing item {item_id}: {item.get('title') or 'no title'}"
    _in_thread(
        mate,
        heard,
        first,
        lambda progress: diagnose_item(mate.recommender, item_id, mate.clock.now(), mate.window, progress),
    )


def answer_model(mate: Teammate, heard: Heard, argument: str) -> None:
    """`/diagnose model`: is it the inputs or the model, and which feature."""
    _in_thread(
        mate,
        heard,
        "Diagnosing the ranking model",
        lambda progress: diagnose_model(mate.recommender, mate.clock.now(), mate.window, progress),
    )


def incident_number(words: str) -> int:
    """7 from "7", "#7"; NotPossibleHere otherwise."""
    number = words.strip().lstrip("#")
    if not number.isdigit():
        raise NotPossibleHere(f"“{words}” is not an incident number: try `/recsys incidents` for the list.")
    return int(number)


def _in_thread(mate: Teammate, heard: Heard, first: str, work: Diagnosing) -> None:
    """A headline where it was asked, and the work in the thread below it."""
    key = reply(mate, heard, Said(f"{escape(first)} (asked by {heard.person.mention})"))
    _work(mate, heard, below(heard, key), first, work)


def _work(mate: Teammate, heard: Heard, place: Place, first: str, work: Diagnosing) -> None:
    working = Working(mate, heard, place, first)
    try:
        began = mate.wall.now()
        diagnosis = work(working.step)
    except Exception as failure:
        working.becomes(sorry_said(f"{first}: I could not finish. {in_words(failure)}"))
        if isinstance(failure, EXPECTED):
            return  # said where it was asked: once is enough
        raise
    diagnosis = replace(diagnosis, seconds=(mate.wall.now() - began).total_seconds())
    working.becomes(diagnosis_said(diagnosis))
    show(mate, place, diagnosis.pictures, heard.key)
