"""The drill itself: which trials there are, and what they came to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from checks.catalogue import EVERY_CHECK
from sandbox.drill.report import Report
from sandbox.drill.trials import FIRST_SEED, plan
from sandbox.drill.working import Progress, run_all
from sandbox.recommender.faults.base import Fault
from sandbox.recommender.faults.catalogue import EVERY_FAULT
from sandbox.recommender.worlds import WORLDS

DAYS = 3  # watched from when all of it shows


class DrillRefused(Exception):
    """This cannot be drilled as asked for; the message says what to do."""


def drill(
    world: str, names: Sequence[str], seeds: int, days: int, progress: Progress, *, jobs: int | None, diagnosed: bool
) -> Report:
    """Every chosen fault and change (default: all) once with each seed, and what the bot made of it."""
    chosen = choose(world, names)
    plans = [plan(world, FIRST_SEED + n, fault, days) for n in range(seeds) for fault in chosen]
    trials = run_all(plans, progress, jobs=jobs, diagnosed=diagnosed)
    return Report.of(world, seeds, days, trials, [check.about.code for check in EVERY_CHECK])


def choose(world: str, names: Sequence[str]) -> list[Fault]:
    """The faults and changes of these names, or all but the extra ones that this world can show.

    DrillRefused for an unknown one.
    """
    if world not in WORLDS:
        raise DrillRefused(f"There is no world called {world!r}: choose one of {', '.join(WORLDS)}.")
    known = {fault.name: fault for fault in EVERY_FAULT}
    for name in names:
        if name not in known:
            raise DrillRefused(f"There is no fault called {name!r}: `recsysops drill --list` names them all.")
    chosen = [known[name] for name in dict.fromkeys(names)] or [
        each for each in EVERY_FAULT if world in each.worlds and not each.extra
    ]
    for fault in chosen:
        if world not in fault.worlds:
            there = ", ".join(fault.worlds)
            raise DrillRefused(f"{fault.name} cannot happen in {world}: its data do not allow it; it can in {there}.")
    if not chosen:
        raise DrillRefused(f"{world} is a recording: nothing can be broken in it. Choose lab, lab-large or movielens.")
    return chosen


def listed() -> dict[str, Any]:
    """Every fault and every benign change, as --list tells them."""
    told = [
        {
            "name": fault.name,
            "title": fault.title,
            "number": fault.number,
            "kind": fault.kind,
            "extra": fault.extra,
            "cause": fault.cause,
            "cause_class": fault.cause_class,
            "subject": fault.subject,
            "slice": fault.slice,
            "worlds": list(fault.worlds),
            "codes": list(fault.codes),
            "damage": {"unit": fault.damage.unit, "usual": fault.damage.usual},
            "days": fault.days,
        }
        for fault in EVERY_FAULT
    ]
    return {
        "faults": [each for each in told if each["kind"] == "fault"],
        "benign": [each for each in told if each["kind"] == "benign"],
    }
