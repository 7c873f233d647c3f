"""L02 and L03: what is foretold of launches becomes a warning, or does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from checks.base import Severity
from checks.events import Foretold, Launch
from checks.judging import Check
from checks.launches.prospects import LaunchProspects
from checks.launches.values import LaunchValues
from checks.upcoming import LaunchRules
from checks.warning import AHEAD
from tests.checks.fakes import DAY, START, FakeHistory, a_judge, a_schema, daily

NOW = START + 29 * DAY


def foretold(in_days: int = 9, **told: Any) -> Foretold:
    title = Launch("i99", "The Title", NOW + in_days * DAY, {"owner": "drama team"})
    return replace(Foretold(title, NOW, "7", 20, 0.13, 0.08, 0.21, 0.13, 24), **told)


def found(check: Check, *told: Foretold) -> list[Any]:
    history = FakeHistory([daily(AHEAD, [1.0] * 29)], expected=told)
    return list(check.findings(a_schema(), history, a_judge()))


def test_l02_fires_for_a_launch_that_will_get_a_quarter_of_what_is_usual_and_says_why() -> None:
    [one] = found(LaunchProspects(), foretold(value=0.03, low=0.01, high=0.06, kept_out={"other language": 0.7}))
    assert one.subject == "item:i99"
    assert "(in 9 days)" in one.words
    assert "among the first 20 of 3.0% of requests" in one.words
    assert "(between 1.0% and 6.0%); launches before it were in 13.0%." in one.words
    assert "Why: the filter “other language” keeps it out of 70% of requests." in one.words
    assert one.data["set_up"] == "the filter “other language” will keep it out"
    assert (one.severity, one.data["owner"]) == (Severity.medium, "drama team")
    assert one.data["ready_by"] == NOW + 7 * DAY


def test_by_when_it_must_be_mended_is_what_recsysops_toml_says() -> None:
    schema = replace(a_schema(), launches=LaunchRules(ready=4 * DAY))
    told = foretold(value=0.03, low=0.01, high=0.06, missing=("similarity",))
    history = FakeHistory([daily(AHEAD, [1.0] * 29)], expected=[told])
    for check in (LaunchProspects(), LaunchValues()):
        [one] = check.findings(schema, history, a_judge())
        assert one.data["ready_by"] == NOW + 5 * DAY


def test_l02_stays_quiet_for_what_is_usual_and_for_what_may_well_become_usual() -> None:
    assert found(LaunchProspects(), foretold()) == []
    assert found(LaunchProspects(), foretold(value=0.05, low=0.01, high=0.15)) == []
    assert found(LaunchProspects(), foretold(value=0.08, low=0.05, high=0.1)) == []


def test_l02_is_louder_when_the_launch_is_near() -> None:
    [one] = found(LaunchProspects(), foretold(2, value=0.03, low=0.01, high=0.06))
    assert one.severity is Severity.high


def test_l03_fires_for_a_launch_that_will_have_no_value_of_a_feature() -> None:
    [one] = found(LaunchValues(), foretold(missing=("similarity", "release_year")))
    assert one.title == "The Title (i99) will launch without similarity and release_year"
    assert one.data["features"] == ["similarity", "release_year"]


def test_l03_stays_quiet_while_all_values_will_be_there_or_the_launch_is_far() -> None:
    assert found(LaunchValues(), foretold()) == []
    assert found(LaunchValues(), foretold(20, missing=("similarity",))) == []
