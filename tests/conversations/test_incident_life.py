"""An incident from the first click to the last: whose it is, when it is quiet, and what a late click finds."""

import json
from datetime import timedelta

import pytest

from bot import flow
from bot.cards import actions
from bot.slack.inbox import Inbox
from bot.slack.messages import Person, Place
from sandbox.demo.stage import CHANNEL, Stage
from sandbox.slack.driver_client import wait_for
from tests.conversations.talks import (
    ask,
    below_with,
    card_of,
    denials,
    element_of,
    hear,
    hotfixes,
    incidents,
    mention,
    overrides,
    press,
    thread_of,
    words_of,
)

ONCALL, LEAD = Person("T0RECSYS", "U0ONCALL"), Person("T0RECSYS", "U0MLLEAD")
FORM = {
    "cause": {"cause.text": "The serving client lost similarity"},
    "fix": {"fix.text": "The client was put back"},
}


@pytest.fixture(scope="module")
def missing(stage: Stage) -> Stage:
    """One incident is open: a feature is missing at serving, which no rollback mends."""
    stage.world.break_with("serving-only-missing")
    stage.next_day()
    stage.all_said()
    return stage


def days(stage: Stage, count: int) -> None:
    """Let days pass, a check cycle each."""
    for _ in range(count):
        stage.next_day()
    stage.all_said()


def resolve(stage: Stage, number: int) -> None:
    """`@recsysops resolve` in the thread, the button, the form."""
    root = card_of(stage, number)["ts"]
    mention(stage, "oncall", "resolve", "say what it was", root)
    press(stage, "oncall", below_with(stage, root, actions.RESOLVE)["ts"], actions.RESOLVE, "What was the cause?")
    view = stage.driver.views("oncall")[-1]
    hear(stage, "oncall", lambda: stage.driver.submit("oncall", view["id"], FORM), "put back")
    stage.all_said()


def test_the_guest_may_look_and_not_touch(missing: Stage) -> None:
    root = card_of(missing, 1)["ts"]
    words = press(missing, "guest", root, actions.ACKNOWLEDGE, "needs the role operator")
    assert "<@U0ONCALL>, <@U0MLLEAD> can" in words
    press(missing, "guest", root, actions.RESOLVE, "needs the role operator")
    assert mention(missing, "guest", "snooze 1h", "needs the role operator", root)
    did = ["acknowledge", "resolve", "snooze"]
    assert denials(missing) == [f"T0RECSYS:U0GUEST {verb} incident 1" for verb in did]
    assert (incidents(missing)[0].state, incidents(missing)[0].version) == ("open", 1)


def test_taken_it_shows_whose_it_is_and_a_late_click_changes_nothing(missing: Stage) -> None:
    root = card_of(missing, 1)["ts"]
    seen = element_of(missing, root, actions.ACKNOWLEDGE)["value"]
    press(missing, "oncall", root, actions.ACKNOWLEDGE, "with <@U0ONCALL>")

    late = {"team": LEAD.team, "user": LEAD.user, "channel": CHANNEL, "message_ts": root}
    late |= {"action_id": actions.NOT_AN_ISSUE, "value": seen}
    mate = missing.bot.mate
    words = hear(missing, "lead", lambda: Inbox(mate.store, mate.clock).put("late", "action", late), "changed since")

    assert "now it is acknowledged, with <@U0ONCALL>. Nothing was done." in words
    assert not incidents(missing)[0].not_an_issue
    assert mention(missing, "lead", "acknowledge", "is in the hands of <@U0ONCALL> already", root)


