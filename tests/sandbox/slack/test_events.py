"""What the app hears of what happens in its channels."""

from tests.sandbox.slack.conftest import Desk


def kinds(desk: Desk) -> list[str]:
    return [str(e.get("subtype", e["type"])) for e in desk.events]


def test_a_mention_is_heard_as_a_message_and_as_a_mention(desk: Desk) -> None:
    desk.says(text="<@U0BOT> diagnose")
    assert kinds(desk) == ["message", "app_mention"]
    assert desk.events[0]["channel_type"] == "channel"


def test_nothing_is_heard_from_a_channel_the_bot_is_not_in(desk: Desk) -> None:
    desk.says(text="<@U0BOT> diagnose", channel="C0GENERL")
    assert desk.events == []


def test_the_bot_hears_its_own_words_marked_as_its_own(desk: Desk) -> None:
    desk.call("chat.postMessage", channel="C0ALERTS", text="<@U0BOT>")
    assert kinds(desk) == ["message"]
    assert desk.events[0]["bot_id"] == "B0BOT"


def test_edits_and_deletions_are_heard_with_what_was_there_before(desk: Desk) -> None:
    ts = desk.call("chat.postMessage", channel="C0ALERTS", text="before")["ts"]
    desk.call("chat.update", channel="C0ALERTS", ts=ts, text="after")
    desk.call("chat.delete", channel="C0ALERTS", ts=ts)
    _, changed, deleted = desk.events
    assert (changed["subtype"], changed["message"]["text"], changed["previous_message"]["text"]) == (
        "message_changed",
        "after",
        "before",
    )
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", ts)


def test_a_direct_message_is_an_im_and_no_mention(desk: Desk) -> None:
    desk.ws.say(desk.ws.direct("U0ONCALL"), {"user": "U0ONCALL", "text": "<@U0BOT> hi"})
    assert kinds(desk) == ["message"]
    assert desk.events[0]["channel_type"] == "im"


def test_a_reaction_names_the_message_and_its_author(desk: Desk) -> None:
    ts = desk.says()
    desk.events.clear()
    desk.ws.react(desk.ws.channels["C0ALERTS"], ts, "eyes", "U0MLLEAD")
    event = desk.events[0]
    assert (event["item"]["ts"], event["item_user"], event["reaction"]) == (ts, "U0ONCALL", "eyes")
