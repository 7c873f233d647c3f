"""What people changed: what is routine, what a release can have done, and whom the first guess then blames."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.incidents.causes import one_cause_or_many
from bot.incidents.changes import could_do, release_of, telling
from bot.recommender.contract import Change

from .faults import BEFORE, DAY, FAULTS, RELEASE, WEST, fewer, now
from .making import window

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)


def every(gap: timedelta, times: int) -> list[Change]:
    return [Change(RELEASE.at - each * gap, "deploy", "model:ranker", "retrained") for each in range(times)]


def test_what_comes_each_week_or_each_night_is_a_routine_and_what_comes_between_is_not() -> None:
    assert RELEASE not in telling([*every(WEEK, 3), *every(timedelta(days=1), 4)])
    assert every(WEEK, 3)[0] not in telling(every(WEEK, 3))
    assert telling([RELEASE, *BEFORE])[0] is RELEASE
    assert telling([Change(RELEASE.at, "launch", "item:7")]) == []


def test_a_constant_feature_that_came_with_a_release_is_the_releases() -> None:
    [cause] = one_cause_or_many(FAULTS["constant-feature"], [RELEASE, *BEFORE])
    assert (cause.cause_class, cause.subject, cause.slice.key) == ("model", "model:ranker", "")
    assert cause.cause.startswith("Suspect the release that it came with, and how that version computes the feature")
    assert "version 9 became champion (new feature code)" in cause.cause
    assert cause.fingerprint == one_cause_or_many(FAULTS["constant-feature"])[0].fingerprint


def test_without_a_release_or_with_one_of_another_day_it_is_the_inputs() -> None:
    for changes in ([], BEFORE, [Change(RELEASE.at - 30 * HOUR, "deploy", "model:ranker")], every(WEEK, 3)):
        [cause] = one_cause_or_many(FAULTS["constant-feature"], changes)
        assert (cause.cause_class, cause.subject) == ("inputs", "feature:similarity")


def test_what_is_missing_in_one_region_is_not_the_releases_and_it_is_not_mentioned() -> None:
    [cause] = one_cause_or_many(FAULTS["feature-missing-in-region"], [RELEASE])
    assert (cause.cause_class, cause.subject) == ("inputs", "feature:item_rate")
    assert "Changed" not in cause.cause


def test_fewer_titles_shown_since_a_release_are_the_models_matter() -> None:
    found = [fewer("I03"), now("M02"), fewer("M06")]
    assert one_cause_or_many(found)[0].cause_class == "systems"
    [cause] = one_cause_or_many(found, [RELEASE])
    assert (cause.cause_class, cause.subject) == ("model", "model:ranker")


@pytest.mark.parametrize(("hours", "began"), [(-30, False), (-11, True), (0, True), (11, True), (30, False)])
def test_a_release_late_in_the_window_before_or_early_in_its_own_began_with_a_finding(hours: int, began: bool) -> None:
    change = Change(window(DAY).start + hours * HOUR, "deploy", "model:ranker")
    assert (release_of(now("D03"), [change]) is change) is began


def test_a_change_can_only_have_done_what_it_is_about() -> None:
    anything, item = Change(RELEASE.at, "config", "feature pipeline"), Change(RELEASE.at, "config", "item:7")
    feature = Change(RELEASE.at, "config", "feature:similarity")
    assert could_do(anything, now("S06"))
    assert not could_do(anything, now("D08")), "no deploy brings a crawler"
    assert not could_do(anything, now("W01"))
    assert could_do(item, now("I01"))
    assert not could_do(item, now("S02"))
    assert could_do(feature, now("D06"))
    rule = Change(RELEASE.at, "config", "filter:rights")
    assert could_do(rule, now("S06"))
    assert could_do(rule, now("I03"))
    assert not could_do(rule, now("D07"))
    assert not could_do(RELEASE, now("D01"))
    assert not could_do(RELEASE, now("D03", WEST))


def test_one_deploy_ties_two_features_together_that_would_be_two_faults() -> None:
    found = [now("D03", "", "feature:x"), now("D06", "", "feature:y")]
    assert len(one_cause_or_many(found)) == 2
    assert len(one_cause_or_many(found, [Change(RELEASE.at, "deploy", "feature pipeline")])) == 1
    assert len(one_cause_or_many(found, [Change(RELEASE.at, "config", "item:7")])) == 2
