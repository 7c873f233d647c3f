"""Findings, windows and check runs for stories about incidents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.incidents.causes import one_cause_or_many
from bot.incidents.keeping import Touched, settle, take_in
from bot.slack.messages import Person
from bot.store.tables import CheckRun
from checks.base import Finding, Impact, Severity, Slice, Window

FIRST = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)
ON_CALL = Person("T1", "UONCALL")
LEAD = Person("T1", "ULEAD")
OUTSIDER = Person("T1", "UOUTSIDER")
TITLES = {
    "D01": "{} has lost rows",
    "D02": "{} is late",
    "D03": "{} is missing",
    "D06": "{} has other values than before",
    "M01": "{} is stale",
    "M02": "the scores of {} have shifted",
    "M06": "the ranking quality of {} has fallen",
    "P01": "members choose what {} ranks low",
    "S02": "lists are short",
    "I01": "item {} is hardly shown",
    "I03": "the catalogue is hardly covered",
}


def window(day: int) -> Window:
    """The day-th window, counted from 0."""
    return Window(FIRST + day * DAY, FIRST + (day + 1) * DAY)


def finding(
    code: str,
    subject: str = "model:ranker",
    where: str = "",
    *,
    day: int = 0,
    since: int | None = None,
    value: float = 0.1,
    expected: float = 0.01,
    severity: Severity = Severity.medium,
    data: Mapping[str, Any] | None = None,
) -> Finding:
    """A finding of the day-th window, abnormal since day `since`."""
    name = subject.partition(":")[2]
    title = TITLES.get(code, "{} is odd").format(name)
    return Finding(
        code=code,
        title=title,
        words=f"{title}: {value:g} where {expected:g} is usual.",
        subject=subject,
        measure=f"measure.{code}:{name}",
        slice=Slice.parse(where),
        window=window(day),
        onset=window(day if since is None else since).start,
        value=value,
        expected=expected,
        low=0.0,
        high=2 * expected,
        direction="up" if value > expected else "down",
        n=1000,
        surprise=6.0,
        severity=severity,
        impact=Impact(80, 400, 0.1),
        data=data or {},
    )


def see(session: Session, day: int, *findings: Finding) -> list[Touched]:
    """One detection window as the flow lives it: every check judged, causes taken in, the others settled."""
    when = window(day)
    for code in TITLES:
        outcome = "finding" if any(found.code == code for found in findings) else "quiet"
        judged(session, code, day, outcome)
    causes = one_cause_or_many(findings)
    touched = take_in(session, causes, when, when.end, "C1")
    return touched + settle(session, causes, when, when.end)


def judged(session: Session, code: str, day: int, outcome: str) -> None:
    """Write down what came of a check."""
    when = window(day)
    session.add(CheckRun(code=code, window_start=when.start, window_end=when.end, outcome=outcome, at=when.end))
    session.flush()


def news_of(touched: Sequence[Touched]) -> list[str]:
    """Only what is news."""
    return [one.news for one in touched if one.news != "seen"]
