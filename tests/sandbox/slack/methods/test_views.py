import pytest

from sandbox.slack.wire import SlackError
from tests.sandbox.slack.conftest import Desk, actions, button, modal, section, text_input


def opened(desk: Desk, user: str = "U0ONCALL") -> dict[str, object]:
    view: dict[str, object] = desk.call("views.open", trigger_id=desk.ws.passes.grant_trigger(user), view=modal())[
        "view"
    ]
    return view


def test_a_trigger_opens_one_modal_once(desk: Desk) -> None:
    trigger = desk.ws.passes.grant_trigger("U0ONCALL")
    desk.call("views.open", trigger_id=trigger, view=modal())
    assert desk.refusal("views.open", trigger_id=trigger, view=modal()) == "exchanged_trigger_id"
    assert len(desk.ws.views.open["U0ONCALL"]) == 1


def test_a_trigger_is_too_old_after_three_seconds(desk: Desk) -> None:
    trigger = desk.ws.passes.grant_trigger("U0ONCALL")
    desk.wall.at += 3.1
    assert desk.refusal("views.open", trigger_id=trigger, view=modal()) == "expired_trigger_id"


def test_a_made_up_trigger_is_refused(desk: Desk) -> None:
    assert desk.refusal("views.open", trigger_id="1.2.3", view=modal()) == "invalid_trigger_id"


def test_a_broken_view_does_not_use_up_the_trigger(desk: Desk) -> None:
    trigger = desk.ws.passes.grant_trigger("U0ONCALL")
    assert desk.refusal("views.open", trigger_id=trigger, view=modal(section("x" * 3001))) == "invalid_arguments"
    assert desk.call("views.open", trigger_id=trigger, view=modal())["view"]["id"]


def test_the_fourth_modal_is_one_too_many(desk: Desk) -> None:
    opened(desk)
    for _ in range(2):
        desk.call("views.push", trigger_id=desk.ws.passes.grant_trigger("U0ONCALL"), view=modal())
    trigger = desk.ws.passes.grant_trigger("U0ONCALL")
    assert desk.refusal("views.push", trigger_id=trigger, view=modal()) == "push_limit_reached"
    bottom, middle, top = desk.ws.views.open["U0ONCALL"]
    assert top["previous_view_id"] == middle["id"]
    assert top["root_view_id"] == bottom["id"]


def test_an_update_with_yesterdays_hash_loses(desk: Desk) -> None:
    view = opened(desk)
    newer = desk.call("views.update", view_id=view["id"], hash=view["hash"], view=modal(text_input("other")))["view"]
    assert newer["hash"] != view["hash"]
    assert desk.refusal("views.update", view_id=view["id"], hash=view["hash"], view=modal()) == "hash_conflict"
    assert desk.ws.views.open["U0ONCALL"][0]["blocks"][0]["block_id"] == "other"


def test_an_update_keeps_what_was_typed_into_blocks_that_stay(desk: Desk) -> None:
    view = opened(desk)
    typed = {"why": {"text": {"type": "plain_text_input", "value": "half a sen"}}}
    desk.ws.views.find(str(view["id"]))[1]["state"]["values"] = typed
    desk.call("views.update", view_id=view["id"], view=modal(section(), text_input()))
    assert desk.ws.views.find(str(view["id"]))[1]["state"]["values"] == typed


@pytest.mark.parametrize(
    ("view", "complaint"),
    [
        (
            modal(private_metadata="x" * 3001),
            "[ERROR] must be less than 3001 characters [json-pointer:/view/private_metadata]",
        ),
        (
            modal(title={"type": "plain_text", "text": "x" * 25}),
            "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]",
        ),
        (modal(colour="red"), "[ERROR] invalid additional property: colour [json-pointer:/view]"),
        (modal(submit=None), "[ERROR] missing required field: submit, as there are inputs [json-pointer:/view]"),
        (
            modal({"type": "markdown", "text": "x"}),
            "[ERROR] unsupported type: markdown [json-pointer:/view/blocks/0/type]",
        ),
    ],
)
def test_a_view_past_a_limit_is_refused_with_the_place(desk: Desk, view: dict[str, object], complaint: str) -> None:
    with pytest.raises(SlackError) as refused:
        desk.call("views.open", trigger_id=desk.ws.passes.grant_trigger("U0ONCALL"), view=view)
    assert refused.value.code == "invalid_arguments"
    assert complaint in refused.value.detail["response_metadata"]["messages"]


def test_home_is_each_persons_own(desk: Desk) -> None:
    home = {"type": "home", "blocks": [section(), actions(button())]}
    first = desk.call("views.publish", user_id="U0MLLEAD", view=home)["view"]
    second = desk.call("views.publish", user_id="U0MLLEAD", view=home, hash=first["hash"])["view"]
    assert first["id"] == second["id"]
    assert set(desk.ws.views.homes) == {"U0MLLEAD"}
    assert desk.refusal("views.publish", user_id="U0MLLEAD", view=home, hash=first["hash"]) == "hash_conflict"


def test_an_external_id_finds_the_view_and_is_unique(desk: Desk) -> None:
    trigger = desk.ws.passes.grant_trigger
    desk.call("views.open", trigger_id=trigger("U0ONCALL"), view=modal(external_id="mine"))
    desk.call("views.update", external_id="mine", view=modal(external_id="mine"))
    assert (
        desk.refusal("views.open", trigger_id=trigger("U0MLLEAD"), view=modal(external_id="mine"))
        == "duplicate_external_id"
    )


def test_a_view_that_is_gone_cannot_be_updated(desk: Desk) -> None:
    assert desk.refusal("views.update", view_id="V0GONE", view=modal()) == "not_found"
