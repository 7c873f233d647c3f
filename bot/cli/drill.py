"""drill: known faults, injected on purpose, measure what the bot notices, how soon, and how often it cries wolf."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.shell import fail


def drill(
    world: Annotated[str, typer.Option("--world", help="lab or movielens.")] = "lab",
    fault: Annotated[list[str] | None, typer.Option("--fault", help="Only this one (may be repeated).")] = None,
    seeds: Annotated[int, typer.Option("--seeds", min=1, help="How many worlds, each with its own damages.")] = 3,
    days: Annotated[int, typer.Option("--days", min=1, help="Days watched after something was done.")] = 4,
    jobs: Annotated[int | None, typer.Option("--jobs", min=1, help="Processes (default: one a core).")] = None,
    diagnose: Annotated[bool, typer.Option("--diagnose", help="Score the diagnosis of each incident, too.")] = False,
    listing: Annotated[bool, typer.Option("--list", help="Name every fault and benign change.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for scripts.")] = False,
) -> None:
    """Break worlds on purpose, and print recall, delay, false incidents and right causes, overall and per check."""
    from sandbox.drill import REFUSED, list_faults, run_drill

    if listing:
        list_faults(as_json=as_json)
        return
    try:
        run_drill(world, fault or [], seeds=seeds, days=days, jobs=jobs, diagnosed=diagnose, as_json=as_json)
    except REFUSED as refused:
        fail(str(refused), as_json=as_json)
