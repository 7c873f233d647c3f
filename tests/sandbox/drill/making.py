"""Incidents and trials made by hand, to score."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.drill.records import NOTHING, Card, Sign, Trial, Truth, Watched

DAY = timedelta(days=1)
START = datetime(2026, 2, 10, tzinfo=UTC)  # the first day with damage
LOST = Truth("partition-lost", "fault", "table:impressions", "", "systems", ("D01",))
LOCAL = Truth("feature-missing", "fault", "feature:age", "region=West", "inputs", ("D03", "D06"))
CAMPAIGN = Truth("marketing-push", "benign", "traffic")


def sign(code: str, subject: str = "table:impressions", where: str = "", day: int = 0, **given: Any) -> Sign:
    """A finding of the day-th day of damage, which began that day."""
    at = START + day * DAY
    return replace(Sign(code, subject, where, at, at, words=f"{code} says so"), **given)


def card(number: int, *signs: Sign, cause_class: str = "systems", **given: Any) -> Card:
    """An incident named by its first finding."""
    lead = signs[0]
    made = Card(number, f"{lead.subject} is in trouble", lead.subject, lead.slice, cause_class, "Suspect it.", signs)
    return replace(made, **given)


def trial(truth: Truth = LOST, *days: tuple[Card, ...], before: tuple[Card, ...] = (), seed: int = 1) -> Trial:
    """A trial of one window a day, with the incidents there were after each; what checks found is what they hold."""
    windows = []
    for number, cards in enumerate(days):
        at = START + number * DAY
        found = tuple(one for each in cards for one in each.signs if one.start == at)
        windows.append(Watched(at, found, cards))
    return Trial(truth, "lab", seed, 1.0, START, DAY, before, tuple(windows))


def quiet(*days: tuple[Card, ...]) -> Trial:
    """Days in which nothing was done."""
    return trial(NOTHING, *days)
