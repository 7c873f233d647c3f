"""Whatever is to be said fits into Slack: cut with a count, never refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.slack.limits import CHARACTERS_PER_MESSAGE, count_characters, fit, fit_view
from bot.slack.messages import Block, Said

WORDS = st.one_of(st.text(max_size=40), st.integers(1, 6000).map(lambda n: "word &amp; <http://x|y> " * (n // 20)))
TEXT = st.fixed_dictionaries({"type": st.sampled_from(["mrkdwn", "plain_text"]), "text": WORDS})
OPTION = st.fixed_dictionaries({"text": TEXT, "value": WORDS})
ELEMENT = st.one_of(
    st.fixed_dictionaries({"type": st.just("button"), "text": TEXT, "action_id": WORDS, "value": WORDS}),
    st.fixed_dictionaries({"type": st.just("static_select"), "options": st.lists(OPTION, max_size=120)}),
    st.fixed_dictionaries({"type": st.just("overflow"), "options": st.lists(OPTION, max_size=8)}),
)
BLOCK = st.one_of(
    st.fixed_dictionaries({"type": st.just("section"), "text": TEXT}, optional={"fields": st.lists(TEXT, max_size=14)}),
    st.fixed_dictionaries({"type": st.just("header"), "text": TEXT}, optional={"block_id": st.text(max_size=300)}),
    st.fixed_dictionaries({"type": st.just("context"), "elements": st.lists(TEXT, max_size=14)}),
    st.fixed_dictionaries({"type": st.just("actions"), "elements": st.lists(ELEMENT, max_size=30)}),
    st.fixed_dictionaries({"type": st.just("image"), "image_url": st.just("http://x/y.png"), "alt_text": WORDS}),
    st.fixed_dictionaries({"type": st.just("markdown"), "text": WORDS}),
    st.fixed_dictionaries({"type": st.just("divider")}),
    st.dictionaries(st.text(max_size=8), st.one_of(st.none(), st.text(max_size=8), st.integers()), max_size=3),
)
ANYTHING = st.builds(Said, WORDS, st.lists(BLOCK, max_size=70).map(tuple))
LAWS = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def find_violations(block: Block) -> list[str]:
    """Slack's documented limits, written down a second time and differently, to check the first."""
    limits = {"section": 3000, "header": 150, "markdown": 12_000}
    texts = [text for text in [block.get("text")] if isinstance(text, dict)]
    wrong = [
        f"text of {block['type']}" for text in texts if not 0 < len(text["text"]) <= limits.get(block["type"], 3000)
    ]
    for name, room in (("fields", 10), ("elements", 10 if block["type"] == "context" else 25)):
        wrong += [name] if len(block.get(name, [])) > room else []
    wrong += ["block_id"] if len(str(block.get("block_id", ""))) > 255 else []
    for element in block.get("elements", []) if block["type"] == "actions" else []:
        wrong += ["button text"] if len(element.get("text", {}).get("text", "")) > 75 else []
        wrong += ["value"] if len(element.get("value", "")) > 2000 else []
        wrong += ["options"] if len(element.get("options", [])) > (5 if element["type"] == "overflow" else 100) else []
    return wrong


@LAWS
@given(ANYTHING)
def test_anything_at_all_fits(said: Said) -> None:
    fitting = fit(said)
    assert 0 < len(fitting.text) <= 4000
    assert len(fitting.blocks) <= 50
    assert sum(count_characters(block) for block in fitting.blocks) <= CHARACTERS_PER_MESSAGE
    assert [wrong for block in fitting.blocks for wrong in find_violations(block)] == []
    ids = [block["block_id"] for block in fitting.blocks if block.get("block_id")]
    assert len(ids) == len(set(ids))


@LAWS
@given(ANYTHING)
def test_what_fits_is_not_changed_again(said: Said) -> None:
    once = fit(said)
    assert fit(once) == once


def section(words: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": words}}


def test_what_fits_already_is_left_alone() -> None:
    said = Said("Coverage fell", (section("*Coverage* fell"), {"type": "divider"}))
    assert fit(said) == said


def test_a_list_that_is_too_long_ends_with_how_many_are_missing() -> None:
    blocks = fit(Said("many", tuple(section(f"item {n}") for n in range(80)))).blocks
    assert len(blocks) == 50
    assert "(31 more;" in blocks[-1]["elements"][0]["text"]


def test_buttons_survive_when_words_must_give_way() -> None:
    buttons = {"type": "actions", "elements": [button("Diagnose")]}
    said = Said("many", (*(section("x" * 2900) for _ in range(10)), buttons))
    assert buttons in fit(said).blocks


def test_a_long_text_says_how_much_is_missing() -> None:
    text = fit(Said("x" * 5000)).text
    assert len(text) <= 4000
    assert "more characters" in text


def test_a_message_without_words_of_its_own_takes_those_of_its_blocks() -> None:
    assert fit(Said("", (section("Coverage fell "),))).text == "Coverage fell"


def test_a_second_table_gives_way_to_a_line() -> None:
    table: Block = {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}
    assert [block["type"] for block in fit(Said("t", (table, table))).blocks] == ["table", "context"]


@pytest.mark.parametrize("name", ["title", "submit", "close"])
def test_a_dialog_s_own_words_are_cut_to_slack_s_24(name: str) -> None:
    view: dict[str, Any] = {"type": "modal", name: {"type": "plain_text", "text": "x" * 30}, "blocks": []}
    assert len(fit_view(view)[name]["text"]) == 24


def button(words: str) -> Block:
    return {"type": "button", "text": {"type": "plain_text", "text": words}, "action_id": words}
