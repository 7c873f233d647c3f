"""The lab world, its history measured once and copied for every story."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from bot.detection.policy import Policy
from bot.detection.runner import Detection, Detector
from bot.launches.foretelling import Foreteller
from bot.recommender.contract import Recommender
from bot.recommender.opening import open_recommender
from bot.settings import load
from bot.store.sessions import Store, open_store
from checks.catalogue import EVERY_CHECK
from sandbox.recommender.world import World
from sandbox.recommender.worlds import open_world
from tests.bot.stores import store

__all__ = ["store"]


@dataclass
class StoppedClock:
    """A clock that shows what it is set to."""

    at: datetime

    def now(self) -> datetime:
        return self.at


@dataclass
class Watched:
    """A world with the detector that watches it."""

    world: World
    store: Store
    recommender: Recommender
    detector: Detector

    def pass_day(self) -> Detection:
        """Serve one more day and judge it."""
        self.world.serve_day()
        return self.detector.run(self.world.today)


def watch(world: World, store: Store) -> Watched:
    settings = load(world.config_path, {})
    recommender = open_recommender(settings)
    clock, policy = StoppedClock(world.today), Policy.from_settings(settings)
    detector = Detector(store, clock, recommender, EVERY_CHECK, policy, Foreteller(store, recommender, clock).foretell)
    return Watched(world, store, recommender, detector)


def measure_history(name: str, folder: Path) -> Path:
    """A store that has judged the last day of a world's history, and found nothing."""
    store = open_store(f"sqlite:///{folder / 'bot.db'}")
    watched = watch(open_world(name, folder / "world"), store)
    assert not watched.detector.run(watched.world.today).findings
    store.close()
    return folder / "bot.db"


@contextmanager
def going_on(name: str, measured: Path, folder: Path) -> Iterator[Watched]:
    """The world on the evening of its last day, judged up to then."""
    shutil.copy(measured, folder / "bot.db")
    store = Store(f"sqlite:///{folder / 'bot.db'}")
    yield watch(open_world(name, folder / "world"), store)
    store.close()


@pytest.fixture(scope="session")
def measured_lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return measure_history("lab", tmp_path_factory.mktemp("lab"))


@pytest.fixture
def lab(measured_lab: Path, tmp_path: Path) -> Iterator[Watched]:
    with going_on("lab", measured_lab, tmp_path) as watched:
        yield watched


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Callable[[], Watched]]:
    """The lab watched by a bot that has never measured anything."""
    store = open_store(f"sqlite:///{tmp_path / 'fresh.db'}")
    yield lambda: watch(open_world("lab", tmp_path / "fresh-world"), store)
    store.close()
