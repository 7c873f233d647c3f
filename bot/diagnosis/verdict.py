"""What a diagnosis says: the verdict, the evidence for it, what was ruled out, and how the replay went."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from bot.recommender.contract import Change
from bot.slack.messages import Picture
from checks.base import Window

CauseClass = Literal["set-up", "systems", "inputs", "model", "unknown"]
ROLLBACK = "rollback model"  # the hotfix, as typed after /hotfix
Progress = Callable[[str], None]


def quiet(step: str) -> None:
    """Progress for those who do not watch."""


@dataclass(frozen=True)
class Verdict:
    """What is most likely wrong, in plain words, and how sure that is."""

    cause: str
    cause_class: CauseClass
    subject: str  # "feature:genre_affinity", "model:ranker", "item:123", "table:impressions"; "" when unknown
    confidence: float  # 0 to 1
    suggested_hotfix: str | None = None  # as typed after /hotfix: "rollback model"


@dataclass(frozen=True)
class Evidence:
    """One thing that was looked at and what it showed."""

    title: str
    words: str
    kind: str  # findings | replay | traffic | candidates | filters | features | model | training | split | item | ...
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Replay:
    """Logged requests scored again with the version that served each: does the model still say the same?"""

    requests: int
    rows: int
    max_difference: float
    equal: bool
    words: str


@dataclass(frozen=True)
class Suspicion:
    """A possible cause one question raised; `strength` is how likely it would be if nothing else were known."""

    cause: str
    cause_class: CauseClass
    subject: str
    strength: float  # 0 to 1
    hotfix: str | None = None
    explains: tuple[str, ...] = ()  # beginnings of subjects that this cause would make look guilty


@dataclass(frozen=True)
class Answer:
    """What one question found out."""

    evidence: tuple[Evidence, ...] = ()
    suspicions: tuple[Suspicion, ...] = ()
    ruled_out: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    replay: Replay | None = None


@dataclass(frozen=True)
class Diagnosis:
    """Everything found out about one subject."""

    subject: str  # in words: "incident: genre_affinity is missing", "the model", "Toy Story (item 1)"
    window: Window
    last_good: Window
    verdict: Verdict
    evidence: tuple[Evidence, ...] = ()
    ruled_out: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()  # nearest before the onset first
    replay: Replay | None = None
    pictures: tuple[Picture, ...] = ()
    others: tuple[Verdict, ...] = ()  # the next most likely causes
    seconds: float = 0.0  # how long it took, filled in by who asked


def in_words(length: timedelta) -> str:
    """A stretch of time as a person says it: "3 days", "5 hours", "20 minutes"."""
    minutes = length.total_seconds() / 60
    for size, name in ((1440.0, "day"), (60.0, "hour"), (1.0, "minute")):
        if minutes >= 2 * size or (size == 1.0):
            count = round(minutes / size)
            return f"{count} {name}{'' if count == 1 else 's'}"
    raise AssertionError("unreachable")


def percent(share: float) -> str:
    """A share as a person reads it: "37 %", "0.4 %"."""
    return f"{share * 100:.0f} %" if share == 0 or abs(share) >= 0.1 else f"{share * 100:.1f} %"
