"""On Slack's bad days: everything is said in the end, or somebody is told why not."""

from __future__ import annotations

from collections.abc import Callable

from slack_sdk.web import SlackResponse
from sqlalchemy.exc import OperationalError

from bot.slack.client import make_client
from bot.slack.messages import Picture, Place, Said
from bot.slack.sender import Sender
from tests.bot.slack.conftest import ALERTS, GENERAL, LAUNCHES, ONCALL, Gateway, OddClient


def test_an_outage_delays_and_loses_nothing(gateway: Gateway) -> None:
    gateway.driver.faults(outage=True)
    gateway.post("card", "Coverage fell")
    gateway.post("reply", "evidence", root="card")
    for _ in range(5):
        gateway.sender.send_due()
        gateway.wall.pass_time(30)
    gateway.driver.faults(outage=False)
    gateway.wall.pass_time(60)
    gateway.sender.send_due()
    assert gateway.thread() == ["Coverage fell", "evidence"]


def test_a_store_that_is_busy_in_the_middle_loses_nothing_and_says_nothing_twice(gateway: Gateway) -> None:
    busy = [True, True]

    def around(method: str, call: Callable[[], SlackResponse]) -> SlackResponse:
        answer = call() if len(busy) < 2 else None
        if busy:
            busy.pop()
            raise OperationalError("UPDATE outboxmessage", {}, Exception("database is locked"))
        return answer or call()

    sender = gateway.make_sender(client=OddClient(gateway.slack, around))
    gateway.post("card", "Coverage fell")
    for _ in range(3):
        sender.send_due()
        gateway.wall.pass_time(60)

    assert gateway.row("card").state == "sent"
    assert gateway.texts() == ["Coverage fell"]


def test_during_an_outage_slack_is_left_alone_longer_each_time(gateway: Gateway) -> None:
    gateway.driver.faults(outage=True)
    for number in range(20):
        gateway.post(f"m{number}", "x")
    gateway.sender.send_due()
    gateway.sender.send_due()
    assert gateway.calls("chat.postMessage") == 1


def test_slack_s_own_waiting_time_is_kept(gateway: Gateway) -> None:
    gateway.driver.faults(rate_limit_next=1, method="chat.postMessage")
    gateway.post("card", "Coverage fell")
    assert gateway.sender.send_due() == 0
    gateway.wall.pass_time(0.5)
    assert gateway.sender.send_due() == 0
    assert gateway.calls("chat.postMessage") == 1
    gateway.wall.pass_time(0.6)
    assert gateway.sender.send_due() == 1
    assert gateway.texts() == ["Coverage fell"]


def test_being_told_to_wait_in_one_channel_does_not_hold_up_another(gateway: Gateway) -> None:
    gateway.driver.faults(rate_limit_next=1, method="chat.postMessage")
    gateway.post("card", "Coverage fell")
    gateway.post("other", "A title is not shown", channel=LAUNCHES)
    assert gateway.sender.send_due() == 1
    assert gateway.texts(LAUNCHES) == ["A title is not shown"]


def test_an_archived_channel_s_messages_go_to_the_fallback_and_the_operator_hears_of_it_once(
    gateway: Gateway,
) -> None:
    gateway.driver.archive(ALERTS)
    sender = gateway.make_sender(fallback="#launches")
    gateway.post("card", "Coverage fell")
    gateway.post("reply", "evidence", root="card")
    gateway.post("second", "Scores shifted")
    sender.send_due()
    texts = gateway.texts(LAUNCHES)
    moved = [text.partition(").")[2].strip() for text in texts if text.startswith("Meant for <#C0ALERTS>")]
    assert moved == ["Coverage fell", "Scores shifted"]
    assert sum("I can no longer post in <#C0ALERTS>" in text for text in texts) == 1
    card = next(m for m in gateway.driver.channel(LAUNCHES) if "Coverage fell" in m["text"])
    assert [m["text"] for m in gateway.driver.thread(LAUNCHES, card["ts"])][1:] == ["evidence"]


def test_a_card_in_the_fallback_channel_is_edited_there(gateway: Gateway) -> None:
    gateway.driver.archive(ALERTS)
    sender = gateway.make_sender(fallback="launches")
    gateway.post("card", "Coverage fell")
    sender.send_due()
    gateway.edit("card", "Resolved")
    sender.send_due()
    assert "Resolved" in gateway.texts(LAUNCHES)


def test_without_a_fallback_a_message_waits_for_its_channel(gateway: Gateway) -> None:
    """Most often somebody only forgot to invite the bot, or to correct the channel's name."""
    sender = gateway.make_sender(client=without_joining(gateway))
    gateway.post("card", "Coverage fell", channel=GENERAL)
    gateway.post("reply", "evidence", channel=GENERAL, root="card")
    sender.send_due()
    assert gateway.row("card").error == "not_in_channel"
    gateway.driver.invite("oncall", "general")
    gateway.wall.pass_time(61)
    sender.send_due()
    assert gateway.thread(GENERAL) == ["Coverage fell", "evidence"]


