"""The lab without any fault, day by day, served once; and the same days served broken."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sandbox.recommender.faults.base import Dose
from sandbox.recommender.world import RunningWorld
from sandbox.recommender.worlds import open_world
from tests.sandbox.recommender.conftest import OpenLab
from tests.sandbox.recommender.faults.days import SERVED, Broken, Tables, last_day

Break = Callable[..., Broken]


@pytest.fixture(scope="session")
def quiet_days(tmp_path_factory: pytest.TempPathFactory) -> list[Tables]:
    """The first days after the lab's history, with nothing wrong."""
    world = open_world("lab", tmp_path_factory.mktemp("quiet"))
    assert isinstance(world, RunningWorld)
    days = []
    for _ in range(max(SERVED.values())):
        world.serve_day()
        days.append(last_day(world))
    return days


@pytest.fixture
def break_lab(open_lab: OpenLab, quiet_days: list[Tables]) -> Break:
    """Serve the lab with a fault until it shows, at a severity; a seed draws its place."""

    def broken(name: str, severity: float = 1.0, seed: int | None = None) -> Broken:
        world, days = open_lab(), SERVED.get(name, 1)
        fault = world.break_with(name, Dose(severity, None if seed is None else np.random.default_rng(seed)))
        for _ in range(days):
            world.serve_day()
        return Broken(fault, world, last_day(world), quiet_days[days - 1])

    return broken
