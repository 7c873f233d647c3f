"""The smallest damage that is still caught: halved, on a logarithmic scale, between what is and what is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.drill.scoring import judge
from sandbox.drill.trials import FIRST_SEED, plan
from sandbox.drill.working import Progress, run_all
from sandbox.recommender.faults.base import Fault

LEAST, MOST = 1 / 64, 4.0  # severities between which is searched
ROUNDS = 6  # each halves the gap: six leave it at about 9 % of what it is


@dataclass(frozen=True)
class Search:
    """How far one fault's search has come: caught at `caught` (if at all), missed at `missed`."""

    fault: Fault
    caught: float | None = None
    missed: float = LEAST

    def next(self) -> float | None:
        """The severity to try now; None when even the most is missed."""
        if self.caught is None:
            return 1.0 if self.missed < 1 else MOST if self.missed < MOST else None
        return float((self.caught * self.missed) ** 0.5)

    def after(self, severity: float, caught: bool) -> Search:
        """The search once that was tried."""
        return Search(self.fault, severity, self.missed) if caught else Search(self.fault, self.caught, severity)

    def to_json(self) -> dict[str, Any]:
        """The smallest severity caught, and what that is in the fault's own unit; nulls when nothing was."""
        damage = self.fault.damage
        amount = None if self.caught is None else round(damage.amount(self.caught), 4)
        severity = None if self.caught is None else round(self.caught, 4)
        return {"severity": severity, "damage": amount, "unit": damage.unit, "usual": damage.usual}


def find_smallest(
    world: str, faults: Sequence[Fault], seeds: int, days: int, progress: Progress, *, jobs: int | None
) -> dict[str, Search]:
    """For each fault, by name, the smallest severity that most of the seeds catch within `days`."""
    searches = {fault.name: Search(fault) for fault in faults if fault.kind == "fault"}
    for number in range(ROUNDS):

        def told(words: str, share: float, done: int = number) -> None:
            progress(f"Round {done + 1} of {ROUNDS}. {words}", (done + share) / ROUNDS)

        tried = {name: severity for name, one in searches.items() if (severity := one.next()) is not None}
        caught = _try(world, searches, tried, seeds, days, told, jobs)
        searches |= {name: searches[name].after(severity, caught[name]) for name, severity in tried.items()}
    return searches


def _try(
    world: str,
    searches: dict[str, Search],
    tried: dict[str, float],
    seeds: int,
    days: int,
    progress: Progress,
    jobs: int | None,
) -> dict[str, bool]:
    """Whether most seeds catch each fault at the severity to try."""
    plans = [
        plan(world, FIRST_SEED + n, searches[name].fault, days, severity)
        for n in range(seeds)
        for name, severity in tried.items()
    ]
    judged = [judge(trial) for trial in run_all(plans, progress, jobs=jobs) if trial.truth.kind == "fault"]
    hits = {name: sum(one.caught for one in judged if one.trial.truth.name == name) for name in tried}
    return {name: 2 * count > seeds for name, count in hits.items()}
