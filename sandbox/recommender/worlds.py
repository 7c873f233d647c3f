"""The worlds there are, and how to open one: built once, cached outside the repository, copied for every use."""

from __future__ import annotations

import hashlib
import pickle
import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import numpy
import sklearn

from sandbox.recommender.cache import alone, cache_folder
from sandbox.recommender.config import write_config
from sandbox.recommender.engine.features import FEATURES
from sandbox.recommender.engine.scene import Scene
from sandbox.recommender.engine.state import State
from sandbox.recommender.sources import lab, movielens, obd
from sandbox.recommender.tables.parquet import ParquetWriter
from sandbox.recommender.world import AFTER_MIDNIGHT, RunningWorld, World, burn_in

Progress = Callable[[str, float], None]
SIMULATED: dict[str, Callable[[int], Scene]] = {
    "movielens": movielens.make_scene,
    "lab": lab.make_scene,
    "lab-large": lab.make_large_scene,
}
WORLDS = (*SIMULATED, "obd")
TABLES = ("impressions", "outcomes", "items", "requests", "features_offline", "calls", "members", "changes")
SLICES = ("region", "age_group", "surface")
STATE_FILE = "state.pickle"  # a State, or for a recording the moment its clock starts at


def open_world(name: str, folder: Path, seed: int = 7, progress: Progress | None = None) -> World:
    """A fresh copy of a world with its history, in `folder`.

    The first opening builds it (seconds), later ones copy it from the cache. `progress` is told (words, share done).
    Raises ValueError for an unknown name, DataMissing when a world's data cannot be fetched.
    """
    if name not in WORLDS:
        raise ValueError(f"There is no world called {name!r}; choose one of {', '.join(WORLDS)}.")
    built = cache_folder() / "worlds" / f"{name}-{seed}-{source_hash()}"
    with alone(built):
        if not (built / STATE_FILE).exists():
            _build(name, seed, built, progress or _silent)
    shutil.copytree(built, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(STATE_FILE))
    state: State | datetime = pickle.loads((built / STATE_FILE).read_bytes())
    return RunningWorld(folder, state) if isinstance(state, State) else World(folder, name, state)


def source_hash() -> str:
    """Changes with the generator's code and the libraries that shape its numbers, and so with what it builds."""
    digest = hashlib.sha256(f"{numpy.__version__} {sklearn.__version__}".encode())
    here = Path(__file__).parent
    for path in sorted(here.rglob("*.py")):
        if "faults" not in path.relative_to(here).parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _build(name: str, seed: int, built: Path, progress: Progress) -> None:
    workshop = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=built.parent))
    try:
        progress(f"Reading {name}", 0.0)
        state = _simulate(name, seed, workshop, progress) if name in SIMULATED else _record(workshop)
        (workshop / STATE_FILE).write_bytes(pickle.dumps(state))
        workshop.rename(built)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _simulate(name: str, seed: int, folder: Path, progress: Progress) -> State:
    scene = SIMULATED[name](seed)
    (folder / "overrides").mkdir()
    text = write_config(name, TABLES, FEATURES, SLICES, window="1d", serving=True)
    (folder / "recsysops.toml").write_text(text)
    world = RunningWorld(folder, State.first(scene, seed))
    burn_in(world.engine, progress)
    days = scene.habits.history_days
    for day in range(days):
        world.serve_day()
        progress(f"Serving day {day + 1} of {days}", (day + 1) / days)
    return world.engine.state


def _record(folder: Path) -> datetime:
    last = obd.write_world(folder, ParquetWriter())
    return datetime.combine(last.date() + timedelta(days=1), datetime.min.time(), last.tzinfo) + AFTER_MIDNIGHT


def _silent(_: str, __: float) -> None:
    """Nobody is watching."""
