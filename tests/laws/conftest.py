"""The lab on the evening of a day that is served and not judged yet: made once, copied for every damage."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import SQLModel, func, select

import bot.store.tables  # noqa: F401 (so that all tables are counted)
from bot.detection.policy import Policy
from bot.detection.runner import Detection, Detector
from bot.recommender.contract import Recommender
from bot.recommender.opening import open_recommender
from bot.settings import load
from bot.store.sessions import Store, open_store
from checks.catalogue import EVERY_CHECK
from sandbox.recommender.worlds import open_world
from tests.bot.detection.conftest import StoppedClock, watch


@dataclass(frozen=True)
class Evening:
    """A world and a store that may be copied, and when it is."""

    folder: Path
    today: datetime

    @property
    def database(self) -> Path:
        return self.folder / "bot.db"

    @property
    def world(self) -> Path:
        return self.folder / "world"


@dataclass
class Room:
    """A copy of the evening, with a bot in it that has run since before the damage."""

    folder: Path
    today: datetime
    store: Store
    recommender: Recommender
    policy: Policy
    asked: list[Detection] = field(default_factory=list)

    @property
    def tables(self) -> Path:
        return self.folder / "tables"

    def judge(self, as_of: datetime | None = None) -> Detection:
        """Let every check judge the newest day."""
        moment = as_of or self.today
        detector = Detector(self.store, StoppedClock(moment), self.recommender, EVERY_CHECK, self.policy)
        self.asked.append(detector.run(moment))
        return self.asked[-1]

    def files(self) -> dict[str, str]:
        """What lies in the user's folder, by content."""
        every = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return {str(path.relative_to(self.folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in every}

    def rows(self) -> dict[str, int]:
        """How many rows each table of the store has."""
        with self.store.session() as session:
            return {
                table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
                for table in SQLModel.metadata.sorted_tables
            }


@pytest.fixture(scope="session")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Evening:
    """The lab, judged up to the day before its last."""
    folder = tmp_path_factory.mktemp("evening")
    store = open_store(f"sqlite:///{folder / 'bot.db'}")
    lab = watch(open_world("lab", folder / "world"), store)
    lab.detector.run(lab.world.today)
    lab.world.serve_day()
    store.close()
    return Evening(folder, lab.world.today)


def enter(evening: Evening, folder: Path, *, knowing: bool = True, timezone: str = "UTC") -> Room:
    """A copy of the evening; not `knowing`: the bot has never judged before."""
    world = folder / "world"
    shutil.copytree(evening.world, world)
    config = world / "recsysops.toml"
    config.write_text(config.read_text().replace('timezone = "UTC"', f'timezone = "{timezone}"'))
    if knowing:
        shutil.copy(evening.database, folder / "bot.db")
    settings = load(config, {})
    store = open_store(f"sqlite:///{folder / 'bot.db'}")
    return Room(world, evening.today, store, open_recommender(settings), Policy.from_settings(settings))


@pytest.fixture
def room(evening: Evening, tmp_path: Path) -> Iterator[Room]:
    """A copy of the evening for one damage."""
    made = enter(evening, tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def new_room(evening: Evening, tmp_path: Path) -> Iterator[Callable[..., Room]]:
    """Copies with a bot that has never judged; each in a time zone of its own."""
    made: list[Room] = []

    def make(timezone: str = "UTC") -> Room:
        made.append(enter(evening, tmp_path / str(len(made)), knowing=False, timezone=timezone))
        return made[-1]

    yield make
    for one in made:
        one.store.close()


@pytest.fixture(scope="session")
def good_day(evening: Evening, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each check says of the undamaged day."""
    made = enter(evening, tmp_path_factory.mktemp("good"))
    said: dict[str, str] = {one.code: one.state for one in made.judge().outcomes}
    made.store.close()
    return said
