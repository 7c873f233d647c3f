"""Who runs a check on a window, and what came of it: one row each, claimed before the work, finished after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast

from sqlalchemy import update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.detection.measurements import insert_new
from bot.store.tables import CheckRun
from checks.base import Finding, Window
from checks.records import finding_from_dict, finding_to_dict

State = Literal["quiet", "finding", "warming-up", "no-data", "not-applicable", "failed"]
LEASE = timedelta(minutes=10)
JUDGED = ("quiet", "finding")
SETTLED = ("quiet", "finding", "warming-up")  # the others may be tried again: what is unknown may become known


@dataclass(frozen=True)
class Outcome:
    """What one check says of one window."""

    code: str
    title: str
    state: State
    words: str  # why, for the states that need a reason
    findings: tuple[Finding, ...] = ()


def claim(session: Session, code: str, window: Window, now: datetime) -> bool:
    """Whether this caller is the one to run the check on this window: by one insert, or one conditional update."""
    if _begin(session, code, window, now):
        return True
    run = session.exec(_select(window).where(CheckRun.code == code)).one()
    expired = run.outcome == "claimed" and (run.lease_until is None or run.lease_until <= now)
    if run.outcome in SETTLED or (run.outcome == "claimed" and not expired):
        return False
    lease = col(CheckRun.lease_until)
    same_lease = lease.is_(None) if run.lease_until is None else lease == run.lease_until
    mine = (
        update(CheckRun)
        .where(col(CheckRun.id) == run.id, col(CheckRun.outcome) == run.outcome, same_lease)
        .values(outcome="claimed", lease_until=now + LEASE, at=now)
    )
    return session.connection().execute(mine).rowcount == 1


def _begin(session: Session, code: str, window: Window, now: datetime) -> bool:
    row = {
        "code": code,
        "window_start": window.start,
        "window_end": window.end,
        "outcome": "claimed",
        "words": "",
        "findings": [],
        "at": now,
        "lease_until": now + LEASE,
    }
    return session.connection().execute(insert_new(session, CheckRun).values(row)).rowcount == 1


def finish(session: Session, outcome: Outcome, window: Window, now: datetime) -> None:
    """Write down what came of a claimed run."""
    run = session.exec(_select(window).where(CheckRun.code == outcome.code)).one()
    run.outcome, run.words, run.at, run.lease_until = outcome.state, outcome.words, now, None
    run.findings = [finding_to_dict(finding) for finding in outcome.findings]
    session.add(run)


def read_outcomes(session: Session, window: Window, titles: Mapping[str, str]) -> dict[str, Outcome]:
    """What the finished runs of this window said, by code."""
    runs = session.exec(_select(window)).all()
    return {
        run.code: Outcome(
            run.code,
            titles[run.code],
            cast(State, run.outcome),
            run.words,
            tuple(finding_from_dict(finding) for finding in run.findings),
        )
        for run in runs
        if run.code in titles and run.outcome != "claimed"
    }


def read_findings_since(session: Session, since: datetime, code: str) -> list[tuple[Window, tuple[Finding, ...]]]:
    """Each window that starts at or after `since` and that this check could judge, oldest first, with what it found.

    A window in which it failed, had no data or was still learning is not among them: nothing seen is not nothing wrong.
    """
    runs = select(CheckRun).where(
        CheckRun.window_start >= since, CheckRun.code == code, col(CheckRun.outcome).in_(JUDGED)
    )
    return [
        (Window(run.window_start, run.window_end), tuple(finding_from_dict(finding) for finding in run.findings))
        for run in session.exec(runs.order_by(col(CheckRun.window_start)))
    ]


def read_known_bad(session: Session, windows: Sequence[Window]) -> dict[tuple[str, str], frozenset[datetime]]:
    """The windows already found abnormal, from their onset on, by (measure, slice key).

    What came slowly is known to be bad only from when it was found: its beginning is no level that has lasted.
    """
    earlier = select(CheckRun.findings).where(
        CheckRun.window_start >= windows[0].start,
        CheckRun.window_start < windows[-1].start,
        CheckRun.outcome == "finding",
    )
    bad: dict[tuple[str, str], set[datetime]] = defaultdict(set)
    for findings in session.exec(earlier):
        for stored in findings:  # read as it is stored: there may be thousands, each with a chart's points
            last = datetime.fromisoformat(stored["window"][0])
            first = last if stored["data"].get("way") == "drifting" else datetime.fromisoformat(stored["onset"])
            bad[(stored["measure"], stored["slice"])].update(w.start for w in windows if first <= w.start <= last)
    return {key: frozenset(starts) for key, starts in bad.items()}


def _select(window: Window) -> SelectOfScalar[CheckRun]:
    return select(CheckRun).where(CheckRun.window_start == window.start, CheckRun.window_end == window.end)
