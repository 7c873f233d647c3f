"""Nothing is said twice and nothing is lost, wherever the bot or the network dies."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk.web import SlackResponse

from bot.clock import SystemClock
from bot.slack.claims import LEASE, Claims
from bot.slack.client import make_client
from bot.slack.lookup import Address, find_post
from bot.slack.messages import Picture, Place
from bot.store.tables import OutboxMessage
from tests.bot.slack.conftest import ALERTS, Gateway, OddClient

LATER = LEASE.total_seconds() + 1


def test_a_message_whose_answer_was_lost_is_said_once(gateway: Gateway) -> None:
    gateway.driver.faults(lose_response_next=1, method="chat.postMessage")
    gateway.post("card", "Coverage fell")
    assert gateway.sender.send_due() == 0
    gateway.wall.pass_time(5)
    assert gateway.sender.send_due() == 1
    assert gateway.texts() == ["Coverage fell"]
    assert gateway.row("card").ts == gateway.driver.channel(ALERTS)[-1]["ts"]


def test_a_reply_whose_answer_was_lost_is_said_once_and_the_next_follows(gateway: Gateway) -> None:
    gateway.post("card", "Coverage fell")
    gateway.sender.send_due()
    gateway.driver.faults(lose_response_next=1, method="chat.postMessage")
    gateway.post("first", "evidence", root="card")
    gateway.post("second", "more", root="card")
    gateway.sender.send_due()
    gateway.wall.pass_time(5)
    gateway.sender.send_due()
    assert gateway.thread() == ["Coverage fell", "evidence", "more"]


def test_killed_between_claiming_and_sending_the_message_is_there_once_after_a_restart(gateway: Gateway) -> None:
    gateway.post("card", "Coverage fell")
    abandon_claim(gateway)
    assert gateway.sender.send_due() == 0, "it may still be in the other's hands"
    gateway.wall.pass_time(LATER)
    assert gateway.make_sender().send_due() == 1
    assert gateway.texts() == ["Coverage fell"]


def test_killed_between_sending_and_noting_it_the_message_is_there_once_after_a_restart(gateway: Gateway) -> None:
    gateway.post("card", "Coverage fell")
    with pytest.raises(Killed):
        gateway.make_sender(client=dying_after(gateway, "chat.postMessage")).send_due()
    assert gateway.texts() == ["Coverage fell"]
    gateway.wall.pass_time(LATER)
    assert gateway.make_sender().send_due() == 1
    assert gateway.texts() == ["Coverage fell"]
    assert gateway.row("card").state == "sent"


def test_a_picture_whose_answer_was_lost_is_shared_once(gateway: Gateway) -> None:
    gateway.post("card", "Coverage fell")
    gateway.sender.send_due()
    gateway.driver.faults(lose_response_next=1, method="files.completeUploadExternal")
    with gateway.store.session() as session:
        gateway.outbox.picture(session, "chart", Place(ALERTS, thread_key="card"), Picture(b"\x89PNG", "T", "A"))
    gateway.sender.send_due()
    gateway.wall.pass_time(5)
    gateway.sender.send_due()
    assert len(gateway.thread()) == 2
    assert gateway.calls("files.getUploadURLExternal") == 1


def test_new_words_for_a_message_whose_answer_was_lost_are_not_lost(gateway: Gateway) -> None:
    """The old words may be in Slack already: then they must be edited, not adopted."""
    gateway.driver.faults(lose_response_next=1, method="chat.postMessage")
    gateway.post("card", "Coverage fell")
    gateway.sender.send_due()
    gateway.edit("card", "Coverage fell by half")
    gateway.wall.pass_time(5)
    gateway.sender.send_due()
    assert gateway.texts() == ["Coverage fell by half"]


def test_a_sender_that_was_overtaken_says_nothing(gateway: Gateway) -> None:
    """It slept past its lease (a suspended laptop), another took over: it must not wake up and say it again."""

    def sleep(name: str, call: Callable[[], SlackResponse]) -> SlackResponse:
        if name == "conversations.list":
            gateway.wall.pass_time(LATER)
            assert gateway.sender.send_due() == 1
        return call()

    gateway.post("card", "Coverage fell", channel="#recsys-alerts")
    assert gateway.make_sender(client=OddClient(gateway.slack, sleep)).send_due() == 0
    assert gateway.texts() == ["Coverage fell"]
    assert gateway.row("card").state == "sent"


def test_a_reply_waits_while_another_sender_has_the_one_before_it_in_hand(gateway: Gateway) -> None:
    gateway.post("card", "Coverage fell")
    gateway.sender.send_due()
    gateway.post("first", "evidence", root="card")
    gateway.post("second", "more", root="card")
    abandon_claim(gateway)
    assert gateway.sender.send_due() == 0
    gateway.wall.pass_time(LATER)
    gateway.sender.send_due()
    assert gateway.thread() == ["Coverage fell", "evidence", "more"]


def test_several_senders_on_one_store_say_each_message_once(gateway: Gateway) -> None:
    for number in range(30):
        gateway.post(f"m{number}", f"m{number}")
    senders = [gateway.make_sender() for _ in range(3)]
    threads = [threading.Thread(target=sender.send_due) for sender in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(gateway.texts()) == sorted(f"m{number}" for number in range(30))


def test_on_a_server_that_keeps_no_metadata_the_block_id_tells(gateway: Gateway) -> None:
    gateway.post("card", "Coverage fell")
    gateway.sender.send_due()
    bare = WithoutMetadata(make_client(gateway.slack.bot_token, gateway.slack.api_url))
    found = find_post(bare, Address(ALERTS), "card", oldest=0)  # type: ignore[arg-type]
    assert found == gateway.row("card").ts
    assert find_post(bare, Address(ALERTS), "another", oldest=0) is None  # type: ignore[arg-type]


def test_when_nobody_can_be_asked_whether_it_was_said_it_waits_rather_than_risk_saying_it_twice(
    gateway: Gateway,
) -> None:
    gateway.driver.faults(lose_response_next=1, method="chat.postMessage")
    gateway.post("card", "Coverage fell")
    gateway.sender.send_due()
    gateway.driver.faults(outage=True, method="conversations.history")
    gateway.wall.pass_time(5)
    assert gateway.sender.send_due() == 0
    gateway.driver.faults(outage=False, method=None)
    gateway.wall.pass_time(60)
    assert gateway.sender.send_due() == 1
    assert gateway.texts() == ["Coverage fell"]


class Killed(BaseException):
    """kill -9: nothing after it runs."""


def dying_after(gateway: Gateway, method: str) -> OddClient:
    def around(name: str, call: Callable[[], SlackResponse]) -> SlackResponse:
        answer = call()
        if name == method:
            raise Killed
        return answer

    return OddClient(gateway.slack, around)


def abandon_claim(gateway: Gateway) -> OutboxMessage:
    claimed = Claims(gateway.store, SystemClock(), gateway.wall).take_next(lambda lane: True)
    assert claimed is not None
    return claimed.row


class WithoutMetadata:
    """A Slack-compatible server that drops what it does not know."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def conversations_history(self, **arguments: Any) -> Any:
        answer = self._client.conversations_history(**arguments)
        for message in answer.data["messages"]:
            message.pop("metadata", None)
        return answer
