"""Who may do what: deny by default, decided on team and user id at the moment of the click."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.slack.messages import Person

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
