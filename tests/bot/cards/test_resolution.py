"""The closing form asks little, is filled in as far as possible, and what it teaches can be read again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.cards import actions
from bot.cards.resolution import known_said, parse, problems, resolve_modal, resolved_said
from bot.catalog.learning import ResolutionForm
from bot.store.tables import Incident, KnownIssue, Resolution
from tests.bot.incidents.making import window

from .showing import opened, shown

NOW = window(0).end
OPTIONAL = ("long_term_fix", "detect_faster", "predict", "diagnose_faster")


def incident(cause_class: str = "inputs") -> Incident:
    return Incident(
        id=7,
        fingerprint="f",
        state="mitigated",
        severity=3,
        title="genre_affinity is missing",
        cause="the West loader drops the column",
        cause_class=cause_class,
        subject="feature:genre_affinity",
        onset=NOW,
        detected_at=NOW,
        last_seen_at=NOW,
        version=5,
    )


def issue(number: int = 1, **changed: Any) -> KnownIssue:
    values = {"title": f"issue {number}", "cause": "a cause", "fix": "rollback model", "seen": number}
    return KnownIssue(id=number, first_seen_at=NOW, last_seen_at=NOW, **{**values, **changed})


def typed(**words: str) -> dict[str, Any]:
    """State values as Slack sends them."""
    values: dict[str, Any] = {
        name: {f"{name}.text": {"type": "plain_text_input", "value": words.get(name)}}
        for name in ("cause", "fix", *OPTIONAL)
    }
    for name, usual in (("cause_class", "inputs"), ("fix_worked", "yes")):
        values[name] = {f"{name}.choice": {"selected_option": {"value": words.get(name, usual)}}}
    return values


def test_the_form_is_filled_in_with_what_is_known_and_asks_the_three_questions() -> None:
    view = resolve_modal(incident(), {"fix": "rollback model", "subject": "feature:x", "confidence": 0.8})
    words = opened(view)
    assert "the West loader drops the column" in words
    assert "rollback model" in words
    for question in ("noticed it sooner", "predicted it", "found the cause sooner", "long-term fix"):
        assert question in words
    assert view["callback_id"] == actions.CLOSE_INCIDENT
    assert json.loads(view["private_metadata"]) == {"incident": 7, "version": 5}
    optional = [block["block_id"] for block in view["blocks"] if block.get("optional")]
    assert optional == list(OPTIONAL)


def test_a_class_nobody_knows_is_offered_as_unknown() -> None:
    blocks = {block.get("block_id"): block for block in resolve_modal(incident("magic"), {})["blocks"]}
    assert blocks["cause_class"]["element"]["initial_option"]["value"] == "unknown"


def test_a_form_as_it_was_opened_can_be_sent_at_once_and_comes_back_whole() -> None:
    blocks = resolve_modal(incident(), {"fix": "rollback model"})["blocks"]
    values = {}
    for block in (block for block in blocks if block["type"] == "input"):
        element = block["element"]
        sent = {"value": element.get("initial_value"), "selected_option": element.get("initial_option")}
        values[block["block_id"]] = {element["action_id"]: sent}
    assert problems(values) == {}
    assert parse(values) == ResolutionForm("the West loader drops the column", "inputs", "rollback model")


def test_every_answer_is_read() -> None:
    form = parse(
        typed(
            cause=" a ", cause_class="systems", fix="b", fix_worked="no", long_term_fix="c", detect_faster="d",
            predict="e", diagnose_faster="f",
        )
    )  # fmt: skip
    assert form == ResolutionForm("a", "systems", "b", False, "c", "d", "e", "f")


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        (typed(cause="a", fix="b"), set()),
        (typed(cause="  ", fix="b"), {"cause"}),
        (typed(), {"cause", "fix"}),
        (typed(cause="a", fix="b", predict="x" * 2001), {"predict"}),
        (typed(cause="a", fix="b", cause_class="magic"), {"cause_class"}),
        ({}, {"cause", "fix", "cause_class"}),
    ],
)
def test_what_is_missing_is_said_at_its_own_field(values: dict[str, Any], wrong: set[str]) -> None:
    assert set(problems(values)) == wrong


def test_a_resolution_is_said_with_what_the_catalogue_knows_now() -> None:
    resolution = Resolution(incident_id=7, cause="the <loader>", fix="rollback model", predict="yes, by volume", at=NOW)
    words = shown(resolved_said(resolution, issue(1)))
    assert "the &lt;loader&gt;" in words
    assert "rollback model, which worked" in words
    assert "*Predicted:* yes, by volume" in words
    assert "new to the catalogue" in words
    resolution.fix_worked = False
    assert "did not work" in shown(resolved_said(resolution, issue(3)))
    assert "seen 3 times now" in shown(resolved_said(resolution, issue(3)))


def test_the_catalogue_has_an_end_a_count_and_a_way_to_the_rest() -> None:
    assert "grows with every incident" in shown(known_said([]))
    words = shown(known_said([issue(number, cause="c" * 900, title="t" * 900) for number in range(1, 41)]))
    assert "Known issues: 40" in words
    assert "… and 20 older ones" in words
    assert "no fix known" in shown(known_said([issue(1, fix="")]))
