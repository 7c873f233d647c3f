"""What is to be said, written in the same transaction as the change it tells of. Nothing here talks to Slack."""

from __future__ import annotations

import base64
from typing import Any
from uuid import uuid4

from sqlalchemy import update
from sqlmodel import Session, col, select

from bot.clock import Clock
from bot.slack.limits import fit, fit_view
from bot.slack.messages import Person, Picture, Place, Said
from bot.slack.rows import AT_ONCE, count_changed, insert_once
from bot.store.tables import UNSENT, OutboxMessage


class Outbox:
    """Every message the bot wants to send, as a row. A key said twice is one row, and one message."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def post(
        self,
        session: Session,
        key: str,
        place: Place,
        said: Said,
        *,
        broadcast: bool = False,
        priority: int = 1,
        instead: Person | None = None,
    ) -> None:
        """A message in a channel or thread; `broadcast` shows a reply in the channel too.

        `instead`: who hears it by direct message where the bot cannot post (a command works in any channel).
        """
        body = {"said": _packed(said), "broadcast": broadcast, "to": instead.key if instead else ""}
        self._add(session, key, "post", place, body, priority=priority)

    def edit(self, session: Session, target_key: str, said: Said, *, priority: int = 1) -> None:
        """New words for a message: only the newest edit is sent, and none when it already says so.

        A post that no one has tried to send yet simply takes the new words.
        """
        packed = _packed(said)
        if self._latest_words(session, target_key) == packed or self._reword_unsent(session, target_key, packed):
            return
        _supersede(session, target_key)
        self._add(
            session, _fresh(target_key), "edit", Place(""), {"said": packed}, target_key=target_key, priority=priority
        )

    def picture(self, session: Session, key: str, place: Place, picture: Picture, *, priority: int = 1) -> None:
        """A picture with its alternative text."""
        png = base64.b64encode(picture.png).decode("ascii")
        body = {"png": png, "title": picture.title, "alt": picture.alt}
        self._add(session, key, "picture", place, body, priority=priority)

    def whisper(self, session: Session, key: str, place: Place, to: Person, said: Said) -> None:
        """A message that one person alone sees (never for records or approvals: it is gone after a reload)."""
        self._add(session, key, "whisper", place, {"said": _packed(said), "to": to.key}, priority=0)

    def direct(self, session: Session, key: str, to: Person, said: Said) -> None:
        """A direct message."""
        self._add(session, key, "direct", Place(""), {"said": _packed(said), "to": to.key}, priority=0)

    def update_view(self, session: Session, key: str, view_id: str, view: dict[str, Any]) -> None:
        """New content for a dialog that is open."""
        self._add(session, key, "update_view", Place(""), {"view_id": view_id, "view": fit_view(view)}, priority=0)

    def home(self, session: Session, to: Person, view: dict[str, Any]) -> None:
        """A person's App Home; only the newest unsent one is sent."""
        target = f"home:{to.key}"
        _supersede(session, target)
        body = {"to": to.key, "view": fit_view(view)}
        self._add(session, _fresh(target), "home", Place(""), body, target_key=target)

    def _add(
        self,
        session: Session,
        key: str,
        kind: str,
        place: Place,
        body: dict[str, Any],
        *,
        target_key: str | None = None,
        priority: int = 1,
    ) -> None:
        row = OutboxMessage(
            key=key,
            kind=kind,
            channel=place.channel or "",
            thread_key=place.thread_key,
            thread_ts=place.thread_ts,
            target_key=target_key,
            body=body,
            priority=priority,
            not_before=AT_ONCE,
            created_at=self._clock.now(),
        )
        insert_once(session, row)

    def _latest_words(self, session: Session, target_key: str) -> Any:
        """What the message says, or will say once what is waiting is sent."""
        mine = (col(OutboxMessage.key) == target_key) | (col(OutboxMessage.target_key) == target_key)
        alive = col(OutboxMessage.state).in_((*UNSENT, "sent"))
        rows = session.exec(select(OutboxMessage.body).where(mine, alive).order_by(col(OutboxMessage.id).desc()))
        newest = rows.first()
        return newest.get("said") if newest else None

    def _reword_unsent(self, session: Session, target_key: str, packed: dict[str, Any]) -> bool:
        """Only while nobody has tried to send it: a lost answer may mean that the old words are in Slack."""
        untouched = (
            col(OutboxMessage.key) == target_key,
            col(OutboxMessage.state) == "waiting",
            col(OutboxMessage.attempts) == 0,
        )
        body = session.exec(select(OutboxMessage.body).where(*untouched)).first()
        if body is None:
            return False
        rewording = update(OutboxMessage).where(*untouched).values(body={**body, "said": packed})
        return count_changed(session, rewording) == 1


def _packed(said: Said) -> dict[str, Any]:
    fitting = fit(said)
    return {"text": fitting.text, "blocks": list(fitting.blocks)}


def unpacked(body: dict[str, Any]) -> Said:
    """The words of a row."""
    said = body.get("said") or {}
    return Said(said.get("text", ""), tuple(said.get("blocks", ())))


def _supersede(session: Session, target_key: str) -> None:
    """Whatever still waits for this target has been overtaken."""
    waiting = (col(OutboxMessage.target_key) == target_key, col(OutboxMessage.state) == "waiting")
    session.execute(update(OutboxMessage).where(*waiting).values(state="superseded"))


def _fresh(target_key: str) -> str:
    return f"{target_key}:{uuid4().hex[:16]}"
