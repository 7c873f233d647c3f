"""What a launch manager is told about a title."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.diagnosis.item_health import Choices, ItemHealth, item_health
from bot.recommender.contract import UnknownItem
from tests.bot.diagnosis.conftest import Breakage, Lab
from tests.bot.diagnosis.fakes import DAY, NOW

WEEK = timedelta(days=7)


def health(lab: Lab, words: str, breakage: Breakage | None = None) -> ItemHealth:
    answer = item_health(lab.recommender(breakage), words, NOW, WEEK)
    assert isinstance(answer, ItemHealth)
    return answer


def test_a_title_shown_as_much_as_its_like_is_fine(lab: Lab) -> None:
    answer = health(lab, "i35")
    assert answer.healthy
    assert "is doing fine" in answer.headline
    assert answer.reasons == ()
    assert answer.launch_day == 11
    assert answer.expected is not None
    assert len(answer.comparables) >= 3


def test_a_title_without_artwork_is_told_why_and_who_mends_it(lab: Lab) -> None:
    answer = health(lab, "i33", Breakage(barred="i33"))
    assert not answer.healthy
    assert "not shown at all" in answer.headline
    assert answer.reasons[0] == "It has no artwork in the catalogue."
    assert answer.how_to_fix[0].startswith("Ask the catalogue team to add the artwork")
    assert any("no artwork" in reason and "100 %" in reason for reason in answer.reasons)


def test_a_title_that_is_never_a_candidate_is_sent_to_the_index(lab: Lab) -> None:
    recommender = lab.recommender()
    tables = recommender.warehouse.tables  # type: ignore[attr-defined]
    for name in ("requests", "impressions"):
        tables[name] = tables[name][tables[name]["item_id"] != "i33"]
    answer = item_health(recommender, "i33", NOW, WEEK)
    assert isinstance(answer, ItemHealth)
    assert "It is never among the candidates." in answer.reasons


def test_a_title_before_its_launch_is_judged_by_its_set_up(lab: Lab) -> None:
    answer = health(lab, "i38")
    assert answer.headline == "The Long Story 38 launches in 4 days and its set-up is complete."
    assert answer.healthy
    assert answer.picture is None


def test_numbers_say_how_fresh_they_are(lab: Lab) -> None:
    fresh = health(lab, "i35").fresh_at
    assert fresh is not None
    assert NOW - DAY < fresh < NOW


def test_an_exact_title_is_found_and_several_are_offered_to_choose_from(lab: Lab) -> None:
    assert health(lab, "the long story 35").item["item_id"] == "i35"
    answer = item_health(lab.recommender(), "a short", NOW, WEEK)
    assert isinstance(answer, Choices)
    assert len(answer.items) == 10


def test_words_that_fit_nothing_are_refused(lab: Lab) -> None:
    with pytest.raises(UnknownItem):
        item_health(lab.recommender(), "no such thing", NOW, WEEK)
