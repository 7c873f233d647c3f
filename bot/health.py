"""How the recommender and the bot itself are, in numbers: what /recsys status, App Home and the CLI all show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, or_, select

from bot.store.sessions import Store
from bot.store.tables import UNSENT, CheckRun, Heartbeat, Incident, OutboxMessage
from checks.base import Described
from checks.spending import Spending


@dataclass(frozen=True)
class CheckState:
    """What one check said last."""

    code: str
    title: str
    outcome: str  # quiet | finding | warming-up | no-data | not-applicable | failed | not run yet
    words: str
    window_end: datetime | None


@dataclass(frozen=True)
class Health:
    """The installation at a glance. Unknown is a count of its own, never green."""

    incidents: tuple[Incident, ...]
    judged_until: datetime | None
    checks: dict[str, int]  # outcome -> how many checks
    unsent: int
    oldest_unsent: datetime | None
    failed_messages: int
    false_alarms_30_days: int
    budget: float
    last_tick: datetime | None
    late: bool = False  # a whole window more should have been judged by now
    spending: Spending = field(default_factory=Spending)  # how the budget is shared, and what people have taught
    untold: int = 0  # checks that found something last of which no incident tells: nobody runs the bot, or not yet

    def to_json(self) -> dict[str, Any]:
        """For scripts; times in ISO form, incidents by number."""
        facts = {each.name: _plain(getattr(self, each.name)) for each in fields(self)}
        incidents = [incident.id for incident in self.incidents]
        return {**facts, "incidents": incidents, "spending": self.spending.to_json()}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def health_of(
    store: Store, checks: Sequence[Described], now: datetime, budget: float, window: timedelta | None = None
) -> Health:
    """Everything at a glance, read from the store alone: no table of the recommender is scanned for it.

    `window` is the length of a detection window: two of them without a look are one too many.
    """
    with store.session() as session:
        unsent = session.exec(
            select(func.count(col(OutboxMessage.id))).where(col(OutboxMessage.state).in_(UNSENT))
        ).one()
        oldest = session.exec(
            select(func.min(OutboxMessage.created_at)).where(col(OutboxMessage.state).in_(UNSENT))
        ).one()
        failed = session.exec(
            select(func.count(col(OutboxMessage.id))).where(col(OutboxMessage.state) == "failed")
        ).one()
        beats = {beat.loop: beat.at for beat in session.exec(select(Heartbeat))}
        incidents = tuple(_open_incidents(session))
        false_alarms = _false_alarms(session, now)
        states = _states(session, checks)
        untold = sum(state.outcome == "finding" and not _is_told(session, state) for state in states)
    judged = beats.get("noticed") or max((state.window_end for state in states if state.window_end), default=None)
    return Health(
        incidents=incidents,
        judged_until=judged,
        checks=dict(Counter(state.outcome for state in states)),
        unsent=unsent,
        oldest_unsent=oldest,
        failed_messages=failed,
        false_alarms_30_days=false_alarms,
        budget=budget,
        last_tick=beats.get("tick"),
        late=window is not None and judged is not None and now - judged > 2 * window,
        untold=untold,
    )


def checks_of(store: Store, checks: Sequence[Described]) -> list[CheckState]:
    """Every check with what it said last, in the order of the catalogue."""
    with store.session() as session:
        return _states(session, checks)


def _states(session: Session, checks: Sequence[Described]) -> list[CheckState]:
    """Only the newest run of each check is read: there is one a window, for ever."""
    newest = select(CheckRun.code, func.max(CheckRun.window_end).label("until")).group_by(CheckRun.code).subquery()
    same = (col(CheckRun.code) == newest.c.code) & (col(CheckRun.window_end) == newest.c.until)
    last = {run.code: run for run in session.exec(select(CheckRun).join(newest, same))}
    return [_state(check.about.code, check.about.title, last.get(check.about.code)) for check in checks]


def _open_incidents(session: Session) -> list[Incident]:
    """Those that `/recsys incidents` lists too: neither resolved nor called not an issue, the gravest first."""
    wanted = select(Incident).where(Incident.state != "resolved", col(Incident.not_an_issue).is_(False))
    return list(session.exec(wanted.order_by(col(Incident.severity).desc(), col(Incident.id))))


def _is_told(session: Session, state: CheckState) -> bool:
    """Whether an incident knows of what a check found last: an unresolved one, or one resolved since then."""
    since = or_(Incident.state != "resolved", col(Incident.resolved_at) >= state.window_end)
    return any(state.code in codes for codes in session.exec(select(Incident.codes).where(since)))


def _state(code: str, title: str, run: CheckRun | None) -> CheckState:
    if run is None:
        return CheckState(code, title, "not run yet", "", None)
    return CheckState(code, title, run.outcome, run.words, run.window_end)


def _false_alarms(session: Session, now: datetime) -> int:
    since = now - timedelta(days=30)
    statement = select(func.count(col(Incident.id))).where(
        col(Incident.not_an_issue).is_(True), col(Incident.detected_at) >= since
    )
    return session.exec(statement).one()
