from sandbox.slack.manifest import Manifest
from tests.sandbox.slack.conftest import Desk


def test_everyone_is_listed_by_role_and_guests_are_marked(desk: Desk) -> None:
    listed = {m["name"]: m for m in desk.call("users.list")["members"]}
    assert set(listed) == {"oncall", "lead", "launches", "owner", "guest", "recsysops"}
    assert listed["guest"]["is_restricted"] is True
    assert listed["recsysops"]["is_bot"] is True


def test_a_person_is_found_by_id_and_by_address(desk: Desk) -> None:
    shown = desk.call("users.info", user="U0MLLEAD")["user"]
    assert desk.call("users.lookupByEmail", email=shown["profile"]["email"])["user"]["id"] == "U0MLLEAD"
    assert desk.refusal("users.info", user="U0NOBODY") == "user_not_found"
    assert desk.refusal("users.lookupByEmail", email="nobody@sandbox.example") == "users_not_found"


def test_an_address_takes_a_scope_of_its_own() -> None:
    desk = Desk(Manifest(scopes=frozenset({"users:read"})))
    assert "email" not in desk.call("users.info", user="U0MLLEAD")["user"]["profile"]


def test_a_group_knows_its_people(desk: Desk) -> None:
    group = desk.call("usergroups.list")["usergroups"][0]
    assert desk.call("usergroups.users.list", usergroup=group["id"])["users"] == ["U0ONCALL", "U0MLLEAD"]
    assert desk.refusal("usergroups.users.list", usergroup="S0NONE") == "no_such_subteam"


def test_the_team_and_the_bot_say_who_they_are(desk: Desk) -> None:
    assert desk.call("team.info")["team"]["id"] == "T0RECSYS"
    assert desk.call("bots.info", bot="B0BOT")["bot"]["user_id"] == "U0BOT"
    assert desk.call("auth.test")["bot_id"] == "B0BOT"


def test_a_reaction_counts_once_for_each_who_made_it(desk: Desk) -> None:
    ts = desk.says()
    mark = {"channel": "C0ALERTS", "timestamp": ts, "name": "eyes"}
    desk.call("reactions.add", **mark)
    assert desk.refusal("reactions.add", **mark) == "already_reacted"
    assert desk.ws.board.shown("C0ALERTS", ts)["reactions"] == [{"name": "eyes", "users": ["U0BOT"], "count": 1}]
    desk.call("reactions.remove", **mark)
    assert desk.refusal("reactions.remove", **mark) == "no_reaction"


def test_a_pin_holds_once(desk: Desk) -> None:
    ts = desk.says()
    desk.call("pins.add", channel="C0ALERTS", timestamp=ts)
    assert desk.refusal("pins.add", channel="C0ALERTS", timestamp=ts) == "already_pinned"
    assert desk.call("conversations.history", channel="C0ALERTS")["pin_count"] == 1
