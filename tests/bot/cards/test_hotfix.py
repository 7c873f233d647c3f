"""A hotfix is shown with its price before, with two buttons while it waits, and with its end while it lasts."""

from __future__ import annotations

import json

import pytest

from bot.cards import actions
from bot.cards.hotfix import (
    confirmation_modal,
    decided_said,
    loading_modal,
    menu,
    preview_said,
    preview_to_json,
    refused_modal,
    request_said,
    state_said,
)
from bot.hotfixes.base import Preview
from bot.hotfixes.catalogue import EVERY_HOTFIX
from bot.store.tables import Hotfix
from tests.bot.incidents.making import DAY, LEAD, ON_CALL, window

from .showing import elements, opened, shown

NOW = window(0).end
KIND = EVERY_HOTFIX[0]
PREVIEW = Preview(
    "Version 2 would serve instead of version 3.",
    from_version="3",
    to_version="2",
    requests=200,
    requests_changed=120,
    items_affected=31,
    members_affected=88,
    unknown_items=tuple(f"i{number}" for number in range(12)),
    top_n_overlap=0.8,
)


def hotfix(state: str = "requested") -> Hotfix:
    return Hotfix(
        id=3,
        kind=KIND.name,
        state=state,
        requested_by=ON_CALL.key,
        decided_by="" if state == "requested" else LEAD.key,
        preview=PREVIEW.to_dict(),
        created_at=NOW,
        expires_at=NOW + DAY,
        version=4,
    )


def test_the_menu_lists_every_hotfix_with_its_price_ready_to_paste() -> None:
    words = shown(menu(EVERY_HOTFIX))
    for kind in EVERY_HOTFIX:
        assert f"`/hotfix {kind.name}`" in words
        assert kind.price in words
        assert f"Risk: {kind.risk}" in words


def test_a_preview_says_what_would_change_and_that_nothing_has() -> None:
    said = preview_said(PREVIEW, KIND, "rollback model to 2", 7)
    words = shown(said)
    assert "nothing is done yet" in words
    assert "120 of 200 logged" in words
    value = json.loads(elements(said)[actions.HOTFIX]["value"])
    assert value == {"incident": 7, "words": "rollback model to 2"}
    shown(preview_said(PREVIEW, KIND, "rollback model", None))
    assert json.loads(json.dumps(preview_to_json(PREVIEW)))["to_version"] == "2"


def test_the_dialog_opens_at_once_then_shows_the_preview_or_why_there_is_none() -> None:
    metadata = json.dumps({"incident": 7})
    assert "submit" not in loading_modal(metadata)
    assert "Ranking logged requests" in opened(loading_modal(metadata))
    view = confirmation_modal(PREVIEW, KIND, 7, metadata)
    words = opened(view)
    assert (view["callback_id"], view["private_metadata"]) == (actions.CONFIRM_HOTFIX, metadata)
    assert view["submit"]["text"] == "Ask for approval"
    assert "for incident 7" in words
    assert "Never seen by version 2: i0, i1, i2, i3, i4, i5, i6, i7 and 4 more" in words
    assert "There is no version 9" in opened(refused_modal("There is no version 9"))


def test_a_request_waits_with_two_buttons_that_carry_its_version() -> None:
    said = request_said(hotfix(), KIND)
    assert "<@UONCALL> asks for `rollback model`" in shown(said)
    assert "needs somebody else with the role `approver`" in shown(said)
    buttons = elements(said)
    assert set(buttons) == {actions.APPROVE, actions.REFUSE}
    assert [json.loads(each["value"]) for each in buttons.values()] == [{"hotfix": 3, "version": 4}] * 2
    assert "confirm" in buttons[actions.APPROVE]


@pytest.mark.parametrize(("state", "word"), [("applied", "Approved by <@ULEAD>"), ("refused", "Refused by <@ULEAD>")])
def test_once_decided_it_has_no_buttons_and_says_who_decided(state: str, word: str) -> None:
    said = decided_said(hotfix(state))
    assert word in shown(said)
    assert elements(said) == {}


@pytest.mark.parametrize(
    ("state", "word", "undo"),
    [
        ("requested", "Waits for approval", False),
        ("approved", "Approved, about to be in force", False),
        ("applied", "In force", True),
        ("verified", "Verified: it helped", True),
        ("not-verified", "Not verified: it did not help", True),
        ("undone", "Taken back", False),
        ("expired", "Expired", False),
        ("refused", "Refused, nothing was done", False),
    ],
)
def test_how_it_stands_is_said_in_words_and_what_is_in_force_can_be_taken_back(
    state: str, word: str, undo: bool
) -> None:
    said = state_said(hotfix(state))
    assert word in shown(said)
    assert said.text.startswith(word)
    assert (actions.UNDO in elements(said)) is undo
    assert ("ends by itself <!date^" in said.text) is undo


def test_a_verified_hotfix_shows_the_numbers_it_was_judged_by() -> None:
    done = hotfix("verified")
    done.verification = {"words": "quality is as expected again after 1 whole window (was 0.2)."}
    assert "as expected again after 1 whole window" in shown(state_said(done))
