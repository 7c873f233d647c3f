"""A world: a folder that the bot can watch, and the hands that move its time and break it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from threadpoolctl import threadpool_limits

from sandbox.recommender.clock import SandboxClock
from sandbox.recommender.engine.day import Engine
from sandbox.recommender.engine.hooks import Hooks
from sandbox.recommender.engine.scene import day_start
from sandbox.recommender.engine.state import State
from sandbox.recommender.faults.base import Dose, Fault
from sandbox.recommender.faults.catalogue import find_fault
from sandbox.recommender.tables.log import make_tables, remember, write_day, write_snapshots
from sandbox.recommender.tables.parquet import ParquetWriter

AFTER_MIDNIGHT = timedelta(minutes=30)  # when a day's partitions have landed


@dataclass(frozen=True)
class ServedDay:
    """What one served day came to."""

    day: datetime  # its start
    impressions: int  # rows that reached the warehouse
    outcomes: int
    model_version: str  # at the day's end
    notes: tuple[str, ...] = ()


class NotRunning(Exception):
    """This world is a recording: nobody serves, so nothing can be broken in it."""


class World:
    """A folder that the bot can watch, with a clock. Everything the bot may know of it lies in `folder`."""

    def __init__(self, folder: Path, name: str, now: datetime) -> None:
        self.folder = folder
        self.name = name
        self.clock = SandboxClock(now)

    @property
    def config_path(self) -> Path:
        """The recsysops.toml that maps this world's tables."""
        return self.folder / "recsysops.toml"

    @property
    def today(self) -> datetime:
        """The start of the next day to be served, aware, in UTC; in a recording, the day after its last."""
        return self.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)

    @property
    def first_day(self) -> datetime:
        """The start of the first day in the log, aware, in UTC."""
        first = min(file.stem for file in (self.folder / "tables" / "impressions").glob("*.parquet"))
        return datetime.fromisoformat(first).replace(tzinfo=UTC)

    def advance(self, by: timedelta) -> None:
        """Let time pass without serving anything."""
        self.clock.advance(by)

    def serve_day(self) -> ServedDay:
        """Serve the whole next day; raises NotRunning in a recording."""
        raise self._refuse()

    def break_with(self, name: str, dose: Dose | None = None) -> Fault:
        """Inject a fault (or a benign change) from the next served day on; raises NotRunning in a recording."""
        raise self._refuse()

    def mend(self) -> None:
        """The long-term fix of whatever was injected; raises NotRunning in a recording."""
        raise self._refuse()

    def _refuse(self) -> NotRunning:
        return NotRunning(
            f"The world {self.name} is a recording of real traffic; use movielens, lab or lab-large to serve and break."
        )


class RunningWorld(World):
    """A recommender that really serves: day by day, with its registry, obeying overrides."""

    def __init__(self, folder: Path, state: State) -> None:
        super().__init__(folder, state.scene.name, day_start(state.day) + AFTER_MIDNIGHT)
        self.engine = Engine(state, folder)
        self._writer = ParquetWriter()
        self._injected: list[Fault] = []

    @property
    def today(self) -> datetime:
        """The start of the next day to be served, aware, in UTC."""
        return day_start(self.engine.state.day)

    def break_with(self, name: str, dose: Dose | None = None) -> Fault:
        """Inject a fault (or a benign change) from the next served day on; returns it with its truth as injected.

        Raises ValueError for a name that is not in EVERY_FAULT, and for a fault that cannot happen in this world.
        """
        with threadpool_limits(1):  # what is trained for it is the same on every machine
            injected = find_fault(name).inject(self.engine, dose)
        self._injected.append(injected)
        write_snapshots(self._writer, self.folder / "tables", self.engine.state)
        return injected

    def mend(self) -> None:
        """The long-term fix: every injected cause is gone from the next served day on."""
        shipped = self.engine.hooks.pipelines  # what already went out with a version stays with it
        self.engine.hooks = Hooks(pipelines=shipped)
        for injected in self._injected:
            if injected.mend:
                injected.mend()
        self._injected.clear()
        write_snapshots(self._writer, self.folder / "tables", self.engine.state)

    def serve_day(self) -> ServedDay:
        """Serve the whole next day: retrain when due, obey overrides, write its partitions, move the clock past it."""
        state, day = self.engine.state, self.engine.state.day
        batches = self.engine.serve()
        tables = make_tables(state, self.engine.hooks, day, batches)
        remember(state, day, tables)
        write_day(self._writer, self.folder / "tables", state, day, tables)
        write_snapshots(self._writer, self.folder / "tables", state)
        landed = max([AFTER_MIDNIGHT, *(late(day) for late in self.engine.hooks.late)])
        self.clock.move_to(max(self.clock.now(), self.today + landed))
        notes, self.engine.notes = tuple(self.engine.notes), []
        counts = len(tables["impressions"]), len(tables["outcomes"])
        return ServedDay(day_start(day), *counts, batches[-1].model_version, notes)


def burn_in(engine: Engine, progress: Callable[[str, float], None]) -> None:
    """Serve the days before day 0 by a popularity policy: in no table, but in what the first version learns from."""
    state = engine.state
    while state.day < 0:
        day = state.day
        batches = engine.serve()
        remember(state, day, make_tables(state, engine.hooks, day, batches))
        state.changes.clear()
        progress("Warming up the recommender", 1 + state.day / state.scene.habits.burn_in)
