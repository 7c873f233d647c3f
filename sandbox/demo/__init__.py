"""The demo: a world that goes wrong, a Slack to watch it in, and the bot, unchanged, between them."""

from __future__ import annotations

import json
import sys

from sandbox.demo.headless import NO_FAULT, play
from sandbox.demo.page import serve_page
from sandbox.demo.progress import watched
from sandbox.recommender.sources.wheels import DataMissing
from sandbox.recommender.world import NotRunning

__all__ = ["list_faults", "play_headless", "serve_page"]


def list_faults(as_json: bool) -> None:
    """Name everything that can go wrong, and the changes that must stay silent."""
    from sandbox.recommender.faults.catalogue import EVERY_FAULT

    if as_json:
        named = [
            {"name": f.name, "title": f.title, "kind": f.kind, "rollback_mends": f.rollback_mends} for f in EVERY_FAULT
        ]
        print(json.dumps({"faults": named}, indent=2))
        return
    for fault in EVERY_FAULT:
        print(f"{fault.name:28} {fault.kind:7} {fault.title}")


def play_headless(fault: str, world: str, *, as_json: bool, http: bool) -> None:
    """Play the whole story without a page and print what happened."""
    from sandbox.recommender.faults.catalogue import EVERY_FAULT

    names = [NO_FAULT, *(each.name for each in EVERY_FAULT)]
    if fault not in names:
        sys.exit(f"There is no fault called {fault!r}: choose one of {', '.join(names)}.")
    try:
        with watched(f"Playing {fault} on {world}") as progress:
            story = play(fault, world, progress, http=http)
    except (NotRunning, DataMissing) as wrong:
        sys.exit(str(wrong))
    if as_json:
        print(json.dumps(story.to_json(), indent=2, default=str))
        return
    print(story.in_words())
