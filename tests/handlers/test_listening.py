"""Whatever people do is noted down with all that is needed to answer it, and once."""

from __future__ import annotations

import pytest

from bot.answers.heard import hear_body
from bot.roles import Denied, require
from tests.handlers.conftest import Ears
from tests.handlers.payloads import Payload, click, command, event, mention, submission


def test_a_command_is_acknowledged_in_silence_and_noted_down(ears: Ears) -> None:
    answer = ears.hear(command("item 123"))
    assert (answer.status, answer.body) == (200, "")
    noted = ears.drain()
    assert [message.kind for message in noted] == ["command"]
    body = noted[0].body
    assert (body["command"], body["text"], body["team"], body["user"]) == ("/recsys", "item 123", "T1", "U1")


def test_a_mention_keeps_the_thread_it_was_said_in(ears: Ears) -> None:
    ears.hear(mention())
    body = ears.drain()[0].body
    assert (body["thread_ts"], body["message_ts"], body["text"]) == ("5.1", "7.1", "<@U0BOT> diagnose")


@pytest.mark.parametrize(
    "payload", [command(), mention(), click(), submission()], ids=["command", "mention", "click", "view"]
)
def test_a_redelivery_is_acknowledged_and_answered_once(ears: Ears, payload: Payload) -> None:
    assert [ears.hear(payload).status for _ in range(3)] == [200, 200, 200]
    assert len(ears.drain()) == 1


def test_a_mention_in_a_direct_message_that_arrives_as_two_events_is_answered_once(ears: Ears) -> None:
    said = {"user": "U1", "channel": "D1", "text": "<@U0BOT> status", "ts": "7.1", "channel_type": "im"}
    ears.hear(event({"type": "message", **said}, "Ev1"))
    ears.hear(event({"type": "app_mention", **said}, "Ev2"))
    noted = ears.drain()
    assert len(noted) == 1
    assert noted[0].body["direct"]


def test_a_click_tells_what_was_pressed_where_and_on_which_state(ears: Ears) -> None:
    ears.hear(click())
    body = ears.drain()[0].body
    expected = {"action_id": "acknowledge", "value": "7:3", "message_ts": "5.2", "thread_ts": "5.1", "channel": "C1"}
    assert {name: body[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ({"type": "static_select", "selected_option": {"value": "4h"}}, "4h"),
        ({"type": "multi_static_select", "selected_options": [{"value": "a"}, {"value": "b"}]}, ["a", "b"]),
        ({"type": "users_select", "selected_user": "U7"}, "U7"),
        ({"type": "button"}, None),
    ],
)
def test_whatever_kind_of_element_it_is_the_value_is_what_was_chosen(
    ears: Ears, action: Payload, value: object
) -> None:
    ears.hear(click({"action_id": "choose", "block_id": "b", "action_ts": "9.1", **action}))
    assert ears.drain()[0].body["value"] == value


def test_two_clicks_are_two_rows(ears: Ears) -> None:
    for at in ("9.1", "9.2"):
        ears.hear(click({"action_id": "acknowledge", "block_id": "b", "type": "button", "action_ts": at}))
    assert len(ears.drain()) == 2


def test_a_dialog_sent_off_brings_what_was_typed(ears: Ears) -> None:
    ears.hear(submission({"cause": {"text": {"type": "plain_text_input", "value": "a bad join"}}}))
    view = ears.drain()[0].body["view"]
    assert view["callback_id"] == "resolve"
    assert view["state"]["cause"]["text"]["value"] == "a bad join"


def test_the_message_shortcut_is_the_same_as_asking_in_that_thread(ears: Ears) -> None:
    person = {"user": {"id": "U1", "team_id": "T1"}, "team": {"id": "T1"}, "channel": {"id": "C1"}}
    message = {"message": {"ts": "5.2", "thread_ts": "5.1"}, "message_ts": "5.2", "trigger_id": "1.2"}
    ears.hear({"type": "message_action", "callback_id": "diagnose_this", **person, **message})
    noted = ears.drain()[0]
    assert (noted.kind, noted.body["text"], noted.body["thread_ts"]) == ("mention", "diagnose", "5.1")


