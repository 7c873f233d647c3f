"""One trial: a branch of a seed's quiet days is broken (or changed), some days pass, and what the bot says is kept."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from sandbox.drill.history import Branch, branch
from sandbox.drill.records import Trial, Truth, Watched
from sandbox.drill.scoring import judge
from sandbox.recommender.faults.base import Dose, Fault
from sandbox.recommender.faults.catalogue import find_fault

MOST_ONSET = 7  # quiet days before something is done: 1 to this many, so that it may be any day of the week
NOWHEN = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_SEED = 1001  # no test and no threshold was ever made on these


@dataclass(frozen=True)
class Plan:
    """What is done in one trial; the same for the same seed and name, whatever else is drilled."""

    world: str
    seed: int
    name: str
    onset: int  # quiet days before
    severity: float  # of the fault's default damage, around which its size is drawn
    days: int  # watched after

    def dose(self) -> Dose:
        """How much, and what the fault draws its slice, its feature, its item and its size from."""
        return Dose(self.severity, _rng(self.seed, self.name, 2))


def plan(world: str, seed: int, fault: Fault, days: int, severity: float = 1.0) -> Plan:
    """A trial with an onset of its own, watched for `days` from when all of the damage shows."""
    onset = int(_rng(seed, fault.name, 1).integers(1, MOST_ONSET + 1))
    return Plan(world, seed, fault.name, onset, severity, days + fault.days - 1)


def run(plan: Plan, kept: Path, *, diagnosed: bool = False) -> Trial:
    """Do it, let the days pass, and write down what the bot said. The seed's quiet days must have been prepared.

    A world that breaks down while it is drilled has shown nothing: that is a miss, and is told as a failure.
    """
    try:
        return _run(plan, kept, diagnosed)
    except Exception as error:  # one trial in six hundred must not cost the others
        why = (plan.name, f"{type(error).__name__}: {error}")
        nothing = Watched(NOWHEN, (), (), (why,))
        truth = truth_of(find_fault(plan.name))
        return Trial(truth, plan.world, plan.seed, plan.severity, NOWHEN, timedelta(days=1), (), (nothing,))


def _run(plan: Plan, kept: Path, diagnosed: bool) -> Trial:
    with branch(plan.world, plan.seed, plan.onset, kept) as there:
        start = there.world.today
        fault = there.world.break_with(plan.name, plan.dose())
        trial = Trial(
            truth=truth_of(fault),
            world=plan.world,
            seed=plan.seed,
            severity=plan.severity,
            start=start,
            window=there.watch.mate.window,
            before=there.before,
            windows=(),
            damage=told(fault),
        )
        for _ in range(plan.days):
            trial = replace(trial, windows=(*trial.windows, *there.pass_day()))
            if _is_over(trial):
                break
        return _with_diagnosis(trial, there) if diagnosed else trial


def _is_over(trial: Trial) -> bool:
    """Whether the fault was caught, and one more window has shown whether it opens a second incident."""
    own = judge(trial).own
    return bool(own) and len(trial.windows) >= own[0][0] + 2


def truth_of(fault: Fault) -> Truth:
    """What scoring needs to know of a fault."""
    return Truth(fault.name, fault.kind, fault.subject, fault.slice, fault.cause_class, fault.codes)


def told(fault: Fault) -> str:
    """The damage of a fault in its own unit: "0.71 share of rows lost"; "" before it was injected."""
    return "" if fault.amount is None else f"{fault.amount:.3g} {fault.damage.unit}"


def _with_diagnosis(trial: Trial, there: Branch) -> Trial:
    """The same with the verdict on the fault's first incident, where there is one."""
    own = judge(trial).own
    return replace(trial, diagnosis=there.watch.diagnose(own[0][1].id)) if own else trial


def _rng(seed: int, name: str, stream: int) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(name.encode()), stream])
