"""What is in the outbox reaches Slack: in order, at its pace, and as its kind demands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from slack_sdk.web import SlackResponse

from bot.slack.messages import Picture, Place, Said
from tests.bot.slack.conftest import ALERTS, GENERAL, ONCALL, Gateway, OddClient


def test_the_same_thing_said_twice_is_said_once(gateway: Gateway) -> None:
    gateway.post("card", "Coverage fell")
    gateway.post("card", "Coverage fell")
    assert gateway.sender.send_due() == 1
    assert gateway.sender.send_due() == 0
    assert gateway.texts() == ["Coverage fell"]


def test_replies_wait_for_the_card_and_keep_their_order(gateway: Gateway) -> None:
    """Even when the replies were written first, or matter more."""
    gateway.post("first", "evidence", root="card", priority=0)
    gateway.post("second", "more evidence", root="card", priority=0)
    gateway.post("card", "Coverage fell")
    gateway.sender.send_due()
    assert gateway.thread() == ["Coverage fell", "evidence", "more evidence"]


def test_a_reply_whose_card_is_never_written_keeps_waiting(gateway: Gateway) -> None:
    gateway.post("orphan", "evidence", root="nobody")
    assert gateway.sender.send_due() == 0
    assert gateway.row("orphan").state == "waiting"


def test_an_answer_to_a_person_overtakes_what_nobody_waits_for(gateway: Gateway) -> None:
    gateway.post("digest", "The week")
    gateway.post("answer", "Item 123 is shown", priority=0)
    gateway.sender.send_due()
    assert gateway.texts() == ["Item 123 is shown", "The week"]


def test_a_channel_hears_one_message_a_second_and_others_need_not_wait(gateway: Gateway) -> None:
    sender = gateway.make_sender(pace=1.0)
    for number in range(3):
        gateway.post(f"a{number}", f"a{number}")
    gateway.post("b", "elsewhere", channel="C0LAUNCH")
    sent = []
    for _ in range(3):
        sent.append(sender.send_due())
        gateway.wall.pass_time(1.1)
    assert sent == [2, 1, 1]
    assert gateway.texts() == ["a0", "a1", "a2"]


def test_a_burst_into_one_thread_is_separate_messages_in_order(gateway: Gateway) -> None:
    sender = gateway.make_sender(pace=1.0)
    for number in range(4):
        gateway.post(f"n{number}", f"n{number}", root=None if number == 0 else "n0")
    for _ in range(4):
        sender.send_due()
        gateway.wall.pass_time(1.1)
    assert gateway.thread() == ["n0", "n1", "n2", "n3"]


def test_an_edit_of_a_post_not_yet_sent_is_simply_what_is_posted(gateway: Gateway) -> None:
    gateway.post("card", "Coverage fell")
    gateway.edit("card", "Coverage fell by half")
    gateway.sender.send_due()
    assert gateway.texts() == ["Coverage fell by half"]
    assert gateway.calls("chat.update") == 0


def test_many_edits_of_one_card_are_one_call_with_the_newest_words(gateway: Gateway) -> None:
    gateway.post("card", "Coverage fell")
    gateway.sender.send_due()
    for state in ("acknowledged", "mitigated", "resolved"):
        gateway.edit("card", state)
    assert gateway.sender.send_due() == 1
    assert gateway.texts() == ["resolved"]
    assert gateway.calls("chat.update") == 1


def test_an_edit_that_changes_nothing_is_not_sent(gateway: Gateway) -> None:
    gateway.post("card", "Coverage fell")
    gateway.sender.send_due()
    gateway.edit("card", "Coverage fell")
    assert gateway.sender.send_due() == 0


def test_an_edit_back_to_what_it_said_before_is_sent(gateway: Gateway) -> None:
    gateway.post("card", "open")
    gateway.sender.send_due()
    gateway.edit("card", "resolved")
    gateway.sender.send_due()
    gateway.edit("card", "open")
    gateway.sender.send_due()
    assert gateway.texts() == ["open"]


def test_an_edit_of_a_card_that_could_not_be_said_is_given_up_quietly(gateway: Gateway) -> None:
    gateway.post("card", "Coverage fell", channel="C0NOWHERE")
    gateway.sender.send_due()
    gateway.wall.pass_time(86_500)
    gateway.sender.send_due()
    assert gateway.row("card").state == "failed"
    gateway.edit("card", "resolved")
    assert gateway.sender.send_due() == 0


def test_a_picture_comes_with_its_alternative_text_and_its_bytes_are_not_kept(gateway: Gateway) -> None:
    gateway.post("card", "Coverage fell")
    with gateway.store.session() as session:
        picture = Picture(b"\x89PNG\r\n\x1a\n", "Coverage by day", "A line that falls on Tuesday")
        gateway.outbox.picture(session, "chart", Place(ALERTS, thread_key="card"), picture)
    gateway.sender.send_due()
    root = gateway.driver.channel(ALERTS)[-1]["ts"]
    file = gateway.driver.thread(ALERTS, root)[-1]["files"][0]
    assert (file["title"], file["alt_txt"]) == ("Coverage by day", "A line that falls on Tuesday")
    assert "png" not in gateway.row("chart").body


def test_a_whisper_is_seen_by_one_person_alone(gateway: Gateway) -> None:
    with gateway.store.session() as session:
        gateway.outbox.whisper(session, "w", Place(ALERTS), ONCALL, Said("Only approvers may do that"))
    gateway.sender.send_due()
    assert [m["text"] for m in gateway.driver.ephemerals("oncall")] == ["Only approvers may do that"]
    assert gateway.texts() == []


def test_a_whisper_where_the_bot_is_not_becomes_a_direct_message(gateway: Gateway) -> None:
    with gateway.store.session() as session:
        gateway.outbox.whisper(session, "w", Place(GENERAL), ONCALL, Said("Only approvers may do that"))
    gateway.sender.send_due()
    assert gateway.texts("dm", "oncall") == ["Only approvers may do that"]


def test_home_shows_the_newest_only(gateway: Gateway) -> None:
    with gateway.store.session() as session:
        for words in ("old", "new"):
            block = {"type": "section", "text": {"type": "mrkdwn", "text": words}}
            gateway.outbox.home(session, ONCALL, {"type": "home", "blocks": [block]})
    assert gateway.sender.send_due() == 1
    home = gateway.driver.home("oncall")
    assert home is not None
    assert home["blocks"][0]["text"]["text"] == "new"


def test_a_channel_may_be_named_instead_of_numbered(gateway: Gateway) -> None:
    gateway.post("card", "Coverage fell", channel="#recsys-alerts")
    gateway.post("reply", "evidence", channel="#recsys-alerts", root="card")
    gateway.sender.send_due()
    assert gateway.thread() == ["Coverage fell", "evidence"]
    assert gateway.row("card").sent_channel == ALERTS


def test_a_channel_that_is_created_later_is_found_then(gateway: Gateway) -> None:
    """Its name is looked up again: a miss is nothing to remember until the next restart."""
    pages: list[list[dict[str, str]]] = [[], [{"id": ALERTS, "name": "later"}]]

    def around(name: str, call: Callable[[], SlackResponse]) -> SlackResponse:
        answer = call()
        if name == "conversations.list":
            answer.data = {"ok": True, "channels": pages.pop(0)}
        return answer

    sender = gateway.make_sender(client=OddClient(gateway.slack, around))
    gateway.post("card", "Coverage fell", channel="#later")
    assert sender.send_due() == 0
    gateway.wall.pass_time(61)
    assert sender.send_due() == 1
    assert gateway.row("card").sent_channel == ALERTS


def test_a_public_channel_that_the_bot_is_not_in_is_joined(gateway: Gateway) -> None:
    gateway.post("card", "Coverage fell", channel=GENERAL)
    gateway.sender.send_due()
    assert gateway.texts(GENERAL) == ["Coverage fell"]


def test_what_is_sent_is_stamped_by_the_product_s_clock_whatever_the_wall_says(gateway: Gateway) -> None:
    gateway.wall.pass_time(timedelta(days=3).total_seconds())
    gateway.post("card", "Coverage fell")
    gateway.sender.send_due()
    sent_at = gateway.row("card").sent_at
    assert sent_at is not None
    assert gateway.wall.now() - sent_at > timedelta(days=2)
