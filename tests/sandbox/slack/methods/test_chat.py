import json

import pytest

from sandbox.slack.manifest import Manifest
from sandbox.slack.wire import SlackError
from tests.sandbox.slack.conftest import Desk, button, section


def test_a_message_comes_back_from_history_exactly_as_its_blocks_were_sent(desk: Desk) -> None:
    blocks = [{**section("*x* &lt; y"), "block_id": "one"}]
    desk.call("chat.postMessage", channel="C0ALERTS", text="t", blocks=json.dumps(blocks))
    assert desk.call("conversations.history", channel="C0ALERTS")["messages"][0]["blocks"] == blocks


def test_a_block_without_an_id_gets_one_and_so_does_its_button(desk: Desk) -> None:
    unnamed = {key: value for key, value in button().items() if key != "action_id"}
    said = desk.call(
        "chat.postMessage", channel="C0ALERTS", text="t", blocks=[{"type": "actions", "elements": [unnamed]}]
    )
    block = said["message"]["blocks"][0]
    assert block["block_id"]
    assert block["elements"][0]["action_id"]


def test_a_bot_message_says_whose_it_is(desk: Desk) -> None:
    said = desk.call("chat.postMessage", channel="#recsys-alerts", text="t")["message"]
    assert (said["user"], said["bot_id"], said["team"]) == ("U0BOT", "B0BOT", "T0RECSYS")


def test_a_reply_joins_the_thread_even_when_it_answers_a_reply(desk: Desk) -> None:
    root = desk.says()
    first = desk.call("chat.postMessage", channel="C0ALERTS", text="1", thread_ts=root)["ts"]
    desk.call("chat.postMessage", channel="C0ALERTS", text="2", thread_ts=first)
    thread = desk.call("conversations.replies", channel="C0ALERTS", ts=root)["messages"]
    assert [m["text"] for m in thread] == ["hello", "1", "2"]
    assert (thread[0]["reply_count"], thread[0]["reply_users"]) == (2, ["U0BOT"])


def test_only_a_broadcast_reply_is_seen_in_the_channel(desk: Desk) -> None:
    root = desk.says()
    desk.call("chat.postMessage", channel="C0ALERTS", text="quiet", thread_ts=root)
    desk.call("chat.postMessage", channel="C0ALERTS", text="loud", thread_ts=root, reply_broadcast="1")
    assert [m["text"] for m in desk.call("conversations.history", channel="C0ALERTS")["messages"]] == ["loud", "hello"]


