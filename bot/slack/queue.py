"""Which waiting message goes next: people's answers first, threads in order, edits after what they edit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from bot.store.tables import OutboxMessage

WINDOW = 1000  # rows looked at together; more can only mean a long outage, and then they wait anyway
IN_ORDER = ("post", "picture")


@dataclass(frozen=True)
class Pending:
    """An unsent message, without its body."""

    id: int
    key: str
    kind: str
    channel: str
    thread_key: str | None
    thread_ts: str | None
    target_key: str | None
    state: str
    attempts: int
    not_before: datetime
    lease_until: datetime | None

    @property
    def thread(self) -> str | None:
        """The thread whose order it must keep, if any."""
        if self.kind not in IN_ORDER:
            return None
        return self.thread_key or (f"{self.channel}:{self.thread_ts}" if self.thread_ts else None)

    @property
    def lane(self) -> str:
        """What it shares a speed limit with: posts their channel, everything else its method."""
        return f"channel:{self.channel}" if self.kind in IN_ORDER else self.kind

    def is_free(self, now: datetime) -> bool:
        """Due, and in nobody's hands: a lease that ran out was left behind by a crash."""
        if self.state == "sending":
            return self.lease_until is None or self.lease_until < now
        return self.not_before <= now


def load_pending(session: Session) -> list[Pending]:
    """Unsent messages, answers to people first, then the oldest."""
    row = OutboxMessage
    columns = (row.id, row.key, row.kind, row.channel, row.thread_key, row.thread_ts, row.target_key)
    rest = (row.state, row.attempts, row.not_before, row.lease_until)
    statement = (
        select(*columns, *rest)  # type: ignore[call-overload]
        .where(col(row.state).in_(("waiting", "sending")))
        .order_by(col(row.priority), col(row.id))
        .limit(WINDOW)
    )
    return [Pending(*values) for values in session.execute(statement)]


def choose(pending: Iterable[Pending], now: datetime, may_go: Callable[[str], bool]) -> Pending | None:
    """The first message that may go now, or None. `may_go` says whether a lane's speed limit allows one more."""
    rows = list(pending)
    unsent = {row.key for row in rows}
    busy = {row.target_key for row in rows if row.target_key and row.state == "sending" and not row.is_free(now)}
    taken: set[str] = set()  # threads in which an earlier message still waits
    for row in rows:
        held = row.thread in taken or row.thread_key in unsent or row.target_key in unsent or row.target_key in busy
        if not held and row.is_free(now) and may_go(row.lane):
            return row
        if row.thread:
            taken.add(row.thread)
    return None
