"""What a fault says of itself: the truth that detection and diagnosis are measured against."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sandbox.recommender.engine.day import Engine

CauseClass = Literal["set-up", "systems", "inputs", "model"]


@dataclass(frozen=True)
class Injected:
    """What an injection came to in this world."""

    subject: str | None = None  # when it is only known at injection, such as "item:123"
    mend: Callable[[], None] | None = None  # what the long-term fix does beside taking the hooks out


@dataclass(frozen=True)
class Fault:
    """One known way of going wrong (or a benign change), with its truth."""

    name: str
    title: str
    kind: Literal["fault", "benign"]
    number: int  # in the list of the fault lab, docs/sandbox.md; 0 for benign changes
    cause: str  # one sentence
    cause_class: CauseClass | None  # None for benign changes
    subject: str  # "feature:genre_affinity", "model:ranker", "item:...", "table:impressions"
    slice: str  # as checks.base.Slice.key writes it; "" for everyone
    codes: tuple[str, ...]  # of the checks that ought to notice
    rollback_mends: bool
    inject: Callable[[Engine], Injected | None]  # hooks into the stage where it happens in life
