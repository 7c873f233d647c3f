"""A world's quiet days, lived through once by the bot and then branched from for every trial."""

from __future__ import annotations

import pickle
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox.drill.keeping import copy_store, link_partitions
from sandbox.drill.records import NOTHING, Card, Trial, Watched
from sandbox.drill.watching import LATENESS, Watch, watching
from sandbox.recommender.cache import alone
from sandbox.recommender.world import NotRunning, RunningWorld
from sandbox.recommender.worlds import open_world

DONE = "quiet.pickle"
STORE, STATE, WORLD = "bot.db", "state.pickle", "world"


@dataclass(frozen=True)
class Branch:
    """One copy of a world on the evening of a quiet day, the bot that watches it, and the incidents there are."""

    world: RunningWorld
    watch: Watch
    before: tuple[Card, ...]

    def pass_day(self) -> list[Watched]:
        """Serve a day and let the bot look: when it usually does, and again when what came later still has landed."""
        day = self.world.today
        self.world.serve_day()
        looks, landed = self.world.today + LATENESS, self.world.clock.now()
        if landed <= looks:
            return self.watch.until(looks)
        with _still_missing(self.world.folder / "tables", f"{day.date()}.parquet"):
            seen = self.watch.until(looks)
        return seen + self.watch.again(landed)


@contextmanager
def _still_missing(tables: Path, partition: str) -> Iterator[None]:
    """While this lasts, no table has the partition."""
    files = list(tables.glob(f"*/{partition}"))
    for file in files:
        file.rename(file.with_suffix(".late"))
    yield
    for file in files:
        file.with_suffix(".late").rename(file)


def prepare(name: str, seed: int, days: int, kept: Path) -> Trial:
    """Live through a seed's quiet days, once for all its trials; what the bot said in them. NotRunning for a recording.

    After each of the `days` a trial may begin. `kept` is where they stay, see `kept_folder`.
    """
    folder = kept / f"{name}-{seed}"
    with alone(folder):
        done = folder / f"{days}-{DONE}"
        if not done.exists():
            done.parent.mkdir(parents=True, exist_ok=True)
            trial = _live_quietly(name, seed, days, folder)
            done.write_bytes(pickle.dumps(trial))
    lived: Trial = pickle.loads(done.read_bytes())
    return lived


@contextmanager
def branch(name: str, seed: int, onset: int, kept: Path) -> Iterator[Branch]:
    """A copy of a prepared world after `onset` quiet days, to be broken; gone when left."""
    lived = kept / f"{name}-{seed}" / f"day-{onset}"
    with tempfile.TemporaryDirectory(prefix="recsysops-drill-") as place:
        folder = Path(place) / "branch"
        shutil.copytree(lived, folder)
        state, snapshot = pickle.loads(zlib.decompress((folder / STATE).read_bytes()))
        world = RunningWorld(folder / WORLD, state)
        world.engine.snapshot = snapshot
        with watching(world.config_path, folder / STORE, world.clock.now()) as watch:
            yield Branch(world, watch, watch.cards())


def _live_quietly(name: str, seed: int, days: int, folder: Path) -> Trial:
    with tempfile.TemporaryDirectory(prefix=".living-", dir=folder.parent) as place:
        world = open_running(name, Path(place) / WORLD, seed)
        store = Path(place) / STORE
        with watching(world.config_path, store, world.clock.now()) as watch:
            seen = watch.until(world.today + LATENESS)
            for day in range(1, days + 1):
                world.serve_day()
                seen += watch.until(world.today + LATENESS)
                _keep(world, watch, store, folder / f"day-{day}")
            return Trial(NOTHING, name, seed, 0.0, seen[0].start, watch.mate.window, (), tuple(seen))


def open_running(name: str, folder: Path, seed: int) -> RunningWorld:
    """A fresh copy of a world that serves; NotRunning for one that is a recording."""
    world = open_world(name, folder, seed)
    if not isinstance(world, RunningWorld):
        raise NotRunning(
            f"The world {name} is a recording: nothing can be broken in it. Drill lab, lab-large or movielens."
        )
    return world


def _keep(world: RunningWorld, watch: Watch, store: Path, folder: Path) -> None:
    """Keep the world and the bot's memory as they are now."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(world.folder, folder / WORLD, copy_function=link_partitions)
    state = pickle.dumps((world.engine.state, world.engine.snapshot))
    (folder / STATE).write_bytes(zlib.compress(state, level=1))
    watch.mate.store.close()  # connections are made anew; what is written has then left the write-ahead log
    copy_store(store, folder / STORE)