def test_metadata_is_shown_whole_only_on_request(desk: Desk) -> None:
    metadata = {"event_type": "incident", "event_payload": {"id": 7}}
    desk.call("chat.postMessage", channel="C0ALERTS", text="t", metadata=metadata)
    bare = desk.call("conversations.history", channel="C0ALERTS")["messages"][0]
    whole = desk.call("conversations.history", channel="C0ALERTS", include_all_metadata="true")["messages"][0]
    assert "event_payload" not in bare["metadata"]
    assert whole["metadata"] == metadata


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"channel": "C0NOWHERE", "text": "t"}, "channel_not_found"),
        ({"channel": "C0GENERL", "text": "t"}, "not_in_channel"),
        ({"channel": "C0ALERTS"}, "no_text"),
        ({"channel": "C0ALERTS", "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "C0ALERTS", "text": "t", "blocks": "[not json"}, "invalid_blocks_format"),
        ({"channel": "C0ALERTS", "text": "t", "thread_ts": "1.0"}, "thread_not_found"),
        ({"channel": "C0ALERTS", "text": "t", "thread_ts": "yesterday"}, "invalid_thread_ts"),
        ({"channel": "C0ALERTS", "text": "t", "attachments": ["x"]}, "invalid_attachments"),
        ({"channel": "C0ALERTS", "text": "t", "metadata": "{}"}, "invalid_metadata_format"),
        ({"channel": "C0ALERTS", "text": "t", "blocks": [section("x" * 2900)] * 5}, "msg_blocks_too_long"),
    ],
)
def test_slack_refuses_with_its_own_words(desk: Desk, arguments: dict[str, object], code: str) -> None:
    assert desk.refusal("chat.postMessage", **arguments) == code
    assert desk.ws.board.roots("C0ALERTS") == []


def test_the_public_write_scope_reaches_channels_the_bot_has_not_joined() -> None:
    desk = Desk(Manifest(scopes=frozenset({"chat:write", "chat:write.public"})))
    assert desk.call("chat.postMessage", channel="C0GENERL", text="t")["channel"] == "C0GENERL"


def test_a_persons_id_as_the_channel_opens_direct_messages(desk: Desk) -> None:
    assert desk.call("chat.postMessage", channel="U0MLLEAD", text="t")["channel"] == "D0MLLEAD"


def test_an_edit_keeps_the_thread_and_says_that_it_is_one(desk: Desk) -> None:
    ts = desk.call("chat.postMessage", channel="C0ALERTS", text="before", blocks=[section()])["ts"]
    desk.says(thread_ts=ts)
    after = desk.call("chat.update", channel="C0ALERTS", ts=ts, text="after")["message"]
    assert (after["text"], after["reply_count"], after["edited"]["user"]) == ("after", 1, "U0BOT")
    assert "blocks" not in after


def test_the_bot_cannot_edit_or_delete_what_others_said(desk: Desk) -> None:
    ts = desk.says()
    assert desk.refusal("chat.update", channel="C0ALERTS", ts=ts, text="mine") == "cant_update_message"
    assert desk.refusal("chat.delete", channel="C0ALERTS", ts=ts) == "cant_delete_message"
    assert desk.refusal("chat.update", channel="C0ALERTS", ts="1.0", text="mine") == "message_not_found"


def test_deleting_a_root_with_replies_leaves_a_tombstone(desk: Desk) -> None:
    ts = desk.call("chat.postMessage", channel="C0ALERTS", text="t")["ts"]
    desk.says(thread_ts=ts)
    desk.call("chat.delete", channel="C0ALERTS", ts=ts)
    assert desk.ws.board.thread("C0ALERTS", ts)[0]["subtype"] == "tombstone"


def test_an_ephemeral_is_no_message_and_cannot_be_edited(desk: Desk) -> None:
    ts = desk.call("chat.postEphemeral", channel="C0ALERTS", user="U0ONCALL", text="psst")["message_ts"]
    assert desk.call("conversations.history", channel="C0ALERTS")["messages"] == []
    assert desk.refusal("chat.update", channel="C0ALERTS", ts=ts, text="t") == "message_not_found"
    assert [m["text"] for m in desk.ws.ephemerals["U0ONCALL"]] == ["psst"]


def test_an_ephemeral_needs_someone_who_is_there(desk: Desk) -> None:
    assert desk.refusal("chat.postEphemeral", channel="C0LAUNCH", user="U0GUEST", text="t") == "user_not_in_channel"


def test_an_archived_channel_takes_no_message_and_the_bot_is_out(desk: Desk) -> None:
    ts = desk.call("chat.postMessage", channel="C0ALERTS", text="t")["ts"]
    desk.ws.archive(desk.ws.channels["C0ALERTS"])
    assert desk.refusal("chat.postMessage", channel="C0ALERTS", text="t") == "is_archived"
    assert desk.refusal("chat.update", channel="C0ALERTS", ts=ts, text="t") == "is_archived"
    assert desk.refusal("conversations.history", channel="C0ALERTS") == "not_in_channel"


def test_a_scheduled_message_waits_and_the_past_is_refused(desk: Desk) -> None:
    later = int(desk.wall.at) + 60
    assert desk.call("chat.scheduleMessage", channel="C0ALERTS", text="t", post_at=later)["post_at"] == later
    assert desk.refusal("chat.scheduleMessage", channel="C0ALERTS", text="t", post_at=1) == "time_in_past"


def test_a_permalink_leads_to_the_reply_inside_its_thread(desk: Desk) -> None:
    root = desk.says()
    reply = desk.says(thread_ts=root)
    link = desk.call("chat.getPermalink", channel="C0ALERTS", message_ts=reply)["permalink"]
    assert link.endswith(f"/archives/C0ALERTS/p{reply.replace('.', '')}?thread_ts={root}&cid=C0ALERTS")


def test_an_invalid_block_is_named_by_its_place(desk: Desk) -> None:
    with pytest.raises(SlackError) as refused:
        desk.call("chat.postMessage", channel="C0ALERTS", text="t", blocks=[section("x" * 3001)])
    assert refused.value.code == "invalid_blocks"
    assert refused.value.detail["errors"] == ["must be less than 3001 characters [json-pointer:/blocks/0/text/text]"]