def test_a_snooze_lasts_as_long_as_chosen_and_can_be_ended(missing: Stage) -> None:
    root = card_of(missing, 1)["ts"]
    press(missing, "oncall", root, actions.SNOOZE, "snoozed until", lambda value: json.loads(value)["for"] == "1d")
    assert incidents(missing)[0].snoozed_until == missing.clock.now() + timedelta(days=1)
    press(missing, "oncall", root, actions.WAKE, "incident.snooze")
    assert incidents(missing)[0].snoozed_until is None
    assert mention(missing, "oncall", "unsnooze", "is not snoozed", root)
    assert mention(missing, "oncall", "snooze 2 weeks", "I can snooze for 1h, 4h, 1d, 3d", root)
    mention(missing, "oncall", "snooze 1h", "snoozed until", root)

    missing.clock.move_to(missing.clock.now() + timedelta(hours=1))
    missing.look()

    assert "snoozed until" not in words_of(card_of(missing, 1))


def test_diagnosed_in_its_thread_the_card_names_the_cause(missing: Stage) -> None:
    mention(missing, "oncall", "diagnose", "Ruled out", card_of(missing, 1)["ts"])
    card = words_of(card_of(missing, 1))
    assert "similarity is missing" in incidents(missing)[0].cause.lower()
    assert incidents(missing)[0].cause in card.replace("&amp;", "&")
    assert "Suggested hotfix" not in card, "no rollback mends it"


def test_a_hotfix_that_does_not_help_is_said_not_to_have_helped(missing: Stage) -> None:
    mate = missing.bot.mate
    shown = flow.preview(mate, "rollback model", lambda _step: None)
    asked = flow.ask_for(mate, "rollback model", shown, ONCALL, 1, Place(CHANNEL, thread_key="incident:1:card"))
    flow.approve(mate, asked.id or 0, LEAD, None)
    days(missing, 2)
    assert hotfixes(missing)[-1].state == "applied", "one whole window is too little to say so"

    days(missing, 1)

    assert hotfixes(missing)[-1].state == "not-verified"
    assert any("it did not help" in words and "look for another cause" in words for words in thread_of(missing, 1))
    assert "in force, but it did not help" in words_of(card_of(missing, 1))
    assert incidents(missing)[0].state == "acknowledged"
    assert ask(missing, "oncall", f"/hotfix undo {asked.id}", "is taken back")
    assert overrides(missing) == []


def test_another_fault_opens_a_thread_of_its_own(missing: Stage) -> None:
    missing.world.break_with("feature-missing-in-region")
    days(missing, 1)

    assert [incident.state for incident in incidents(missing)] == ["acknowledged", "open"]
    card = words_of(card_of(missing, 2))
    assert "item_rate_28d" in card
    assert card.count("region=West") + card.count("region West") <= 4
    headline = next(block for block in card_of(missing, 2)["blocks"] if block["type"] == "header")["text"]["text"]
    assert headline.lower().count("west") == 1


def test_called_not_an_issue_it_is_quiet_and_closes_by_itself(missing: Stage) -> None:
    root = card_of(missing, 2)["ts"]
    press(missing, "lead", root, actions.NOT_AN_ISSUE, "Not an issue")
    before = len(thread_of(missing, 2))
    days(missing, 1)
    missing.world.mend()
    days(missing, 3)

    assert incidents(missing)[1].state == "resolved"
    assert len(thread_of(missing, 2)) == before
    assert ask(missing, "oncall", "/recsys status", "1 of 1 false alarms")


def test_resolved_too_early_it_comes_back_in_the_same_thread(missing: Stage) -> None:
    resolve(missing, 1)
    assert incidents(missing)[0].state == "resolved"
    assert set(words_of(card_of(missing, 1)).split("'")) & {actions.REOPEN}
    missing.world.break_with("serving-only-missing")
    days(missing, 2)

    assert len(incidents(missing)) == 2
    assert incidents(missing)[0].state == "open"
    assert any("It is back" in words for words in thread_of(missing, 1))


def test_a_person_can_reopen_it_too(missing: Stage) -> None:
    resolve(missing, 1)
    root = card_of(missing, 1)["ts"]
    assert mention(missing, "oncall", "resolve", "is resolved already", root)
    press(missing, "oncall", root, actions.REOPEN, "incident.acknowledge")
    assert incidents(missing)[0].state == "open"
    assert wait_for(lambda: "reopened 2 times" in words_of(card_of(missing, 1)), 10)
