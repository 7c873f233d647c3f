"""L01: what a launch still lacks, as of its day."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from checks.base import EVERYONE, Finding, Severity, Slice
from checks.events import Launch
from checks.launches.setup import SEEN, LaunchSetUp
from checks.upcoming import LaunchRules, Need, find_gaps
from checks.warning import AHEAD
from tests.checks.fakes import DAY, START, FakeHistory, a_judge, a_schema, daily

NOW = START + 29 * DAY
WHOLE: dict[str, Any] = {"has_artwork": True, "language": "en", "genres": "Drama", "owner": "drama team"}


def launch(in_days: int, name: str = "i99", **facts: Any) -> Launch:
    return Launch(name, "The Title", NOW + in_days * DAY, WHOLE | facts)


def launched(many: int = 12, **facts: Any) -> list[Launch]:
    return [Launch(f"i{n:02d}", f"Title {n}", START + n * DAY, WHOLE | facts) for n in range(many)]


def findings(*ahead: Launch, past: list[Launch] | None = None, rules: LaunchRules | None = None) -> list[Finding]:
    regions = [daily(SEEN, [500.0] * 29, where=Slice((("region", name),))) for name in ("North", "South")]
    series = [daily(AHEAD, [1.0] * 29), daily(SEEN, [1000.0] * 29, where=EVERYONE), *regions]
    history = FakeHistory(series, launched=[*(launched() if past is None else past), *ahead])
    schema = replace(a_schema(), launches=rules or LaunchRules())
    return list(LaunchSetUp().findings(schema, history, a_judge()))


def test_l01_fires_for_a_title_without_artwork_ten_days_before_its_launch_and_says_by_when() -> None:
    [found] = findings(launch(9, has_artwork=False))
    assert found.subject == "item:i99"
    assert found.title == "The Title (i99) is not ready for its launch on 12 February"
    assert "As it is set up today: no artwork. It must be whole by 10 February." in found.words
    assert (found.data["owner"], found.data["set_up"]) == ("drama team", "no artwork")
    assert found.severity is Severity.medium


def test_l01_stays_quiet_while_titles_are_whole_or_their_launch_is_far_or_past() -> None:
    assert findings(launch(1), launch(9)) == []
    assert findings(launch(11, has_artwork=False)) == []
    assert findings(launch(-1, has_artwork=False)) == []


def test_l01_is_louder_when_the_launch_is_near() -> None:
    [found] = findings(launch(3, language=" "))
    assert found.severity is Severity.high
    assert "no language" in found.words


def test_l01_counts_the_days_as_people_do() -> None:
    assert [words for one in range(3) for words in (findings(launch(one, language=""))[0].words.split("(")[2],)] == [
        "today). As it is set up today: no language. It must be whole by 1 February.",
        "tomorrow). As it is set up today: no language. It must be whole by 2 February.",
        "in 2 days). As it is set up today: no language. It must be whole by 3 February.",
    ]


def test_l01_learns_what_titles_need_from_those_that_launched() -> None:
    assert findings(launch(5, trailer_url=None)) == []  # nobody has one
    past = launched(trailer_url="https://...")
    [found] = findings(launch(5, trailer_url=None), past=past)
    assert "no trailer" in found.words
    assert findings(launch(5, trailer_url=None), past=past[:9]) == []  # too few to know


def test_l01_asks_for_what_recsysops_toml_names_and_for_nothing_else() -> None:
    rules = LaunchRules((Need("field", "has_trailer"),), learns=False)
    assert findings(launch(5, has_artwork=False, has_trailer=True), rules=rules) == []
    [found] = findings(launch(5, has_trailer=False), rules=rules)
    assert found.data["set_up"] == "no trailer"
    assert findings(launch(5), rules=rules) == []  # the catalogue has no such column: nobody can tell


def test_l01_travels_in_time_what_is_missing_today_may_be_there_on_the_day() -> None:
    rules = LaunchRules((Need("not_before", "artwork_from"), Need("not_after", "rights_until")))
    day = NOW + 5 * DAY
    assert findings(launch(5, artwork_from=day, rights_until=day + DAY), rules=rules) == []
    assert findings(launch(5, artwork_from=None, rights_until=None), rules=rules) == []
    [late] = findings(launch(5, artwork_from=day + 2 * DAY), rules=rules)
    assert "artwork only from 10 February on" in late.words
    [over] = findings(launch(5, rights_until=(day - DAY).date()), rules=rules)
    assert "rights only until 7 February" in over.words


def test_l01_says_where_a_title_cannot_be_shown() -> None:
    rules = LaunchRules((Need("listed", "markets", slice="region"), Need("field", "has_trailer", ("surface", "hero"))))
    assert findings(launch(5, markets="north, South", has_trailer=True), rules=rules) == []
    [found] = findings(launch(5, markets="North", has_trailer=False), rules=rules)
    assert "today: markets without region South and no trailer for surface hero. It" in found.words
    [nowhere] = findings(launch(5, markets=""), rules=rules)
    assert nowhere.data["set_up"] == "no markets"


@pytest.mark.parametrize("said", ["2026-02-20", "2026-02-20T00:00:00+00:00", datetime(2026, 2, 20)])
def test_a_date_of_the_catalogue_is_read_however_it_is_written(said: object) -> None:
    one = launch(5, rights_from=said)
    [gap] = find_gaps(one, [Need("not_before", "rights_from")], {})
    assert gap.until is not None
    assert gap.until - NOW > timedelta(days=5)


def test_what_is_no_date_limits_nothing() -> None:
    for said in ("soon", 7, float("nan")):
        assert find_gaps(launch(5, rights_from=said), [Need("not_before", "rights_from")], {}) == []
