"""A launch at risk, foretold: the thread comes nine days ahead, and the card says why and what to do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.demo.stage import Stage
from tests.conversations.conftest import judged
from tests.conversations.talks import ask, incidents, thread_of

pytestmark = pytest.mark.slow  # the large lab has requests enough to foretell from; it takes a while to build


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """The large lab, in which a launch of the week after next is put down in a language that few follow."""
    with judged("lab-large") as opened:
        yield opened


@pytest.fixture(scope="module")
def item(stage: Stage) -> str:
    """The title."""
    fault = stage.world.break_with("launch-language")
    for _ in range(2):  # it may launch ten days from now: within two days everybody is told
        stage.next_day()
    stage.all_said()
    return fault.subject.removeprefix("item:")


def test_a_thread_about_the_launch_opens_and_names_its_owner_and_the_day_it_must_be_mended(
    stage: Stage, item: str
) -> None:
    mine = [one for one in incidents(stage) if one.subject == f"item:{item}"]
    assert [one.codes for one in mine] == [["L02"]]
    [finding] = mine[0].findings
    assert "keeps it out of" in finding["words"]
    assert finding["data"]["ready_by"]
    assert "will hardly be ranked on its launch day" in mine[0].title


def test_the_calendar_says_which_launch_is_at_risk_and_what_is_expected_of_the_others(stage: Stage, item: str) -> None:
    words = ask(stage, "launches", "/recsys launches", "at risk")
    assert "will hardly be ranked" in words
    assert item in words or "other language" in words


def test_the_card_of_a_launch_says_why_and_what_to_do_in_plain_words(stage: Stage, item: str) -> None:
    words = ask(stage, "launches", f"/recsys launch {item}", "Its launch is at risk")
    assert "“other language” keeps it out of" in words
    assert "Check that the catalogue describes it rightly" in words
    assert "NDCG" not in words


def test_once_it_has_launched_the_thread_says_what_came_of_it(stage: Stage, item: str) -> None:
    [incident] = [one for one in incidents(stage) if one.subject == f"item:{item}"]
    for _ in range(12):
        stage.next_day()
    stage.all_said()
    told = [words for words in thread_of(stage, incident.id or 0) if words.startswith("It has launched.")]
    assert len(told) == 1
    assert "a week before I expected" in told[0]


def test_a_launch_that_nobody_knows_is_answered_with_the_way_on(stage: Stage, item: str) -> None:
    assert ask(stage, "launches", "/recsys launch nothing-like-it", "No launch ahead")


def test_a_part_of_a_title_that_fits_several_launches_is_asked_back(stage: Stage, item: str) -> None:
    assert ask(stage, "launches", "/recsys launch no.", "launches fit")
