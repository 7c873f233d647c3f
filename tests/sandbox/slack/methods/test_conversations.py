import pytest

from sandbox.slack.manifest import Manifest
from tests.sandbox.slack.conftest import Desk


def test_history_is_newest_first_and_pages_to_its_end(desk: Desk) -> None:
    stamps = [desk.says(text=str(n)) for n in range(5)]
    first = desk.call("conversations.history", channel="C0ALERTS", limit="2")
    assert [m["text"] for m in first["messages"]] == ["4", "3"]
    assert first["has_more"] is True
    cursor = first["response_metadata"]["next_cursor"]
    rest = desk.call("conversations.history", channel="C0ALERTS", limit="9", cursor=cursor)
    assert [m["ts"] for m in rest["messages"]] == stamps[2::-1]
    assert rest["response_metadata"]["next_cursor"] == ""


def test_oldest_and_latest_leave_out_their_own_edges_unless_inclusive(desk: Desk) -> None:
    first, second, third = (desk.says(text=str(n)) for n in range(3))
    bounds = {"channel": "C0ALERTS", "oldest": first, "latest": third}
    assert [m["ts"] for m in desk.call("conversations.history", **bounds)["messages"]] == [second]
    assert len(desk.call("conversations.history", **bounds, inclusive="true")["messages"]) == 3


@pytest.mark.parametrize(
    ("method", "arguments", "code"),
    [
        ("conversations.history", {"channel": "C0GENERL"}, "not_in_channel"),
        ("conversations.history", {"channel": "recsys-alerts"}, "channel_not_found"),
        ("conversations.replies", {"channel": "C0ALERTS", "ts": "1.0"}, "thread_not_found"),
        ("conversations.replies", {"channel": "C0ALERTS"}, "invalid_arguments"),
        ("conversations.history", {"channel": "C0ALERTS", "cursor": "nonsense"}, "invalid_cursor"),
        ("conversations.open", {}, "users_list_not_supplied"),
        ("conversations.open", {"users": "U0NOBODY"}, "user_not_found"),
    ],
)
def test_slack_refuses_with_its_own_words(desk: Desk, method: str, arguments: dict[str, str], code: str) -> None:
    assert desk.refusal(method, **arguments) == code


def test_the_bot_can_join_a_public_channel_and_is_told_that_it_did(desk: Desk) -> None:
    assert desk.call("conversations.join", channel="C0GENERL")["channel"]["is_member"] is True
    assert [e["type"] for e in desk.events] == ["member_joined_channel"]
    assert desk.call("conversations.join", channel="C0GENERL")["warning"] == "already_in_channel"


def test_archived_channels_are_listed_unless_left_out(desk: Desk) -> None:
    desk.ws.archive(desk.ws.channels["C0LAUNCH"])
    listed = desk.call("conversations.list")["channels"]
    shorter = desk.call("conversations.list", exclude_archived="true")["channels"]
    assert {c["id"]: c["is_archived"] for c in listed}["C0LAUNCH"] is True
    assert "C0LAUNCH" not in {c["id"] for c in shorter}


def test_direct_messages_are_opened_once(desk: Desk) -> None:
    first = desk.call("conversations.open", users="U0ONCALL", return_im="1")
    again = desk.call("conversations.open", users="U0ONCALL")
    assert (first["channel"]["id"], first["channel"]["is_im"]) == ("D0ONCALL", True)
    assert again["already_open"] is True


def test_members_are_ids(desk: Desk) -> None:
    assert set(desk.call("conversations.members", channel="C0LAUNCH")["members"]) == {
        "U0ONCALL", "U0MLLEAD", "U0LAUNCH", "U0OWNER", "U0BOT",
    }  # fmt: skip


def test_reading_direct_messages_takes_a_scope_of_its_own() -> None:
    desk = Desk(Manifest(scopes=frozenset({"channels:history"})))
    desk.ws.direct("U0ONCALL")
    assert desk.refusal("conversations.history", channel="D0ONCALL") == "missing_scope"
