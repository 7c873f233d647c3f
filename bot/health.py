"""How the recommender and the bot itself are, in numbers: what /recsys status, App Home and the CLI all show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from bot.store.sessions import Store
from bot.store.tables import CheckRun, Heartbeat, Incident, OutboxMessage
from checks.base import Check

UNSENT = ("waiting", "sending")


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

    def to_json(self) -> dict[str, Any]:
        """For scripts; times in ISO form, incidents by number."""
        facts = {each.name: _plain(getattr(self, each.name)) for each in fields(self)}
        return {**facts, "incidents": [incident.id for incident in self.incidents]}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def health_of(
    store: Store, checks: Sequence[Check], now: datetime, budget: float, window: timedelta | None = None
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
        incidents = tuple(session.exec(select(Incident).where(col(Incident.open_key).is_not(None))))
        false_alarms = _false_alarms(session, now)
    return Health(
        incidents=incidents,
        judged_until=beats.get("noticed"),
        checks=dict(Counter(state.outcome for state in checks_of(store, checks))),
        unsent=unsent,
        oldest_unsent=oldest,
        failed_messages=failed,
        false_alarms_30_days=false_alarms,
        budget=budget,
        last_tick=beats.get("tick"),
        late=window is not None and "noticed" in beats and now - beats["noticed"] > 2 * window,
    )


def checks_of(store: Store, checks: Sequence[Check]) -> list[CheckState]:
    """Every check with what it said last, in the order of the catalogue."""
    with store.session() as session:
        last = {run.code: run for run in session.exec(select(CheckRun).order_by(col(CheckRun.window_end)))}
    return [_state(check.about.code, check.about.title, last.get(check.about.code)) for check in checks]


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
