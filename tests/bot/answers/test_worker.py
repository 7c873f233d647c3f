"""What is asked for is done once and answered truthfully, whenever the bot is stopped, and however long it takes."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from sqlmodel import select

from bot import flow
from bot.answers.heard import hear
from bot.answers.worker import TRIES, answer, work_once
from bot.cards import actions
from bot.slack.inbox import LEASE, Inbox
from bot.slack.messages import Person, Place
from bot.store.tables import Hotfix, Incident, OutboxMessage
from bot.teammate import Teammate
from sandbox.recommender.clock import SandboxClock
from tests.bot.incidents.making import LEAD, ON_CALL

FORM = {"cause": {"cause.text": {"value": "A lost join"}}, "fix": {"fix.text": {"value": "The join was put back"}}}


def submission(callback: str, metadata: str, fields: dict[str, Any] | None = None) -> dict[str, Any]:
    view = {"id": "V1", "callback_id": callback, "private_metadata": metadata, "state": fields or {}}
    return {"team": ON_CALL.team, "user": ON_CALL.user, "channel": "C1", "view": view}


def words(text: str, by: Person = ON_CALL) -> dict[str, Any]:
    return {"team": by.team, "user": by.user, "channel": "C1", "text": text}


def said(mate: Teammate, containing: str) -> list[str]:
    """The keys of the messages with these words."""
    with mate.store.session() as session:
        rows = session.exec(select(OutboxMessage)).all()
    return [row.key for row in rows if containing in str(row.body) and row.kind != "edit"]


def stopped_after_the_deed(mate: Teammate, inbox: Inbox) -> None:
    """A worker takes the next message up, does what it asks, and is killed before it can say that it is done."""
    message = inbox.claim()
    assert message is not None
    answer(mate, hear(message))


def a_rollback(mate: Teammate) -> Hotfix:
    shown = flow.preview(mate, "rollback model", lambda _step: None)
    asked = flow.ask_for(mate, "rollback model", shown, ON_CALL, 1, Place("C1"))
    return flow.approve(mate, asked.id or 0, LEAD, None)


def test_stopped_right_after_it_resolved_an_incident_it_has_said_so_and_says_nothing_else(
    mate: Teammate, inbox: Inbox, clock: SandboxClock
) -> None:
    inbox.put("a", "view", submission(actions.CLOSE_INCIDENT, '{"incident": 1, "version": 1}', FORM))
    stopped_after_the_deed(mate, inbox)
    clock.advance(LEASE + timedelta(seconds=1))

    assert not work_once(mate, inbox)

    assert len(said(mate, "A lost join")) == 1
    assert said(mate, "Nothing was done") == []
    with mate.store.session() as session:
        assert session.get_one(Incident, 1).state == "resolved"


def test_stopped_right_after_a_request_it_does_not_say_that_nothing_was_asked_for(
    mate: Teammate, inbox: Inbox, clock: SandboxClock
) -> None:
    metadata = '{"words": "rollback model", "incident": 1, "from": "3", "to": "2"}'
    inbox.put("a", "view", submission(actions.CONFIRM_HOTFIX, metadata))
    stopped_after_the_deed(mate, inbox)
    clock.advance(LEASE + timedelta(seconds=1))

    assert not work_once(mate, inbox)

    assert said(mate, "hotfix.approve") == ["hotfix:1:requested"]
    assert said(mate, "othing was asked for") == []


def test_stopped_right_after_an_undo_in_words_the_answer_is_there(
    mate: Teammate, inbox: Inbox, clock: SandboxClock
) -> None:
    number = a_rollback(mate).id
    inbox.put("a", "command", words(f"/hotfix undo {number}"))
    stopped_after_the_deed(mate, inbox)
    clock.advance(LEASE + timedelta(seconds=1))

    assert not work_once(mate, inbox)

    assert len(said(mate, f"Hotfix {number} is taken back")) == 1
    assert said(mate, "there is nothing to take back") == []


def test_a_dialog_that_showed_other_versions_asks_for_nothing(mate: Teammate, inbox: Inbox) -> None:
    metadata = '{"words": "rollback model", "incident": 1, "from": "4", "to": "3"}'
    inbox.put("a", "view", submission(actions.CONFIRM_HOTFIX, metadata))
    assert work_once(mate, inbox)
    assert said(mate, "showed version 4 → 3, and by now it would be 3 → 2: nothing was asked for")
    with mate.store.session() as session:
        assert session.exec(select(Hotfix)).all() == []


def test_a_message_that_stops_the_bot_each_time_is_given_up_and_its_asker_hears_of_it(
    mate: Teammate, inbox: Inbox, clock: SandboxClock
) -> None:
    inbox.put("a", "command", words("/recsys known"))
    for _ in range(TRIES):
        assert inbox.claim() is not None
        clock.advance(LEASE + timedelta(seconds=1))

    assert work_once(mate, inbox)
    assert not work_once(mate, inbox)

    assert said(mate, "I was stopped 3 times while I worked on this") == ["inbox:1:whisper"]


def test_while_an_answer_is_worked_on_nobody_else_takes_it_up(inbox: Inbox, clock: SandboxClock) -> None:
    inbox.put("a", "command", words("/diagnose model"))
    message = inbox.claim()
    assert message is not None
    with inbox.held(message, timedelta(seconds=0.01)):
        for _ in range(3):
            clock.advance(LEASE * 0.9)
            time.sleep(0.2)
            assert inbox.claim() is None
    clock.advance(LEASE + timedelta(seconds=1))
    assert inbox.claim() is not None
