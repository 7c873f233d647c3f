"""The drill: known faults and harmless changes, done to worlds on purpose, to measure the ordinary bot with."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from bot.recommender.contract import RecommenderFailed
from bot.settings import ConfigWrong, load
from sandbox.drill import showing
from sandbox.drill.drilling import DrillRefused, choose, drill, listed
from sandbox.drill.own.copying import NothingToDrill
from sandbox.drill.own.drilling import drill_own
from sandbox.drill.smallest import find_smallest
from sandbox.drill.working import silenced
from sandbox.drill.year import live_years
from sandbox.recommender.sources.wheels import DataMissing
from sandbox.recommender.world import NotRunning

__all__ = ["REFUSED", "list_faults", "run_drill", "run_own", "run_smallest", "run_year"]

# Their message says what to do.
REFUSED = (DrillRefused, NothingToDrill, NotRunning, DataMissing, ConfigWrong, RecommenderFailed)


def list_faults(*, as_json: bool) -> None:
    """Name every fault and benign change, with its true cause and the checks that ought to notice."""
    showing.show_list(listed(), as_json=as_json)


@silenced()
def run_drill(
    world: str, names: Sequence[str], *, seeds: int, days: int, jobs: int | None, diagnosed: bool, as_json: bool
) -> None:
    """Drill a world and print the figures."""
    with showing.progress(f"Drilling {world}") as tell:
        report = drill(world, names, seeds, days, tell, jobs=jobs, diagnosed=diagnosed)
    showing.show(report, as_json=as_json)


@silenced()
def run_own(
    config: Path | None, names: Sequence[str], *, seeds: int, days: int, jobs: int | None, as_json: bool
) -> None:
    """Drill a copy of the tables that a recsysops.toml maps, and print the figures."""
    settings = load(config)
    with (
        tempfile.TemporaryDirectory(prefix="recsysops-own-") as place,
        showing.progress("Drilling a copy of your tables") as tell,
    ):
        report = drill_own(settings, names, seeds, days, Path(place), tell, jobs)
    showing.show(report, as_json=as_json)


@silenced()
def run_smallest(world: str, names: Sequence[str], *, seeds: int, days: int, jobs: int | None, as_json: bool) -> None:
    """Find and print the smallest damage of each fault that is still caught."""
    chosen = choose(world, names)
    with showing.progress(f"Drilling {world} with less and less damage") as tell:
        found = find_smallest(world, chosen, seeds, days, tell, jobs=jobs)
    showing.show_smallest(found, as_json=as_json)


@silenced()
def run_year(world: str, *, seeds: int, days: int, jobs: int | None, as_json: bool) -> None:
    """Live through quiet days and print what was raised in them."""
    choose(world, [])
    with showing.progress(f"Living through {days} quiet days of {world}") as tell:
        year = live_years(world, seeds, days, tell, jobs=jobs)
    showing.show_year(year, as_json=as_json)
