"""Worlds for the tests: opened fresh from the cache, each in its own folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.recommender.sources.wheels import DataMissing
from sandbox.recommender.world import RunningWorld, World
from sandbox.recommender.worlds import open_world
from tests.sandbox.recommender.reading import Read, read

OpenLab = Callable[[], RunningWorld]


@pytest.fixture
def open_lab(tmp_path_factory: pytest.TempPathFactory) -> OpenLab:
    def open_one() -> RunningWorld:
        world = open_world("lab", tmp_path_factory.mktemp("lab"))
        assert isinstance(world, RunningWorld)
        return world

    return open_one


@pytest.fixture
def lab(open_lab: OpenLab) -> RunningWorld:
    return open_lab()


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A lab world that nobody serves on: only its history is read."""
    return open_world("lab", tmp_path_factory.mktemp("history"))


@pytest.fixture(scope="session")
def healthy(history: World) -> Read:
    """The last three weeks of the lab's healthy history."""
    return read(history, days=21)


@pytest.fixture
def movielens(tmp_path: Path) -> RunningWorld:
    """A copy of its own for each test: one that serves a day changes its world."""
    return open_real("movielens", tmp_path)


def open_real(name: str, folder: Path) -> RunningWorld:
    try:
        world = open_world(name, folder)
    except DataMissing as missing:
        pytest.skip(str(missing))
    assert isinstance(world, RunningWorld)
    return world
