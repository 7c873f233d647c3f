"""The drill: known faults and harmless changes, done to worlds on purpose, to measure the ordinary bot with."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sandbox.drill.drilling import DAYS, DrillRefused, drill, listed
from sandbox.drill.showing import progress, show
from sandbox.drill.working import silence
from sandbox.recommender.sources.wheels import DataMissing
from sandbox.recommender.world import NotRunning

__all__ = ["DAYS", "REFUSED", "list_faults", "run_drill"]

REFUSED = (DrillRefused, NotRunning, DataMissing)  # their message says what to do


def list_faults(*, as_json: bool) -> None:
    """Name every fault and benign change, with its true cause and the checks that ought to notice."""
    told = listed()
    if as_json:
        print(json.dumps(told, indent=2))
        return
    for each in (*told["faults"], *told["benign"]):
        print(f"{each['name']:28} {each['kind']:7} {' '.join(each['codes']):16} {each['title']}")


def run_drill(
    world: str,
    names: Sequence[str],
    *,
    seeds: int,
    days: int,
    jobs: int | None,
    diagnosed: bool,
    as_json: bool,
) -> None:
    """Drill a world and print the figures."""
    silence()
    with progress(f"Drilling {world}") as tell:
        report = drill(world, names, seeds, days, tell, jobs=jobs, diagnosed=diagnosed)
    show(report, as_json=as_json)
