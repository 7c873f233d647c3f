"""A bot that is not well, made up: what it says of itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from checks.base import Finding, Window
from checks.catalogue import EVERY_WATCH
from checks.vitals import Overdue, Run, Vitals

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = datetime(2026, 2, 6, 9, tzinfo=UTC)
BLIND = "The impressions table is not whole: its newest file cannot be read."

CAUSES = {
    "W01": "The newest file of impressions is cut off, so for two days most checks could not judge.",
    "W02": "Slack has answered nothing for two hours; three messages wait.",
    "W03": "Three incidents of the last month were called “Not an issue”; one is the budget.",
    "W04": "A hotfix ran out three hours ago, and the serving side did not let it go.",
}


def ailing() -> dict[str, Finding | None]:
    """What each check of the bot itself says of it."""
    found = {check.about.code: check.findings(_vitals()) for check in EVERY_WATCH}
    return {code: said[0] if said else None for code, said in found.items()}


def _vitals() -> Vitals:
    days = [Window(NOW - n * DAY, NOW - (n - 1) * DAY) for n in (3, 2, 1)]
    well = [Run(day, "quiet") for day in days]
    blind = [Run(days[0], "quiet"), *(Run(day, "failed", BLIND) for day in days[1:])]
    return Vitals(
        window=Window(NOW - HOUR, NOW),
        runs={"D01": blind, "D03": blind, "M06": blind, "S03": well},
        unsent_since=NOW - 2 * HOUR,
        unsent=3,
        false_incidents={"D06": 2, "M04": 1},
        overdue=[Overdue(7, "rollback model", NOW - 3 * HOUR)],
    )
