"""What a drill writes down: the truth of what was done, and what the bot said of it, window by window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

Kind = Literal["fault", "benign", "quiet"]
QUIET = "quiet days"


@dataclass(frozen=True)
class Truth:
    """What was really done, and what a perfect teammate would say of it."""

    name: str
    kind: Kind
    subject: str = ""
    slice: str = ""  # as checks.base.Slice.key writes it
    cause_class: str | None = None
    codes: tuple[str, ...] = ()  # of the checks that ought to notice


NOTHING = Truth(QUIET, "quiet")


@dataclass(frozen=True)
class Sign:
    """One finding, as far as scoring looks at it."""

    code: str
    subject: str
    slice: str
    start: datetime  # of the window judged
    onset: datetime
    cause_class: str = "unknown"  # of the check's family
    words: str = ""

    @property
    def sight(self) -> tuple[str, str, str]:
        """The same for the same thing seen again."""
        return self.code, self.subject, self.slice


@dataclass(frozen=True)
class Card:
    """An incident as it stood when a window had been judged; `signs` has the leading finding first."""

    id: int
    title: str
    subject: str
    slice: str
    cause_class: str
    cause: str
    signs: tuple[Sign, ...]
    reopened: int = 0  # times

    @property
    def lead(self) -> str:
        """The code of the check that names the incident."""
        return self.signs[0].code if self.signs else ""


@dataclass(frozen=True)
class Watched:
    """One window that was judged: what the checks found in it, and every incident as it stood afterwards."""

    start: datetime
    signs: tuple[Sign, ...]
    cards: tuple[Card, ...]
    failed: tuple[tuple[str, str], ...] = ()  # (code, why) of checks that could not judge it


@dataclass(frozen=True)
class Said:
    """What the diagnosis of an incident came to."""

    subject: str
    cause_class: str
    cause: str = ""


@dataclass(frozen=True)
class Trial:
    """One thing done to one world (or nothing), and what the bot said in the windows after it."""

    truth: Truth
    world: str
    seed: int
    severity: float
    start: datetime  # of the first window that holds damage
    window: timedelta
    before: tuple[Card, ...]  # the incidents there were already, as they stood
    windows: tuple[Watched, ...]
    diagnosis: Said | None = None
    damage: str = ""  # in the fault's own unit

    @property
    def days(self) -> float:
        """How long was watched, in days."""
        return len({watched.start for watched in self.windows}) * (self.window / timedelta(days=1))

    @property
    def opened(self) -> list[tuple[Watched, Card]]:
        """Every incident that opened, or opened again, meanwhile: in which window, and as it stood then."""
        known = {card.id: card.reopened for card in self.before}
        found = []
        for watched in self.windows:
            found += [(watched, card) for card in watched.cards if card.reopened > known.get(card.id, -1)]
            known |= {card.id: card.reopened for card in watched.cards}
        return found

    def delay(self, watched: Watched) -> int:
        """How many windows after the first with damage this one is."""
        return round((watched.start - self.start) / self.window)


@dataclass(frozen=True)
class Figures:
    """What is measured, for one check, one fault or all together; None where nothing tells."""

    recall: float | None = None
    median_delay_windows: float | None = None
    false_incidents_per_30_days: float | None = None
    incidents_per_cause: float | None = None
    cause_top1: float | None = None
    cause_top3: float | None = None
    more: dict[str, Any] = field(default_factory=dict)  # what the figures rest on

    def to_json(self) -> dict[str, Any]:
        """The six figures under their names, and beside them what they rest on."""
        six = {name: value for name, value in self.__dict__.items() if name != "more"}
        rounded = {name: None if value is None else round(value, 4) for name, value in six.items()}
        return {**rounded, **self.more}


def mean(values: Sequence[float]) -> float | None:
    """The mean, or None of nothing."""
    return sum(values) / len(values) if values else None


def median(values: Sequence[float]) -> float | None:
    """The middle value (the mean of the middle two), or None of nothing."""
    ordered, half = sorted(values), len(values) // 2
    if not ordered:
        return None
    return float(ordered[half]) if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
