"""Every check of the bot itself, on every state the bot may be in."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from datetime import timedelta

import pytest

from checks.base import Finding, Window
from checks.catalogue import EVERY_WATCH
from checks.records import finding_from_dict, finding_to_dict
from checks.vitals import Overdue, Run, Vitals, WatchCheck
from tests.checks.fakes import START, days

NOW = START + timedelta(days=10)
HOUR = Window(NOW - timedelta(hours=1), NOW)
NEW = Vitals(HOUR)  # an installation that has not judged yet
BLIND = {code: [Run(day, "failed", "The items table is not whole.") for day in days(3)] for code in ("D01", "M06")}
ILL = Vitals(
    HOUR,
    runs=BLIND | {"I03": [Run(day, "claimed", overran=True) for day in days(2)]},
    unsent_since=NOW - timedelta(days=1),
    unsent=5,
    dropped=2,
    false_incidents={"D01": 4},
    budget=0.0,
    overdue=[Overdue(1, "rollback-model", NOW - timedelta(days=1))],
)
LEARNING = Vitals(HOUR, runs={"D01": [Run(day, "warming-up", "Learning.") for day in days(3)], "X01": []})
CODES = [check.about.code for check in EVERY_WATCH]


def said(check: WatchCheck, vitals: Vitals) -> list[dict[str, object]]:
    found: Sequence[Finding] = check.findings(vitals)
    return [finding_to_dict(one) for one in found]


@pytest.mark.parametrize("check", EVERY_WATCH, ids=CODES)
def test_it_is_quiet_on_the_first_day_and_while_checks_learn(check: WatchCheck) -> None:
    assert said(check, NEW) == said(check, LEARNING) == []


@pytest.mark.parametrize("check", EVERY_WATCH, ids=CODES)
def test_what_it_finds_is_well_formed_the_same_twice_and_nothing_is_altered(check: WatchCheck) -> None:
    before = copy.deepcopy(ILL)
    first = said(check, ILL)
    assert first
    assert first == said(check, ILL)
    assert before == ILL
    for found in map(finding_from_dict, first):
        assert found.code == check.about.code
        assert found.onset <= found.window.end == NOW
        assert found.words.endswith(".")
