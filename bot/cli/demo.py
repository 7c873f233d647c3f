"""demo: a recommender goes wrong in your browser (or headless), with no Slack account."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.shell import fail


def demo(
    headless: Annotated[bool, typer.Option("--headless", help="Play the whole story without a page.")] = False,
    fault: Annotated[str, typer.Option("--fault", help="What goes wrong (see --list), or none.")] = "constant-feature",
    world: Annotated[str, typer.Option("--world", help="movielens, lab, lab-large or obd.")] = "movielens",
    listing: Annotated[bool, typer.Option("--list", help="Name every fault and benign change.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object (headless).")] = False,
    port: Annotated[int, typer.Option("--port", help="The page's port; 0 takes a free one.")] = 4747,
    http: Annotated[bool, typer.Option("--http", help="Slack's HTTP mode instead of Socket Mode (headless).")] = False,
) -> None:
    """Watch a real recommender go wrong, and the bot deal with it."""
    from sandbox.demo import list_faults, play_headless, serve_page

    try:
        if listing:
            list_faults(as_json)
        elif headless:
            play_headless(fault, world, as_json=as_json, http=http)
        else:
            serve_page(world, port)
    except SystemExit as refused:  # the stage's own way of saying what is wrong; here it is said as every verb says it
        if isinstance(refused.code, str):
            fail(refused.code, as_json=as_json)
        raise
