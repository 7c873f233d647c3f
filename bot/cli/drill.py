"""drill: known faults, injected on purpose, measure what the bot notices, how soon, and how often it cries wolf."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.shell import Config, Json, fail

World = Annotated[str, typer.Option("--world", help="lab, lab-large or movielens.")]
Names = Annotated[list[str] | None, typer.Option("--fault", help="Only this one (may be repeated; see --list).")]
Seeds = Annotated[int | None, typer.Option("--seeds", min=1, help="How many worlds (3; of --quiet-days 1).")]
Days = Annotated[int, typer.Option("--days", min=1, help="Days watched from when all of the damage shows.")]
Jobs = Annotated[int | None, typer.Option("--jobs", min=1, help="Processes (default: one a core).")]
Diagnose = Annotated[bool, typer.Option("--diagnose", help="Score the diagnosis of each incident, too.")]
Smallest = Annotated[bool, typer.Option("--smallest", help="Find the smallest damage that is still caught.")]
Quiet = Annotated[int | None, typer.Option("--quiet-days", min=1, help="Only live through so many quiet days.")]
Own = Annotated[bool, typer.Option("--own", help="Damage a copy of your own tables, not a world.")]
Listing = Annotated[bool, typer.Option("--list", help="Name every fault and benign change.")]


def drill(
    world: World = "lab",
    fault: Names = None,
    seeds: Seeds = None,
    days: Days = 3,
    jobs: Jobs = None,
    diagnose: Diagnose = False,
    smallest: Smallest = False,
    quiet_days: Quiet = None,
    own: Own = False,
    config: Config = None,
    listing: Listing = False,
    as_json: Json = False,
) -> None:
    """Break worlds on purpose, and print recall, delay, false incidents and right causes, overall and per check."""
    from sandbox import drill as drills

    names, worlds = fault or [], seeds or (1 if quiet_days else 3)
    try:
        if listing:
            drills.list_faults(as_json=as_json)
        elif own:
            drills.run_own(config, names, seeds=worlds, days=days, jobs=jobs, as_json=as_json)
        elif quiet_days:
            drills.run_year(world, seeds=worlds, days=quiet_days, jobs=jobs, as_json=as_json)
        elif smallest:
            drills.run_smallest(world, names, seeds=worlds, days=days, jobs=jobs, as_json=as_json)
        else:
            drills.run_drill(world, names, seeds=worlds, days=days, jobs=jobs, diagnosed=diagnose, as_json=as_json)
    except drills.REFUSED as refused:
        fail(str(refused), as_json=as_json)
