"""What a launch manager is told about a title."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pandas as pd
import pytest

from bot.cards.item import item_said
from bot.diagnosis.item_health import Choices, ItemHealth, item_health
from bot.recommender.contract import Recommender, UnknownItem
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


def without(lab: Lab, *kept: int, item: str = "", after: datetime | None = None) -> Recommender:
    """The lab with fewer impressions: one in `kept`, none of an item, none after a moment."""
    recommender = lab.recommender()
    tables = recommender.warehouse.tables  # type: ignore[attr-defined]
    shown = tables["impressions"]
    shown = shown[(shown["item_id"] != item) & (shown["ts"] < (after or NOW))]
    tables["impressions"] = shown.iloc[:: kept[0]] if kept else shown
    return recommender


def test_a_title_nobody_sees_is_never_fine_however_little_is_usual(lab: Lab) -> None:
    answer = item_health(without(lab, 400, item="i33"), "i33", NOW, DAY)
    assert isinstance(answer, ItemHealth)
    assert answer.exposure == 0
    assert answer.healthy is False
    assert "is not shown at all" in answer.headline
    assert "It was shown to nobody in the last days." in answer.reasons


@pytest.mark.parametrize(
    ("after", "says"),
    [
        (NOW - 3 * DAY, "nothing has been logged as shown since 2026-03-10"),
        (NOW - 90 * DAY, "nothing has ever been logged as shown"),
    ],
)
def test_an_old_log_tells_neither_good_nor_bad(lab: Lab, after: datetime, says: str) -> None:
    answer = item_health(without(lab, after=after), "i35", NOW, DAY)
    assert isinstance(answer, ItemHealth)
    assert answer.healthy is None
    assert answer.headline.startswith("I cannot tell whether people see The Long Story 35: ")
    assert says in answer.headline
    assert (answer.reasons, answer.comparables, answer.picture) == ((), (), None)
    shown = json.dumps(item_said(answer).blocks)
    assert "red_circle" not in shown
    assert "green_circle" not in shown


def test_a_title_that_launched_this_morning_is_not_yet_judged(lab: Lab) -> None:
    recommender = lab.recommender()
    items = recommender.warehouse.tables["items"]  # type: ignore[attr-defined]
    items.loc[items["item_id"] == "i38", "launch_date"] = pd.Timestamp(NOW)
    answer = item_health(recommender, "i38", NOW + timedelta(hours=9), DAY)
    assert isinstance(answer, ItemHealth)
    assert answer.healthy is None
    assert "it launched today" in answer.headline
