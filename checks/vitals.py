"""The bot's own state, as the checks of watch/ are told it: a watcher that is not watched is no watcher."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from .base import EVERYONE, About, Finding, Severity, Window

ITSELF = "bot"  # the subject of what is said about the bot


@dataclass(frozen=True)
class Run:
    """One check over one window: "quiet", "finding", "warming-up", "no-data", "not-applicable", "failed", "claimed"."""

    window: Window
    outcome: str
    words: str = ""  # why it could not judge
    overran: bool = False  # begun, and its lease ran out before it was finished


@dataclass(frozen=True)
class Overdue:
    """A hotfix that is in force after its expiry."""

    id: int
    kind: str
    expired_at: datetime


@dataclass(frozen=True)
class Vitals:
    """Everything about the bot itself at the end of `window`."""

    window: Window
    runs: Mapping[str, Sequence[Run]] = field(default_factory=dict)  # by code, oldest first: the last few windows
    unsent_since: datetime | None = None  # of the oldest message that waits to be sent
    unsent: int = 0
    dropped: int = 0  # messages given up for good in the last day
    false_incidents: Mapping[str, int] = field(default_factory=dict)  # of the last 30 days, by leading code
    budget: float = 1.0  # of them that are bearable
    overdue: Sequence[Overdue] = ()


class WatchCheck(Protocol):
    """One way of noticing that the bot itself is not well. Judged every hour, whatever the windows are."""

    about: About

    def findings(self, vitals: Vitals) -> Sequence[Finding]:
        """What is wrong with the bot; [] when all is well."""


@dataclass(frozen=True)
class Ailment:
    """What a watch check says beside its code."""

    title: str
    words: str
    value: float
    bearable: float
    severity: Severity
    onset: datetime | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def make_ailment(about: About, vitals: Vitals, told: Ailment) -> Finding:
    """A finding about the bot; it rests on what is written down, so its surprise is not a matter of chance."""
    return Finding(
        code=about.code,
        title=told.title,
        words=told.words,
        subject=ITSELF,
        measure=f"watch:{about.code}",
        slice=EVERYONE,
        window=vitals.window,
        onset=min(told.onset or vitals.window.start, vitals.window.end),
        value=told.value,
        expected=0.0,
        low=0.0,
        high=told.bearable,
        direction="up",
        n=0,
        surprise=10.0,
        severity=told.severity,
        data=told.data,
    )
