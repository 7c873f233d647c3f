"""Taking a message out of the outbox and putting it back: compare-and-set, with a lease that outlives a crash."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, update
from sqlmodel import Session, col

from bot.clock import Clock
from bot.slack.queue import Pending, choose, load_pending
from bot.slack.rows import count_changed
from bot.store.sessions import Store
from bot.store.tables import OutboxMessage

LEASE = timedelta(seconds=12)  # longer than the two calls made between two renewals; a crash is mended after it


class Overtaken(Exception):
    """The lease ran out and another sender has taken the message over: leave it alone."""


@dataclass
class Claimed:
    """A message that is this sender's alone until the lease ends. `unsure`: an earlier try may have got through."""

    row: OutboxMessage
    unsure: bool

    @property
    def id(self) -> int:
        """The row's id."""
        assert self.row.id is not None
        return self.row.id

    @property
    def tried_at(self) -> float:
        """The earliest moment (epoch seconds) at which it can have been said, by the wall's clock or the product's."""
        return min(float(self.row.body["tried_at"]), self.row.created_at.timestamp())


class Claims:
    """The outbox as the sender sees it. `clock` stamps what was sent; `wall` times leases and waits."""

    def __init__(self, store: Store, clock: Clock, wall: Clock) -> None:
        self._store = store
        self._clock = clock
        self._wall = wall

    def take_next(self, may_go: Callable[[str], bool]) -> Claimed | None:
        """The next message to send, now ours; None when nothing may go."""
        with self._store.session() as session:
            pending = load_pending(session)
            while (chosen := choose(pending, self._wall.now(), may_go)) is not None:
                if self._take(session, chosen):
                    return self._mark_tried(session, chosen)
                pending = [row for row in pending if row.id != chosen.id]
        return None

    def settle(self, claimed: Claimed, ts: str | None, channel: str | None) -> None:
        """It is said. A picture's bytes are in Slack now and need not be kept."""
        body = {k: v for k, v in claimed.row.body.items() if k not in ("png", "unsure", "tried_at")}
        sent = {"state": "sent", "ts": ts, "sent_channel": channel, "sent_at": self._clock.now()}
        self._change(claimed, **sent, body=body, error="", lease_until=None)

    def put_back(self, claimed: Claimed, wait: timedelta, error: str, unsure: bool) -> None:
        """To be tried again after `wait`, and first looked for when it may have got through."""
        body = {**claimed.row.body, "unsure": unsure}
        not_before = self._wall.now() + wait
        self._change(claimed, state="waiting", not_before=not_before, body=body, error=error, lease_until=None)

    def give_up(self, claimed: Claimed, error: str) -> None:
        """It cannot be said, ever; the row keeps what it was and why."""
        self._change(claimed, state="failed", error=error, lease_until=None)

    def remember(self, claimed: Claimed, **facts: Any) -> None:
        """Keep what must survive a crash in the middle of a delivery, and start the lease anew."""
        claimed.row.body = {**claimed.row.body, **facts}
        if not self._change(claimed, body=claimed.row.body, lease_until=self._wall.now() + LEASE):
            raise Overtaken

    def renew(self, claimed: Claimed) -> None:
        """Start the lease anew just before something is said; raises Overtaken when it is no longer ours to say."""
        if not self._change(claimed, lease_until=self._wall.now() + LEASE):
            raise Overtaken

    def _take(self, session: Session, chosen: Pending) -> bool:
        row = OutboxMessage
        expired = or_(col(row.lease_until).is_(None), col(row.lease_until) < self._wall.now())
        unchanged = (
            col(row.id) == chosen.id,
            col(row.state) == chosen.state,
            col(row.attempts) == chosen.attempts,
            or_(col(row.state) == "waiting", expired),
        )
        lease = self._wall.now() + LEASE
        values = {"state": "sending", "attempts": chosen.attempts + 1, "lease_until": lease}
        return count_changed(session, update(row).where(*unchanged).values(**values)) == 1

    def _mark_tried(self, session: Session, chosen: Pending) -> Claimed:
        """From here on a crash leaves it open whether it was said: written before anything is sent."""
        row = session.get_one(OutboxMessage, chosen.id, populate_existing=True)
        unsure = bool(row.body.get("unsure"))
        row.body = {**row.body, "unsure": True, "tried_at": row.body.get("tried_at") or self._wall.now().timestamp()}
        return Claimed(row, unsure)

    def _change(self, claimed: Claimed, **values: Any) -> bool:
        """Only while it is still ours: after a lease ran out, whoever took it over decides."""
        row = OutboxMessage
        ours = (col(row.id) == claimed.id, col(row.state) == "sending", col(row.attempts) == claimed.row.attempts)
        with self._store.session() as session:
            return count_changed(session, update(row).where(*ours).values(**values)) == 1
