from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sandbox.demo.stage import Stage, staged, workspace


def silent(_words: str, _share: float | None) -> None:
    """Nobody watches the preparations of a test."""


@contextmanager
def judged(world: str) -> Iterator[Stage]:
    """A world, a workspace, and a bot that has judged its latest day."""
    slack = workspace()
    with slack.running(), staged(world, silent, slack, history=0) as opened:
        opened.live_through(opened.world.clock.now())
        opened.look()
        yield opened


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """The lab: shared by the talks of one file."""
    with judged("lab") as opened:
        yield opened


@pytest.fixture(scope="module")
def broken(stage: Stage) -> Stage:
    """The same, a day after a new version began to serve a feature as a constant: one incident is open."""
    stage.world.break_with("constant-feature")
    stage.next_day()
    stage.all_said()
    return stage
