"""D05 duplicates, D07 joins, D08 suspect traffic, D09 unseen ids, D11 labels that move."""

import numpy as np
import pytest

from checks.base import EVERYONE, NotApplicable, Series, Severity, Slice
from checks.data.duplicates import Duplicates
from checks.data.joins import OutcomeJoin
from checks.data.labels import MovingLabels
from checks.data.suspect import SuspectTraffic
from checks.data.unseen import Unseen
from checks.judging import Check
from tests.checks.fakes import DAY, NORTH, SOUTH, START, FakeHistory, a_judge, a_schema, daily, without, wobble

LIST, SEARCH = Slice((("source", "list"),)), Slice((("source", "search"),))


def test_d05_stays_quiet_when_as_many_rows_repeat_a_key_as_always() -> None:
    for usual, today in ((0.0, 0.0), (0.03, 0.033), (0.0, 0.004)):
        series = daily("repeated:impressions", [*wobble(usual), today], 4000)
        assert Duplicates().findings(a_schema(), FakeHistory([series]), a_judge()) == []


def test_d05_fires_when_a_batch_is_delivered_twice() -> None:
    series = daily("repeated:impressions", [*[0.0] * 29, 0.1], 4400)
    (finding,) = Duplicates().findings(a_schema(), FakeHistory([series]), a_judge())
    assert (finding.subject, finding.title) == ("table:impressions", "Impressions are there more than once")
    assert finding.words.startswith("10 % of the 4,400 rows of impressions repeat the request and item of another row")
    assert finding.severity == Severity.medium


def test_d05_fires_for_a_catalogue_with_an_item_twice() -> None:
    series = daily("repeated:items", [*[0.0] * 29, 0.05], 900)
    (finding,) = Duplicates().findings(a_schema(), FakeHistory([series]), a_judge())
    assert finding.subject == "table:items"


def _joins(joined: float, named: float = 1.0) -> list[Series]:
    found = np.array([0.0] * 30)
    return [
        daily("joins.joined", [*wobble(0.99, spread=0.002), joined], 600),
        daily("joins.claimed", [*wobble(0.9, spread=0.01), 0.9 * named], 700),
        daily("joins.claimed", [*[1.0] * 29, named], 630, LIST),
        daily("joins.claimed", found, 70, SEARCH),
    ]


def test_d07_stays_quiet_while_outcomes_find_their_lists() -> None:
    assert OutcomeJoin().findings(a_schema(), FakeHistory(_joins(0.985)), a_judge()) == []


def test_d07_stays_quiet_when_members_merely_search_more() -> None:
    series = [daily("joins.claimed", [*wobble(0.9, spread=0.01), 0.6], 700), *_joins(0.99)[2:]]
    assert OutcomeJoin().findings(a_schema(), FakeHistory(series), a_judge()) == []


def test_d07_fires_when_requests_are_not_found_and_when_they_are_not_named() -> None:
    (unjoined,) = OutcomeJoin().findings(a_schema(), FakeHistory(_joins(0.4)), a_judge())
    assert (unjoined.subject, unjoined.slice, unjoined.severity) == ("joins", EVERYONE, Severity.critical)
    assert "usually 99 %" in unjoined.words
    (unnamed,) = OutcomeJoin().findings(a_schema(), FakeHistory(_joins(0.99, named=0.3)), a_judge())
    assert unnamed.title == "Outcomes no longer say which list they came from"
    assert unnamed.slice == LIST


def _activity(busiest: float, fruitless: float) -> list[Series]:
    top = daily("activity.busiest", [*wobble(0.04, spread=0.1), busiest], 3000)
    return [top, daily("activity.fruitless", [*wobble(0.002, spread=0.3), fruitless], 3000)]


def test_d08_stays_quiet_on_a_lively_day() -> None:
    assert SuspectTraffic().findings(a_schema(), FakeHistory(_activity(0.05, 0.004)), a_judge()) == []


