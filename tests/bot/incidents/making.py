"""Findings, windows and check runs for stories about incidents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from bot.incidents.causes import one_cause_or_many
from bot.incidents.keeping import Touched, settle, take_in
from bot.slack.messages import Person
from bot.store.tables import CheckRun, Incident
from checks.base import Finding, Impact, Severity, Slice, Window

FIRST = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)
ON_CALL = Person("T1", "UONCALL")
LEAD = Person("T1", "ULEAD")
OUTSIDER = Person("T1", "UOUTSIDER")
# Every check's code, with the subject that its findings have and what they say of it.
SIGHTS = {
    "D01": ("table:impressions", "{} has lost rows"),
    "D02": ("table:impressions", "{} is late"),
    "D03": ("feature:similarity", "{} is missing"),
    "D04": ("table:impressions", "the columns of {} have changed"),
    "D05": ("table:impressions", "rows of {} came twice"),
    "D06": ("feature:similarity", "{} has other values than before"),
    "D07": ("joins", "outcomes cannot be joined"),
    "D08": ("members", "a few members ask for far too much"),
    "D09": ("items", "items are shown that nobody knows"),
    "D10": ("table:impressions", "the past of {} has changed"),
    "D11": ("label:age_group", "the {} of members moves"),
    "M01": ("features", "{} is stale"),
    "M02": ("model:ranker", "the scores of {} have shifted"),
    "M03": ("model:ranker", "scores of {} are no numbers"),
    "M04": ("model:ranker", "{} promises too much"),
    "M05": ("model:ranker", "{} tells little"),
    "M06": ("model:ranker", "the ranking quality of {} has fallen"),
    "M07": ("feature:similarity", "{} is served otherwise than computed"),
    "M08": ("model:ranker", "a version of {} serves that was not let through"),
    "M09": ("model:ranker", "popularity does better than {}"),
    "M10": ("model:ranker", "the canary of {} differs"),
    "S01": ("calls", "fallback lists are served"),
    "S02": ("lists", "lists are short"),
    "S03": ("calls", "calls take longer"),
    "S04": ("lists", "lists change from day to day"),
    "S05": ("model:ranker", "what {} emits is not what is served"),
    "S06": ("filter:rights", "{} excludes more"),
    "S07": ("positions", "clicks by position have changed"),
    "P01": ("choices", "members choose what is ranked low"),
    "P02": ("choices", "members choose what was not retrieved"),
    "P03": ("members", "members engage less"),
    "P04": ("members", "lists are narrower than tastes"),
    "P05": ("members", "new members are served worse"),
    "I01": ("item:7", "item {} is hardly shown"),
    "I02": ("items", "items are under-served"),
    "I03": ("items", "the catalogue is hardly covered"),
    "I04": ("items", "exposure is concentrated"),
    "I05": ("item:7", "the exposure of item {} has collapsed"),
    "I06": ("items", "an audience is not reached"),
    "W01": ("bot", "a check did not run"),
    "W02": ("bot", "messages wait to be sent"),
    "W03": ("bot", "there are too many false alarms"),
    "W04": ("bot", "a hotfix has outlived its end"),
}
TITLES = {code: title for code, (_, title) in SIGHTS.items()}


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


def sight(code: str, where: str = "", subject: str = "", *, fallen: bool = False, **more: Any) -> Finding:
    """A finding of any check about what it is usually about; `fallen` when there is less of something."""
    value, expected = (0.2, 0.4) if fallen else (0.1, 0.01)
    return finding(
        code, subject or SIGHTS.get(code, ("revenue", ""))[0], where, **({"value": value, "expected": expected} | more)
    )


def see(session: Session, day: int, *findings: Finding) -> list[Touched]:
    """One detection window as the flow lives it: every check judged, causes taken in, the others settled."""
    when = window(day)
    led = [incident.codes[0] for incident in session.exec(select(Incident).where(Incident.state != "resolved"))]
    for code in {*led, *(found.code for found in findings)}:  # of the other checks' runs nobody asks
        judged(session, code, day, "finding" if any(found.code == code for found in findings) else "quiet")
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
