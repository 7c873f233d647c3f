"""One trial: a branch of a seed's quiet days is broken (or changed), some days pass, and what the bot says is kept."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from sandbox.drill.history import MOST_ONSET, Branch, branch
from sandbox.drill.matching import is_about
from sandbox.drill.records import Said, Trial, Truth, Watched
from sandbox.recommender.faults.base import Fault

FIRST_SEED = 1001  # no test and no threshold was ever made on these
VARIES = 0.25  # a severity is drawn up to this far around the default, as a share, evenly on a logarithmic scale


@dataclass(frozen=True)
class Plan:
    """What is done in one trial; the same for the same seed and name, whatever else is drilled."""

    world: str
    seed: int
    name: str
    onset: int  # quiet days before
    severity: float  # 1: the fault's default damage
    days: int  # watched after

    def rng(self) -> np.random.Generator:
        """What the fault draws its slice, its feature and its size from."""
        return _rng(self.seed, self.name, 2)


def plan(world: str, seed: int, name: str, days: int, severity: float | None = None) -> Plan:
    """A trial with its own onset and, unless one is given, its own severity."""
    rng = _rng(seed, name, 1)
    onset = int(rng.integers(1, MOST_ONSET + 1))
    reach = np.log1p(VARIES)
    drawn = float(np.exp(rng.uniform(-reach, reach)))
    return Plan(world, seed, name, onset, drawn if severity is None else severity, days)


def run(plan: Plan, kept: Path, *, diagnosed: bool = False) -> Trial:
    """Do it, let the days pass, and write down what the bot said. The seed's quiet days must have been prepared."""
    with branch(plan.world, plan.seed, plan.onset, kept) as there:
        start = there.world.today
        fault = inject(there, plan)
        seen: list[Watched] = []
        for _ in range(plan.days):
            there.world.serve_day()
            seen += there.watch.until(there.world.clock.now())
        truth = truth_of(fault)
        window = there.watch.mate.window
        trial = Trial(truth, plan.world, plan.seed, plan.severity, start, window, there.before, tuple(seen))
        return _with_diagnosis(trial, there) if diagnosed else trial


def inject(there: Branch, plan: Plan) -> Fault:
    """Break the world as planned; the fault with its true subject and slice."""
    return there.world.break_with(plan.name)


def truth_of(fault: Fault) -> Truth:
    """What scoring needs to know of a fault."""
    return Truth(fault.name, fault.kind, fault.subject, fault.slice, fault.cause_class, fault.codes)


def _with_diagnosis(trial: Trial, there: Branch) -> Trial:
    """The same with the verdict on the fault's first incident, where there is one."""
    own = next((card for _, card in trial.opened if is_about(card, trial)), None)
    said: Said | None = there.watch.diagnose(own.id) if own else None
    return replace(trial, diagnosis=said)


def _rng(seed: int, name: str, stream: int) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(name.encode()), stream])
