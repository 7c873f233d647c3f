"""users.*, usergroups.*, team.*, bots.*: who is who."""

from __future__ import annotations

from sandbox.slack.methods.base import TIER_2, TIER_3, TIER_4, Call, Method, page
from sandbox.slack.people import APP_ID, BOT_ID, BOT_USER, TEAM, profile
from sandbox.slack.wire import Json, SlackError
from sandbox.slack.workspace import Workspace


def _profile(ws: Workspace, user: str) -> Json:
    shown = profile(ws.people[user])
    if not ws.manifest.grants("users:read.email"):
        shown["profile"].pop("email")
    return shown


def listing(ws: Workspace, call: Call) -> Json:
    """Everyone."""
    shown = page([_profile(ws, p) for p in ws.people], call, 200, "members")
    return {
        "members": shown["members"],
        "cache_ts": int(ws.timing.now()),
        "response_metadata": shown["response_metadata"],
    }


def info(ws: Workspace, call: Call) -> Json:
    """One person, by id."""
    user = call.needed("user")
    if user not in ws.people:
        raise SlackError("user_not_found")
    return {"user": _profile(ws, user)}


def by_email(ws: Workspace, call: Call) -> Json:
    """One person, by address."""
    wanted = call.needed("email").lower()
    for person in ws.people.values():
        if person.email == wanted and not person.is_bot:
            return {"user": _profile(ws, person.id)}
    raise SlackError("users_not_found")


ONCALL_GROUP: Json = {
    "id": "S0ONCALL",
    "team_id": TEAM["id"],
    "is_usergroup": True,
    "handle": "recsys-oncall",
    "name": "Recommender on-call",
    "description": "Who is woken up",
    "is_external": False,
    "date_delete": 0,
    "user_count": 2,
    "users": ["U0ONCALL", "U0MLLEAD"],
}


def groups(ws: Workspace, call: Call) -> Json:
    """The user groups."""
    hidden = () if call.flag("include_users") else ("users",)
    return {"usergroups": [{k: v for k, v in ONCALL_GROUP.items() if k not in hidden}]}


def group_members(ws: Workspace, call: Call) -> Json:
    """Who is in a group; SlackError no_such_subteam."""
    if call.needed("usergroup") != ONCALL_GROUP["id"]:
        raise SlackError("no_such_subteam")
    return {"users": list(ONCALL_GROUP["users"])}


def team(ws: Workspace, call: Call) -> Json:
    """The workspace."""
    return {"team": {**TEAM, "email_domain": "", "icon": {"image_default": True}, "url": ws.base_url}}


def bot(ws: Workspace, call: Call) -> Json:
    """The bot."""
    if call.text("bot", BOT_ID) != BOT_ID:
        raise SlackError("bot_not_found")
    made = {"id": BOT_ID, "deleted": False, "name": "recsysops", "updated": 0, "app_id": APP_ID, "user_id": BOT_USER}
    return {"bot": {**made, "icons": {}}}


_READ = ("users:read",)
USERS = {
    "users.list": Method(listing, TIER_2, _READ),
    "users.info": Method(info, TIER_4, _READ),
    "users.lookupByEmail": Method(by_email, TIER_3, ("users:read.email",)),
    "usergroups.list": Method(groups, TIER_2, ("usergroups:read",)),
    "usergroups.users.list": Method(group_members, TIER_2, ("usergroups:read",)),
    "team.info": Method(team, TIER_3, ("team:read",)),
    "bots.info": Method(bot, TIER_3, _READ),
}
