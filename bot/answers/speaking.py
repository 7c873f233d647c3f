"""The three ways to answer a person: openly in the thread, for their eyes only, or step by step in place."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from sqlmodel import Session

from bot.answers.heard import Heard
from bot.slack.inbox import close
from bot.slack.messages import Picture, Place, Said
from bot.teammate import Teammate


def reply(mate: Teammate, heard: Heard, said: Said, part: str = "answer") -> str:
    """Answer where it was asked, for everyone there; the outbox key of the answer."""
    key = f"{heard.key}:{part}"
    with mate.store.session() as session:
        mate.outbox.post(session, key, heard.place, said, priority=0, instead=heard.person)
    return key


def whisper(mate: Teammate, heard: Heard, said: Said, part: str = "whisper") -> None:
    """Answer for the asker's eyes only: refusals, help, and whatever concerns nobody else."""
    with mate.store.session() as session:
        mate.outbox.whisper(session, f"{heard.key}:{part}", heard.place, heard.person, said)


def done(mate: Teammate, heard: Heard, said: Said | None = None) -> Callable[[Session], None]:
    """To be written with the deed that was asked for: that it is done, and the answer, if any.

    A crash right after the deed then repeats nothing, and nobody hears that what they did was not done.
    """

    def write(session: Session) -> None:
        if heard.number is not None:
            close(session, heard.number, mate.clock.now())
        if said is not None:
            mate.outbox.post(session, f"{heard.key}:answer", heard.place, said, priority=0, instead=heard.person)

    return write


def below(heard: Heard, key: str) -> Place:
    """The thread below an answer, or the thread it was asked in."""
    if heard.place.thread_ts is not None or heard.place.thread_key is not None:
        return heard.place
    return replace(heard.place, thread_key=key)


def show(mate: Teammate, place: Place, pictures: tuple[Picture, ...], key: str) -> None:
    """Pictures below an answer."""
    with mate.store.session() as session:
        for number, picture in enumerate(pictures, 1):
            mate.outbox.picture(session, f"{key}:picture:{number}", place, picture, priority=0)


class Working:
    """An answer that takes a while: one message that says how far it is, and becomes the answer."""

    def __init__(self, mate: Teammate, heard: Heard, place: Place, first: str) -> None:
        self.key = f"{heard.key}:working"
        self._mate, self._steps, self._lock = mate, [first], threading.Lock()
        with mate.store.session() as session:
            mate.outbox.post(session, self.key, place, self._said(), priority=0, instead=heard.person)

    def step(self, words: str) -> None:
        """One step further, in the same message."""
        with self._lock:
            self._steps.append(words)
        self.becomes(self._said())

    def becomes(self, said: Said) -> None:
        """What the message says now."""
        with self._mate.store.session() as session:
            self._mate.outbox.edit(session, self.key, said, priority=0)

    def _said(self) -> Said:
        from bot.cards.diagnosis import diagnosis_progress_said

        return diagnosis_progress_said(self._steps, done=False)