def test_d08_fires_once_for_crawlers_by_whichever_way_they_show() -> None:
    for busiest, fruitless, title in (
        (0.3, 0.28, "Some members ask again and again and never choose"),
        (0.3, 0.002, "A few members ask for far more than anyone usually does"),
    ):
        history = FakeHistory(_activity(busiest, fruitless))
        (finding,) = SuspectTraffic().findings(a_schema(), history, a_judge())
        assert (finding.subject, finding.title, finding.severity) == ("members", title, Severity.high)


def _unknown(north: float, south: float) -> list[Series]:
    name, usual = "items.unknown", wobble(0.001, spread=0.5)
    cases = ((EVERYONE, (north + south) / 2, 4000), (NORTH, north, 2000), (SOUTH, south, 2000))
    return [daily(name, [*usual, today], n, where) for where, today, n in cases]


def test_d09_stays_quiet_for_a_few_strangers_and_for_a_new_region() -> None:
    assert Unseen().findings(a_schema(), FakeHistory(_unknown(0.004, 0.002)), a_judge()) == []
    regions = daily("values:region", [*[5.0] * 29, 6.0], 4000)
    assert Unseen().findings(a_schema(), FakeHistory([regions]), a_judge()) == []


def test_d09_fires_where_items_are_shown_that_the_catalogue_does_not_know() -> None:
    (finding,) = Unseen().findings(a_schema(), FakeHistory(_unknown(0.2, 0.001)), a_judge())
    assert (finding.slice, finding.subject) == (NORTH, "items")


def test_d09_fires_when_a_column_has_ever_more_values() -> None:
    exploded = daily("values:region", [*[5.0] * 29, 260.0], 4000)
    (finding,) = Unseen().findings(a_schema(), FakeHistory([exploded]), a_judge())
    assert (finding.subject, finding.words) == ("label:region", "region has about 260 different values, usually 5.")


def _flips(of_all: float, of_south: float, to_north: float, usual: float = 0.0) -> list[Series]:
    before, now = (Slice((("region__before", "South"),)), Slice((("region__before", "North"),))), NORTH
    return [
        daily("flips:region", [*wobble(usual, spread=0.1), of_all], 400),
        daily("flips:region", [*wobble(usual, spread=0.1), of_south], 100, before[0]),
        daily("flips:region", [*wobble(usual, spread=0.1), 0.0], 300, before[1]),
        daily("flips:region", [*wobble(usual, spread=0.1), to_north], 310, now),
    ]


def test_d11_stays_quiet_when_one_member_moves_and_for_what_changes_with_the_visit() -> None:
    assert MovingLabels().findings(a_schema(), FakeHistory(_flips(0.0025, 0.01, 0.003)), a_judge()) == []
    assert MovingLabels().findings(a_schema(), FakeHistory(_flips(0.6, 0.6, 0.6, usual=0.4)), a_judge()) == []


def test_d11_fires_with_the_value_they_had_and_the_one_they_were_given() -> None:
    (finding,) = MovingLabels().findings(a_schema(), FakeHistory(_flips(0.03, 0.12, 0.039)), a_judge())
    assert (finding.subject, finding.slice, finding.title) == (
        "label:region",
        SOUTH,
        "Region has changed for many members",
    )
    assert finding.words.startswith("For 12 of 100 members of region South (12 %) region is another than in the 7 days")
    assert (finding.data["to"], finding.data["members"], finding.onset) == ("North", 12, START + 29 * DAY)


@pytest.mark.parametrize(
    ("check", "table", "name"),
    [
        (OutcomeJoin(), "outcomes", "request_id"),
        (SuspectTraffic(), "impressions", "member_id"),
        (MovingLabels(), "impressions", "member_id"),
    ],
)
def test_what_an_installation_lacks_is_said(check: Check, table: str, name: str) -> None:
    with pytest.raises(NotApplicable, match=f"the {table} table has no {name} column"):
        check.measures(without(a_schema(), table, name))
