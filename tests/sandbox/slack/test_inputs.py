from typing import Any

import pytest

from sandbox.slack import inputs
from sandbox.slack.wire import SlackError
from tests.sandbox.slack.conftest import actions, button, plain, text_input

A, B = ({"text": plain(x), "value": x} for x in "ab")


def asking(kind: str, **more: Any) -> dict[str, Any]:
    element = {"type": kind, "action_id": "it", **more}
    return {"type": "input", "block_id": "q", "label": plain("Q"), "element": element}


@pytest.mark.parametrize(
    ("block", "value", "chosen"),
    [
        (asking("static_select", options=[A, B]), "b", {"selected_option": B}),
        (asking("static_select", option_groups=[{"label": plain("g"), "options": [A]}]), "a", {"selected_option": A}),
        (asking("radio_buttons", options=[A, B]), "a", {"selected_option": A}),
        (asking("checkboxes", options=[A, B]), ["a", "b"], {"selected_options": [A, B]}),
        (asking("multi_static_select", options=[A, B]), "a", {"selected_options": [A]}),
        (asking("users_select"), "U0MLLEAD", {"selected_user": "U0MLLEAD"}),
        (asking("conversations_select"), "C0ALERTS", {"selected_conversation": "C0ALERTS"}),
        (asking("multi_users_select"), ["U0MLLEAD"], {"selected_users": ["U0MLLEAD"]}),
        (asking("datepicker"), "2026-01-31", {"selected_date": "2026-01-31"}),
        (asking("datetimepicker"), 1_700_000_000, {"selected_date_time": 1_700_000_000}),
        (asking("plain_text_input"), "because", {"value": "because"}),
        (asking("plain_text_input", initial_value="x"), "", {"value": None}),
        (asking("checkboxes", options=[A], initial_options=[A]), [], {"selected_options": []}),
    ],
)
def test_a_choice_is_told_in_slacks_own_words(block: dict[str, Any], value: Any, chosen: dict[str, Any]) -> None:
    state = inputs.state_of([block], {}, {"q": {"it": value}})
    assert state == {"q": {"it": {"type": block["element"]["type"], **chosen}}}


def test_what_nobody_touched_keeps_its_first_value() -> None:
    blocks = [asking("static_select", options=[A, B], initial_option=A), text_input()]
    assert inputs.state_of(blocks, {}, {}) == {
        "q": {"it": {"type": "static_select", "selected_option": A}},
        "why": {"text": {"type": "plain_text_input", "value": None}},
    }


def test_an_option_that_is_not_offered_cannot_be_chosen() -> None:
    with pytest.raises(SlackError, match="no_such_option"):
        inputs.state_of([asking("static_select", options=[A])], {}, {"q": {"it": "z"}})


def test_a_value_for_an_input_that_is_not_there_is_refused() -> None:
    with pytest.raises(SlackError) as refused:
        inputs.state_of([text_input()], {}, {"why": {"txet": "x"}})
    assert refused.value.detail == {"unknown": ["why/txet"], "known": ["why/text"]}


def test_of_two_buttons_with_one_action_id_the_value_decides() -> None:
    blocks = [actions(button(value="1"), block_id="one"), actions(button(value="2"), block_id="two")]
    assert inputs.find_element(blocks, "go", None, "2")[0]["block_id"] == "two"
    assert inputs.find_element(blocks, "go", None, None)[0]["block_id"] == "one"


def test_an_input_without_dispatch_says_nothing_when_pressed() -> None:
    block, element = inputs.find_element([text_input()], "text", None, "x")
    with pytest.raises(SlackError, match="no_dispatch"):
        inputs.refuse_unpressable(block, element)
    inputs.refuse_unpressable({**block, "dispatch_action": True}, element)


@pytest.mark.parametrize(
    ("block", "value", "said"),
    [
        (text_input(), "", "Please complete this required field."),
        (text_input(min_length=5), "abc", "Please write between 5 and 3000 characters."),
        (asking("number_input", is_decimal_allowed=False), "1.5", "Please enter a whole number."),
        (
            asking("number_input", is_decimal_allowed=True, max_value="2"),
            "3",
            "Please enter a number between -inf and 2.",
        ),
        (asking("number_input", is_decimal_allowed=True), "lots", "Please enter a number."),
    ],
)
def test_slack_itself_refuses_a_form_that_is_not_filled_in(block: dict[str, Any], value: str, said: str) -> None:
    element = block["element"]["action_id"]
    state = inputs.state_of([block], {}, {block["block_id"]: {element: value}})
    assert inputs.incomplete([block], state) == {block["block_id"]: said}


def test_an_optional_input_may_stay_empty() -> None:
    block = {**text_input(), "optional": True}
    assert inputs.incomplete([block], inputs.state_of([block], {}, {})) == {}


def test_a_pressed_button_carries_its_own_value_whatever_was_said() -> None:
    made = inputs.action(actions(), button(value="real"), "other", "1.0")
    assert (made["value"], made["block_id"], made["type"]) == ("real", "row", "button")
