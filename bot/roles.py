"""Who may do what: deny by default, decided on team and user id at the moment of the click."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.slack.messages import Person
from bot.store.sessions import Store
from bot.store.tables import AuditEntry

Roles = Mapping[str, Sequence[str]]
MEANS = {
    "viewer": "may ask anything",
    "operator": "may acknowledge, snooze, resolve and ask for hotfixes",
    "approver": "may approve hotfixes that somebody else asked for",
}


class Denied(Exception):
    """This person lacks a role; the message names it and who has it."""


def roles_of(person: Person, roles: Roles) -> list[str]:
    """Every role a person has; everyone is a viewer."""
    return ["viewer", *(role for role, holders in roles.items() if person.key in holders)]


def require(person: Person, role: str, roles: Roles) -> None:
    """Raise Denied unless the person has the role."""
    if role in roles_of(person, roles):
        return
    holders = [Person.parse(key).mention for key in roles.get(role, ())]
    who = (
        f"{', '.join(holders)} can"
        if holders
        else f"nobody has it yet: add people under [roles] {role} in recsysops.toml"
    )
    raise Denied(f"This needs the role {role} ({MEANS.get(role, role)}), which you do not have; {who}.")


def allow(store: Store, person: Person, role: str, roles: Roles, what: str, now: datetime) -> None:
    """The same as `require`, with a denial written into the audit trail before it is raised."""
    try:
        require(person, role, roles)
    except Denied as denial:
        with store.session() as session:
            session.add(AuditEntry(at=now, who=person.key, did="denied", what=what, data={"reason": str(denial)}))
        raise
