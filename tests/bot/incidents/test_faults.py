"""Every known way of going wrong is one incident; two at once are two, each with its own symptoms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import pytest

from bot.incidents.causes import Cause, one_cause_or_many
from bot.recommender.contract import Change
from checks.base import Finding, Impact

from .faults import BAD_MODEL, BEFORE, CHILD, FAULTS, NORTH, RELEASE, WEST, fewer, now
from .making import DAY as DAY_LONG

# One of these leads to the other, or both do the same to the same thing: nobody could tell them apart on one day.
ALIKE = {
    ("fallback-storm", "crawler-burst"),
    ("fallback-storm", "filter-too-wide"),
    ("fallback-storm", "index-truncated"),
    ("fallback-storm", "partition-lost"),
    ("filter-too-wide", "index-truncated"),
    ("index-truncated", "partition-lost"),
    ("outcome-join-broken", "partition-lost"),
    ("outcome-join-broken", "timezone-slip"),
    ("position-off-by-one", "timezone-slip"),
    ("partition-lost", "duplicate-delivery"),
    ("partition-lost", "timezone-slip"),
    ("timezone-slip", "duplicate-delivery"),
    ("serving-only-missing", "ungated-model"),
    ("unit-change", "ungated-model"),
}
ALIKE |= {(second, first) for first, second in ALIKE}
# What shows in outcomes, scores or items alone is taken for a symptom of whatever else broke that day.
ONLY_SYMPTOMS = {
    "missing-value-bug", "faulty-training-segment", "popularity-collapse", "cold-start-failure", "item-language",
    "upstream-retrained", "index-mismatch", "constant-feature",
}  # fmt: skip
CLEAR = [name for name in FAULTS if name not in ONLY_SYMPTOMS]
PAIRS = [pair for pair in combinations(CLEAR, 2) if pair not in ALIKE]


def together(*groups: Sequence[Finding]) -> list[Finding]:
    """What checks find when several things are wrong: each thing seen once."""
    return list({(f.code, f.subject, f.slice, f.direction): f for group in groups for f in group}.values())


def led_by(causes: Sequence[Cause]) -> dict[tuple[str, str], list[str]]:
    """Each cause's codes, by the code and the place of the finding that leads it."""
    return {(cause.codes[0], cause.findings[0].slice.key): list(cause.codes[1:]) for cause in causes}


@pytest.mark.parametrize("name", FAULTS)
def test_one_fault_with_all_its_symptoms_is_one_incident_named_by_its_cause(name: str) -> None:
    [cause] = one_cause_or_many(FAULTS[name], BEFORE)
    assert len(cause.findings) == len(FAULTS[name])
    assert cause.codes[0] in (FAULTS[name][0].code, "P04")


@pytest.mark.parametrize("pair", PAIRS, ids=" and ".join)
def test_two_faults_on_one_day_are_two_incidents_and_every_symptom_is_in_one_of_them(pair: tuple[str, str]) -> None:
    found = together(*(FAULTS[name] for name in pair))
    causes = one_cause_or_many(found, BEFORE)
    leads = {(FAULTS[name][0].code, FAULTS[name][0].subject) for name in pair}
    assert {(cause.findings[0].code, cause.findings[0].subject) for cause in causes} == leads
    assert sorted(map(id, found)) == sorted(id(each) for cause in causes for each in cause.findings)


def test_two_features_missing_in_two_regions_each_keep_their_own_symptoms() -> None:
    both = together(FAULTS["feature-missing-in-region"], FAULTS["feature-missing-in-another"])
    assert led_by(one_cause_or_many(both)) == {("D03", WEST): ["M02", "M06"], ("D03", NORTH): ["M02", "P01"]}


def test_a_feature_missing_in_one_region_and_a_truncated_index_share_no_symptom() -> None:
    both = together(FAULTS["feature-missing-in-region"], FAULTS["index-truncated"])
    assert led_by(one_cause_or_many(both)) == {("D03", WEST): ["M02", "M06"], ("S02", ""): ["I03", "D01", "P02", "P01"]}


def test_a_latency_storm_takes_the_shortest_lists_but_not_the_title_without_artwork() -> None:
    both = together(FAULTS["fallback-storm"], FAULTS["artwork-missing"])
    storm, artwork = one_cause_or_many(both)
    assert storm.codes == ("S03", "S01", "S02", "M02", "I04")
    assert (artwork.cause_class, artwork.subject) == ("set-up", "item:7")


def test_a_crawler_is_not_blamed_for_the_scores_of_a_version_that_was_released_that_day() -> None:
    both = together(FAULTS["crawler-burst"], BAD_MODEL)
    assert led_by(one_cause_or_many(both, [RELEASE])) == {
        ("D08", ""): ["D01", "P03", "I04"],
        ("M02", ""): ["M04", "M06"],
    }
    few = [now("D08", value=0.05), *BAD_MODEL]  # so few requests cannot move a third of all scores
    assert [cause.codes[0] for cause in one_cause_or_many(few)] == ["D08", "M02"]


def test_a_crawler_that_lies_in_one_place_explains_what_only_much_of_that_places_traffic_can_do() -> None:
    share = Impact(40, 800, 0.45)
    gone = replace(now("D03", CHILD, value=0.6), impact=share)
    few = replace(now("D03", CHILD, value=0.1), impact=share)
    assert len(one_cause_or_many([*FAULTS["crawler-burst"], gone])) == 1
    assert len(one_cause_or_many([*FAULTS["crawler-burst"], few])) == 2


def test_a_feature_missing_in_one_region_is_not_blamed_for_everyones_scores_when_a_version_was_released() -> None:
    both = together(FAULTS["feature-missing-in-region"], BAD_MODEL)
    assert led_by(one_cause_or_many(both, [RELEASE])) == {
        ("D03", WEST): ["M02", "M06"],
        ("M02", ""): ["M04", "M06", "P03"],
    }


def test_a_weekly_release_is_no_rival_of_what_else_is_wrong() -> None:
    weekly = [Change(RELEASE.at - weeks * 7 * DAY_LONG, "deploy", "model:ranker", "weekly") for weeks in range(3)]
    crawler = [*FAULTS["crawler-burst"], now("M02")]
    assert len(one_cause_or_many(crawler, weekly)) == 1


def test_a_broken_join_spoils_what_is_measured_and_starves_no_title() -> None:
    causes = one_cause_or_many(together(FAULTS["outcome-join-broken"], FAULTS["cold-start-failure"]))
    assert [cause.codes for cause in causes] == [("D07", "M04", "M05", "M06", "P03"), ("I01",)]


def test_more_traffic_explains_more_rows_and_never_fewer() -> None:
    assert len(one_cause_or_many([now("D08"), now("D01")])) == 1
    assert len(one_cause_or_many([now("D08"), fewer("D01")])) == 2
    assert len(one_cause_or_many([now("S03"), fewer("D01")])) == 1


def test_the_bots_own_troubles_join_no_incident_of_the_recommender_nor_one_another() -> None:
    watch = [now(code) for code in ("W01", "W02", "W03", "W04")]
    causes = one_cause_or_many([*watch, *FAULTS["crawler-burst"], now("I01"), now("X9", "", "whatever:x")])
    assert [cause.codes for cause in causes if cause.subject == "bot"] == [("W01",), ("W02",), ("W03",), ("W04",)]
    assert len({cause.fingerprint for cause in causes}) == len(causes) == 5