def test_an_answer_asked_for_where_the_bot_cannot_post_goes_to_the_asker_alone(gateway: Gateway) -> None:
    """A slash command works in any channel, also in a private one that the bot must not tell others about."""
    sender = gateway.make_sender(client=without_joining(gateway), fallback="#launches")
    with gateway.store.session() as session:
        gateway.outbox.post(session, "answer", Place(GENERAL), Said("Item 123 is shown"), instead=ONCALL)
    gateway.post("evidence", "since Monday", channel=GENERAL, root="answer")
    sender.send_due()
    assert gateway.texts("dm", "oncall") == ["Item 123 is shown"]
    assert gateway.row("evidence").sent_channel == gateway.row("answer").sent_channel
    assert gateway.texts(LAUNCHES) == []


def test_after_a_day_without_its_channel_a_message_fails_with_its_reason(gateway: Gateway) -> None:
    gateway.post("card", "Coverage fell", channel="C0NOWHERE")
    gateway.post("reply", "evidence", channel="C0NOWHERE", root="card")
    gateway.sender.send_due()
    gateway.wall.pass_time(86_500)
    gateway.sender.send_due()
    assert (gateway.row("card").state, gateway.row("card").error) == ("failed", "channel_not_found")
    assert gateway.row("reply").state == "failed"


def test_blocks_that_slack_refuses_are_said_in_words(gateway: Gateway) -> None:
    with gateway.store.session() as session:
        gateway.outbox.post(session, "card", Place(ALERTS), Said("Coverage fell", ({"type": "no_such_block"},)))
    assert gateway.sender.send_due() == 1
    assert gateway.texts() == ["Coverage fell"]


def test_an_edit_whose_blocks_are_refused_is_made_in_words(gateway: Gateway) -> None:
    gateway.post("card", "Coverage fell")
    gateway.sender.send_due()
    with gateway.store.session() as session:
        gateway.outbox.edit(session, "card", Said("Resolved", ({"type": "no_such_block"},)))
    gateway.sender.send_due()
    assert gateway.texts() == ["Resolved"]


def test_where_files_are_unknown_the_picture_is_told(gateway: Gateway) -> None:
    """A Slack-compatible server need not have the files methods."""
    with gateway.store.session() as session:
        picture = Picture(b"\x89PNG", "Coverage by day", "A line that falls on Tuesday")
        gateway.outbox.picture(session, "chart", Place(ALERTS), picture)
    without_method(gateway, "files.getUploadURLExternal").send_due()
    assert gateway.texts() == [
        "I could not upload the picture *Coverage by day*. It shows: A line that falls on Tuesday"
    ]


def test_where_nobody_can_whisper_or_open_a_direct_message_the_person_s_id_may_be_one(gateway: Gateway) -> None:
    with gateway.store.session() as session:
        gateway.outbox.whisper(session, "whoami", Place(ALERTS), ONCALL, Said("You are a viewer"))
    without_method(gateway, "chat.postEphemeral", "conversations.open").send_due()
    assert gateway.texts("dm", "oncall") == ["You are a viewer"]


def test_where_there_is_no_app_home_the_rest_goes_on(gateway: Gateway) -> None:
    sender = without_method(gateway, "views.publish")
    with gateway.store.session() as session:
        gateway.outbox.home(session, ONCALL, {"type": "home", "blocks": [{"type": "divider"}]})
    gateway.post("card", "Coverage fell")
    assert sender.send_due() == 1
    assert gateway.texts() == ["Coverage fell"]


def test_an_app_home_that_breaks_the_server_is_not_tried_for_ever(gateway: Gateway) -> None:
    gateway.driver.faults(outage=True, method="views.publish")
    with gateway.store.session() as session:
        gateway.outbox.home(session, ONCALL, {"type": "home", "blocks": [{"type": "divider"}]})
    for _ in range(8):
        gateway.sender.send_due()
        gateway.wall.pass_time(61)
    assert gateway.calls("views.publish") == 6


def test_a_wrong_token_loses_nothing_until_it_is_mended(gateway: Gateway) -> None:
    gateway.post("card", "Coverage fell")
    gateway.make_sender(client=make_client("xoxb-wrong", gateway.slack.api_url)).send_due()
    assert gateway.row("card").error == "invalid_auth"
    gateway.wall.pass_time(61)
    assert gateway.make_sender().send_due() == 1
    assert gateway.texts() == ["Coverage fell"]


def test_a_message_that_cannot_be_built_is_set_aside_and_the_next_is_sent(gateway: Gateway) -> None:
    gateway.post("card", "Coverage fell")
    with gateway.store.session() as session:
        row = gateway.row("card")
        row.kind = "telegram"
        session.add(row)
    gateway.post("next", "Scores shifted")
    assert gateway.sender.send_due() == 1
    assert gateway.row("card").state == "failed"


def without_joining(gateway: Gateway) -> OddClient:
    """A channel that the bot may not join by itself: a private one, for example."""

    def around(name: str, call: Callable[[], SlackResponse]) -> SlackResponse:
        real = make_client(gateway.slack.bot_token, gateway.slack.api_url)
        return real.api_call("no.such.method") if name == "conversations.join" else call()

    return OddClient(gateway.slack, around)


def without_method(gateway: Gateway, *missing: str) -> Sender:
    """The same workspace on a server that does not know a method."""

    def around(name: str, call: Callable[[], SlackResponse]) -> SlackResponse:
        return (
            make_client(gateway.slack.bot_token, gateway.slack.api_url).api_call("no.such.method")
            if name in missing
            else call()
        )

    return gateway.make_sender(client=OddClient(gateway.slack, around))