def test_a_shortcut_that_a_server_calls_a_global_one_is_heard_too(ears: Ears) -> None:
    where = {"channel": {"id": "C1"}, "message": {"ts": "5.2"}, "user": {"id": "U1"}, "team": {"id": "T1"}}
    ears.hear({"type": "shortcut", "callback_id": "diagnose_this", "trigger_id": "1.2", **where})
    assert ears.drain()[0].body["thread_ts"] == "5.2"


def test_a_message_that_mentions_the_bot_is_heard_where_there_are_no_mention_events_and_once_where_there_are(
    ears: Ears,
) -> None:
    said = {"user": "U1", "channel": "C1", "text": "<@U0BOT> status", "ts": "7.1", "channel_type": "channel"}
    told = {"authorizations": [{"user_id": "U0BOT"}]}
    ears.hear({**event({"type": "message", **said}, "Ev1"), **told})
    ears.hear({**event({"type": "app_mention", **said}, "Ev2"), **told})
    ears.hear({**event({"type": "message", **said, "text": "<@U9> status", "ts": "7.2"}, "Ev3"), **told})
    ears.hear({**event({"type": "message", **said, "user": "U0BOT", "ts": "7.3"}, "Ev4"), **told})
    assert [noted.body["message_ts"] for noted in ears.drain()] == ["7.1"]


def test_a_server_that_numbers_nothing_is_heard_every_time(ears: Ears) -> None:
    """Without trigger ids and the like a redelivery cannot be told from a second try: better twice than never."""
    for _ in range(2):
        ears.hear(command(trigger=""))
        ears.hear(click({"action_id": "acknowledge", "block_id": "b", "type": "button"}, trigger_id=""))
    assert len(ears.drain()) == 4


def test_without_a_hash_a_dialog_sent_off_again_with_other_words_is_another_row(ears: Ears) -> None:
    for words in ("a bad join", "a bad join", "a bad deploy"):
        ears.hear({**submission({"cause": {"text": {"value": words}}}, hash_=""), "trigger_id": ""})
    assert len(ears.drain()) == 2


@pytest.mark.parametrize(
    "inner",
    [
        {"type": "message", "channel_type": "channel", "user": "U1", "text": "lunch?", "channel": "C1", "ts": "1.1"},
        {"type": "message", "channel_type": "im", "bot_id": "B0", "text": "I am a bot", "channel": "D1", "ts": "1.1"},
        {"type": "message", "channel_type": "im", "subtype": "message_changed", "channel": "D1", "ts": "1.1"},
        {"type": "app_mention", "bot_id": "B0", "user": "U9", "text": "<@U0BOT> status", "channel": "C1", "ts": "1.1"},
        {"type": "app_home_opened", "tab": "messages", "user": "U1", "channel": "D1"},
        {"type": "something_new", "user": "U1"},
    ],
    ids=["chatter", "a bot", "an edit", "a bot's mention", "messages tab", "unknown"],
)
def test_what_is_not_meant_for_the_bot_is_acknowledged_and_forgotten(ears: Ears, inner: Payload) -> None:
    assert ears.hear(event(inner)).status == 200
    assert ears.drain() == []


def test_people_of_another_company_keep_their_own_team_and_have_no_role_here(ears: Ears) -> None:
    """In a shared channel a role of U1 here says nothing about a U1 there."""
    ears.hear(mention())
    here = ears.drain()
    ears.hear(mention(user_team="T9", ts="7.2"))
    ears.hear(click(user={"id": "U1", "team_id": "T9"}))
    ours, *theirs = [hear_body(message.body).person for message in (*here, *ears.drain())]
    assert [person.key for person in (ours, *theirs)] == ["T1:U1", "T9:U1", "T9:U1"]
    require(ours, "operator", {"operator": [ours.key]})
    for person in theirs:
        with pytest.raises(Denied, match="needs the role operator"):
            require(person, "operator", {"operator": [ours.key]})
