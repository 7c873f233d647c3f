"""The buttons on an incident's card, and the same verbs as words in its thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlmodel import Session

from bot.answers.heard import Heard, NotPossibleHere, incident_in
from bot.answers.speaking import done
from bot.incidents import keeping
from bot.store.tables import Incident
from bot.teammate import Teammate
from bot.telling import redraw

SNOOZES = {"1h": timedelta(hours=1), "4h": timedelta(hours=4), "1d": timedelta(days=1), "3d": timedelta(days=3)}
Change = Callable[[Session, int, int | None], Incident]  # the session, the incident, the version that was clicked


def acknowledge(mate: Teammate, heard: Heard, argument: str = "") -> None:
    """Somebody has it: the card shows who."""
    who, now = heard.person, mate.clock.now()
    _change(
        mate,
        heard,
        "acknowledge",
        lambda session, number, version: keeping.acknowledge(session, number, who, now, version),
    )


def snooze(mate: Teammate, heard: Heard, argument: str = "") -> None:
    """Quiet for a while, never for ever."""
    words = argument.strip() or str(heard.values.get("for") or "4h")
    if words not in SNOOZES:
        raise NotPossibleHere(f"I can snooze for {', '.join(SNOOZES)}: as in `@recsysops snooze 4h`.")
    who, now = heard.person, mate.clock.now()
    until = now + SNOOZES[words]
    _change(
        mate,
        heard,
        "snooze",
        lambda session, number, version: keeping.snooze(session, number, who, until, "", now, version),
    )


def unsnooze(mate: Teammate, heard: Heard, argument: str = "") -> None:
    """Loud again before its time."""
    who, now = heard.person, mate.clock.now()
    _change(mate, heard, "wake", lambda session, number, version: keeping.unsnooze(session, number, now, who, version))


def not_an_issue(mate: Teammate, heard: Heard, argument: str = "") -> None:
    """A false alarm: closed, remembered as such, and counted against the budget."""
    who, now = heard.person, mate.clock.now()
    _change(
        mate,
        heard,
        "dismiss",
        lambda session, number, version: keeping.not_an_issue(session, number, who, argument, now, version),
    )


def reopen(mate: Teammate, heard: Heard, argument: str = "") -> None:
    """It is back, was never over, or was an issue after all: the same card, in the same thread."""
    who, now = heard.person, mate.clock.now()
    _change(
        mate,
        heard,
        "reopen",
        lambda session, number, version: keeping.reopen(session, number, who, argument, now, version),
    )


def _change(mate: Teammate, heard: Heard, verb: str, change: Change) -> None:
    """Change an incident if the click is not stale and the person may, and bring its card up to date."""
    with mate.store.session() as session:
        number, version = which(session, heard)
    mate.allow(heard.person, "operator", f"{verb} incident {number}")
    with mate.store.session() as session:
        redraw(mate, session, change(session, number, version))
        done(mate, heard)(session)


def which(session: Session, heard: Heard) -> tuple[int, int | None]:
    """The incident a click or a word in a thread is about, and the version the clicker saw (None for words)."""
    seen = heard.values or heard.metadata
    if isinstance(seen.get("incident"), int):
        return seen["incident"], seen.get("version")
    return incident_in(session, heard.place).id or 0, None
