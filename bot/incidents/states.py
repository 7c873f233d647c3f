"""What may become of an incident: its states, and the moves between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from bot.store.tables import Incident

State = Literal["open", "acknowledged", "mitigated", "resolved"]
Move = Literal["acknowledge", "mitigate", "resolve", "reopen", "snooze", "unsnooze", "dismiss"]

# Mitigated is not resolved: only a person, who writes down what it was, resolves.
MOVES: Mapping[tuple[str, Move], State] = {
    ("open", "acknowledge"): "acknowledged",
    ("open", "mitigate"): "mitigated",
    ("acknowledged", "mitigate"): "mitigated",
    ("mitigated", "mitigate"): "mitigated",
    ("open", "resolve"): "resolved",
    ("acknowledged", "resolve"): "resolved",
    ("mitigated", "resolve"): "resolved",
    ("mitigated", "reopen"): "open",
    ("resolved", "reopen"): "open",
    ("open", "snooze"): "open",
    ("acknowledged", "snooze"): "acknowledged",
    ("mitigated", "snooze"): "mitigated",
    ("open", "unsnooze"): "open",
    ("acknowledged", "unsnooze"): "acknowledged",
    ("mitigated", "unsnooze"): "mitigated",
    ("open", "dismiss"): "open",
    ("acknowledged", "dismiss"): "acknowledged",
    ("mitigated", "dismiss"): "mitigated",
}
DONE: Mapping[Move, str] = {
    "acknowledge": "acknowledged",
    "mitigate": "mitigated",
    "resolve": "resolved",
    "reopen": "reopened",
    "snooze": "snoozed",
    "unsnooze": "woken",
    "dismiss": "called not an issue",
}


class UnknownIncident(Exception):
    """There is no incident of that number; the message lists the open ones."""


class StaleClick(Exception):
    """The click was made on an older state: nothing was changed; `incident` is what is true now."""

    def __init__(self, incident: Incident) -> None:
        super().__init__(
            f"Incident {incident.id} has changed since: now it is {_as_it_is(incident)}. Nothing was done."
        )
        self.incident = incident


def _as_it_is(incident: Incident) -> str:
    owner = incident.owner.rpartition(":")[2]
    parts = [incident.state, *([f"with <@{owner}>"] if owner else [])]
    parts += ["called not an issue"] if incident.not_an_issue else []
    return ", ".join([*parts, *(["snoozed"] if incident.snoozed_until else [])])


class NotPossible(Exception):
    """An incident in this state cannot be treated so; the message says what is true and what to do."""


def state_after(incident: Incident, move: Move) -> State:
    """The state a move leads to; NotPossible, with the reason, when there is no such move."""
    if incident.not_an_issue and move == "reopen" and incident.state != "resolved":
        return "open"
    after = MOVES.get((incident.state, move))
    if after is None:
        possible = [DONE[name] for (state, name) in MOVES if state == incident.state]
        raise NotPossible(
            f"Incident {incident.id} is {incident.state} and cannot be {DONE[move]}; it can be {', '.join(possible)}."
        )
    return after
