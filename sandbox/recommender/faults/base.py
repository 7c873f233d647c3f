"""What a fault says of itself: the truth that detection and diagnosis are measured against, and how large it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

import numpy as np

from sandbox.recommender.engine.day import Engine

CauseClass = Literal["set-up", "systems", "inputs", "model"]
SIMULATED = ("lab", "lab-large", "movielens")  # the worlds that serve, and so can break
VARIES = 0.15  # how far a drawn size lies from the asked one, at most, as a share
CLASSIC = 24  # faults that the drill's figures are told of; those after them complete the checks' broken worlds
T = TypeVar("T")


@dataclass(frozen=True)
class Dose:
    """How much of a fault, and where: without `rng` always the same place and size."""

    severity: float = 1.0  # of the default damage
    rng: np.random.Generator | None = None  # draws slice, feature, item and size

    def __post_init__(self) -> None:
        if self.severity <= 0:
            raise ValueError(f"A fault's severity is a number above 0, not {self.severity}.")

    def pick(self, places: Sequence[T], usual: T) -> T:
        """One of several places at random; the usual one when nothing is drawn."""
        return usual if self.rng is None else places[int(self.rng.integers(len(places)))]

    def seed(self) -> int:
        """For choices too many to name, such as which shards: 0 when nothing is drawn."""
        return 0 if self.rng is None else int(self.rng.integers(1, 2**31))


@dataclass(frozen=True)
class Damage:
    """The size of a fault in its own unit, so that the smallest one still caught can be told."""

    unit: str  # "share of rows lost", "hours"
    usual: float  # at severity 1
    none: float = 0.0  # what is no damage at all: 1 for "times as slow"
    most: float = float("inf")
    grows: Literal["evenly", "by factors"] = "evenly"  # with severity: by factors for changes of unit

    def amount(self, severity: float) -> float:
        """The damage at a severity, in `unit`."""
        if self.grows == "by factors":
            return float(self.usual**severity)
        return min(self.none + severity * (self.usual - self.none), self.most)


@dataclass(frozen=True)
class Injected:
    """What an injection came to in this world, where that is only known at injection."""

    subject: str | None = None  # such as "item:123"
    slice: str | None = None
    mend: Callable[[], None] | None = None  # what the long-term fix does beside taking the hooks out


@dataclass(frozen=True)
class Fault:
    """One known way of going wrong (or a benign change), with its truth."""

    name: str
    number: int  # in the list of the fault lab, docs/sandbox.md; 0 for benign changes
    title: str
    cause: str  # one sentence
    cause_class: CauseClass | None  # None for benign changes
    subject: str  # "feature:genre_affinity", "model:ranker", "item:...", "table:impressions"
    codes: tuple[str, ...]  # of the checks that ought to notice
    damage: Damage
    injection: Callable[[Engine, float, Dose], Injected | None]  # hooks `amount` in where it happens in life
    slice: str = ""  # as checks.base.Slice.key writes it; "" for everyone
    rollback_mends: bool = False
    days: int = 1  # served days until all of it shows
    worlds: tuple[str, ...] = SIMULATED
    amount: float | None = None  # of damage, in its unit, once injected
    mend: Callable[[], None] | None = None  # once injected

    @property
    def kind(self) -> Literal["fault", "benign"]:
        """Whether something is wrong."""
        return "fault" if self.number else "benign"

    @property
    def extra(self) -> bool:
        """Whether it is beyond the faults that the drill's figures are told of."""
        return self.number > CLASSIC

    def inject(self, engine: Engine, dose: Dose | None = None) -> Fault:
        """Break the engine from its next served day on; returns the fault with its true subject, slice and amount.

        Raises ValueError for a world whose data do not allow it.
        """
        dose = dose or Dose()
        name = engine.state.scene.name
        if name not in self.worlds:
            raise ValueError(f"{self.name} cannot happen in {name}; it can in {', '.join(self.worlds)}.")
        around = 1.0 if dose.rng is None else 1 + dose.rng.uniform(-VARIES, VARIES)
        amount = self.damage.amount(dose.severity * around)
        done = self.injection(engine, amount, dose) or Injected()
        return replace(
            self,
            amount=amount,
            subject=self.subject if done.subject is None else done.subject,
            slice=self.slice if done.slice is None else done.slice,
            mend=done.mend,
        )
