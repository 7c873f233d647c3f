"""The buttons on an incident's card, and the same verbs as words in its thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlmodel import Session

from bot.answers.heard import Heard, NotPossibleHere, incident_in
from bot.incidents import keeping
from bot.roles import require
from bot.store.tables import Incident
from bot.teammate import Teammate
from bot.telling import redraw

SNOOZES = {"1h": timedelta(hours=1), "4h": timedelta(hours=4), "1d": timedelta(days=1), "3d": timedelta(days=3)}
Change = Callable[[Session, int, int | None], Incident]  # the session, the incident, the version that was clicked


def acknowledge(mate: Teammate, heard: Heard, argument: str = "") -> None:
    """Somebody has it: the card shows who."""
    now = mate.clock.now()
    _change(
        mate, heard, lambda session, number, version: keeping.acknowledge(session, number, heard.person, now, version)
    )


def snooze(mate: Teammate, heard: Heard, argument: str = "") -> None:
    """Quiet for a while, never for ever."""
    words = argument.strip() or str(heard.values.get("for") or "4h")
    if words not in SNOOZES:
        raise NotPossibleHere(f"I can snooze for {', '.join(SNOOZES)}: as in `@recsysops snooze 4h`.")
    now = mate.clock.now()
    until = now + SNOOZES[words]
    _change(
        mate,
        heard,
        lambda session, number, version: keeping.snooze(session, number, heard.person, until, "", now, version),
    )


def not_an_issue(mate: Teammate, heard: Heard, argument: str = "") -> None:
    """A false alarm: closed, remembered as such, and counted against the budget."""
    now = mate.clock.now()
    _change(
        mate,
        heard,
        lambda session, number, version: keeping.not_an_issue(session, number, heard.person, argument, now, version),
    )


def _change(mate: Teammate, heard: Heard, change: Change) -> None:
    """Change an incident if the click is not stale and the person may, and bring its card up to date."""
    require(heard.person, "operator", mate.roles)
    with mate.store.session() as session:
        number, version = which(session, heard)
        redraw(mate, session, change(session, number, version))


def which(session: Session, heard: Heard) -> tuple[int, int | None]:
    """The incident a click or a word in a thread is about, and the version the clicker saw (None for words)."""
    seen = heard.values or heard.metadata
    if isinstance(seen.get("incident"), int):
        return seen["incident"], seen.get("version")
    return incident_in(session, heard.place).id or 0, None
