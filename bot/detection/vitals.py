"""The bot's own state, read from its records for the checks that watch it."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from bot.store.tables import IN_FORCE, UNSENT, CheckRun, Hotfix, Incident, OutboxMessage
from checks.base import Window
from checks.vitals import Overdue, Run, Vitals

LATELY = 3  # windows of a check that are looked at
DAY, MONTH = timedelta(days=1), timedelta(days=30)


def read_vitals(session: Session, window: Window, lasts: timedelta, budget: float) -> Vitals:
    """Everything at the end of `window`; `lasts` is the length of the recommender's own windows."""
    now = window.end
    waiting = col(OutboxMessage.state).in_(UNSENT)
    unsent, since = session.exec(
        select(func.count(col(OutboxMessage.id)), func.min(OutboxMessage.created_at)).where(waiting)
    ).one()
    dropped = select(func.count(col(OutboxMessage.id))).where(
        OutboxMessage.state == "failed", col(OutboxMessage.created_at) >= now - DAY
    )
    return Vitals(
        window=window,
        runs=_runs(session, now, lasts),
        unsent_since=since,
        unsent=unsent,
        dropped=session.exec(dropped).one(),
        false_incidents=_false_incidents(session, now),
        budget=budget,
        overdue=_overdue(session, now),
    )


def _runs(session: Session, now: datetime, lasts: timedelta) -> dict[str, list[Run]]:
    """The last few runs of each check of the recommender, those that are still in hand left out."""
    wanted = select(CheckRun).where(col(CheckRun.window_end) > now - (LATELY + 2) * lasts)
    found: dict[str, list[Run]] = defaultdict(list)
    for run in session.exec(wanted.order_by(col(CheckRun.window_start))):
        overran = run.outcome == "claimed" and (run.lease_until is None or run.lease_until <= now)
        if not run.code.startswith("W") and (run.outcome != "claimed" or overran):
            found[run.code].append(Run(Window(run.window_start, run.window_end), run.outcome, run.words, overran))
    return {code: runs[-LATELY:] for code, runs in found.items()}


def _false_incidents(session: Session, now: datetime) -> dict[str, int]:
    wanted = select(Incident).where(col(Incident.not_an_issue).is_(True), Incident.detected_at >= now - MONTH)
    return dict(Counter(incident.codes[0] for incident in session.exec(wanted)))


def _overdue(session: Session, now: datetime) -> list[Overdue]:
    wanted = select(Hotfix).where(
        col(Hotfix.state).in_(IN_FORCE), col(Hotfix.ended_at).is_(None), col(Hotfix.expires_at) < now
    )
    return [Overdue(fix.id or 0, fix.kind, fix.expires_at) for fix in session.exec(wanted) if fix.expires_at]
