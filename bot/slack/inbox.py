"""What people asked for: a row before it is acknowledged, so that nothing is lost and nothing is done twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import or_, update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from bot.clock import Clock, SystemClock
from bot.slack.rows import count_changed, insert_once
from bot.store.sessions import Store
from bot.store.tables import InboxMessage

log = structlog.get_logger("inbox")
LEASE = timedelta(minutes=2)  # renewed for as long as somebody works; a crashed worker's message is taken up after it
RENEWED = timedelta(seconds=30)  # how often


def _nobody() -> None:
    """Nobody waits for the inbox."""


class Inbox:
    """The durable inbox: handlers put, one worker at a time claims.

    `wall` times the leases: the product's clock may jump by days in a replay, a lease must not.
    """

    def __init__(
        self, store: Store, clock: Clock, wake: Callable[[], None] = _nobody, *, wall: Clock | None = None
    ) -> None:
        self._store = store
        self._clock = clock
        self._wake = wake
        self._wall = wall or SystemClock()

    def put(self, key: str, kind: str, body: dict[str, Any]) -> bool:
        """Note down what was asked; False when it was there already (Slack delivered it again)."""
        row = InboxMessage(key=key, kind=kind, body=body, received_at=self._clock.now())
        with self._store.session() as session:
            added = insert_once(session, row)
        if added:
            self._wake()
        return added

    def claim(self) -> InboxMessage | None:
        """The oldest message that nobody works on, now this worker's; None when there is nothing to do."""
        with self._store.session() as session:
            while (id_ := self._oldest(session)) is not None:
                if self._take(session, id_):
                    return session.get_one(InboxMessage, id_, populate_existing=True)
        return None

    @contextmanager
    def held(self, message: InboxMessage, every: timedelta = RENEWED) -> Iterator[None]:
        """While this worker works on a message nobody else takes it up, however long it takes."""
        over = threading.Event()
        renewing = threading.Thread(target=self._renew_until, args=(message, over, every), daemon=True)
        renewing.start()
        try:
            yield
        finally:
            over.set()
            renewing.join()

    def done(self, message_id: int) -> None:
        """It has been answered."""
        self._end(message_id, state="done", done_at=self._clock.now(), lease_until=None, error="")

    def failed(self, message_id: int, error: str, retry_at: datetime | None = None) -> None:
        """It could not be answered: for good, or to be tried again at `retry_at` (wall-clock time)."""
        if retry_at is None:
            self._end(message_id, state="failed", done_at=self._clock.now(), lease_until=None, error=error)
        else:
            self._end(message_id, state="waiting", lease_until=retry_at, error=error)

    def _free(self) -> Any:
        """Waiting, or left behind by a worker that died; a lease in the future keeps both out of reach."""
        unleased = or_(col(InboxMessage.lease_until).is_(None), col(InboxMessage.lease_until) < self._wall.now())
        return col(InboxMessage.state).in_(("waiting", "working")) & unleased

    def _oldest(self, session: Session) -> int | None:
        return session.exec(select(InboxMessage.id).where(self._free()).order_by(col(InboxMessage.id)).limit(1)).first()

    def _take(self, session: Session, id_: int) -> bool:
        """Compare-and-set: only one of several workers changes the row."""
        taking = update(InboxMessage).where(col(InboxMessage.id) == id_, self._free())
        lease = self._wall.now() + LEASE
        attempts = col(InboxMessage.attempts) + 1
        return count_changed(session, taking.values(state="working", lease_until=lease, attempts=attempts)) == 1

    def _renew_until(self, message: InboxMessage, over: threading.Event, every: timedelta) -> None:
        while not over.wait(every.total_seconds()):
            try:
                self._renew(message)
            except SQLAlchemyError as error:  # the next time is soon enough
                log.warning("lease not renewed", inbox=message.id, reason=str(error))

    def _renew(self, message: InboxMessage) -> None:
        """Only while it is this worker's: somebody else's try has another number."""
        row = InboxMessage
        ours = (col(row.id) == message.id, col(row.state) == "working", col(row.attempts) == message.attempts)
        with self._store.session() as session:
            session.execute(update(row).where(*ours).values(lease_until=self._wall.now() + LEASE))

    def _end(self, message_id: int, **values: Any) -> None:
        with self._store.session() as session:
            session.execute(update(InboxMessage).where(col(InboxMessage.id) == message_id).values(**values))


def close(session: Session, message_id: int, now: datetime) -> None:
    """It has been done, as the transaction of the deed itself says: a crash right after it repeats nothing."""
    closing = update(InboxMessage).where(col(InboxMessage.id) == message_id)
    session.execute(closing.values(state="done", done_at=now, lease_until=None, error=""))
