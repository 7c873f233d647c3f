"""The worlds there are, and how to open one: built once, cached outside the repository, copied for every use."""

from __future__ import annotations

import hashlib
import pickle
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy
import sklearn

from sandbox.recommender.cache import cache_folder
from sandbox.recommender.config import write_config
from sandbox.recommender.engine.features import FEATURES
from sandbox.recommender.engine.scene import Scene
from sandbox.recommender.engine.state import State
from sandbox.recommender.sources import lab, movielens
from sandbox.recommender.world import World, burn_in

Progress = Callable[[str, float], None]
SIMULATED: dict[str, Callable[[int], Scene]] = {"movielens": movielens.make_scene, "lab": lab.make_scene}
WORLDS = tuple(SIMULATED)
TABLES = ("impressions", "outcomes", "items", "requests", "changes")
SLICES = ("region", "age_group", "surface")
STATE_FILE = "state.pickle"


def open_world(name: str, folder: Path | None = None, seed: int = 7, progress: Progress | None = None) -> World:
    """A fresh copy of a world with its history, in `folder` (default: a new temporary one).

    The first opening builds it (seconds), later ones copy it from the cache. Raises ValueError for an unknown name.
    """
    if name not in WORLDS:
        raise ValueError(f"There is no world called {name!r}; choose one of {', '.join(WORLDS)}.")
    built = cache_folder() / "worlds" / f"{name}-{seed}-{source_hash()}"
    if not (built / STATE_FILE).exists():
        _build(name, seed, built, progress or _silent)
    target = folder or Path(tempfile.mkdtemp(prefix=f"recsysops-{name}-"))
    shutil.copytree(built, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(STATE_FILE))
    return World(target, pickle.loads((built / STATE_FILE).read_bytes()))


def source_hash() -> str:
    """Changes with the generator's code and the libraries that shape its numbers, and so with what it builds."""
    digest = hashlib.sha256(f"{numpy.__version__} {sklearn.__version__}".encode())
    here = Path(__file__).parent
    for path in sorted(here.rglob("*.py")):
        if "faults" not in path.relative_to(here).parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _build(name: str, seed: int, built: Path, progress: Progress) -> None:
    built.parent.mkdir(parents=True, exist_ok=True)
    workshop = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=built.parent))
    try:
        world = _found(workshop, State.first(SIMULATED[name](seed), seed))
        burn_in(world.engine, progress)
        days = world.engine.state.scene.habits.history_days
        for day in range(days):
            world.serve_day()
            progress(f"Serving day {day + 1} of {days}", (day + 1) / days)
        (workshop / STATE_FILE).write_bytes(pickle.dumps(world.engine.state))
        _publish(workshop, built)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _found(folder: Path, state: State) -> World:
    (folder / "overrides").mkdir()
    text = write_config(state.scene.name, TABLES, FEATURES, SLICES, window="1d", serving=True)
    (folder / "recsysops.toml").write_text(text)
    return World(folder, state)


def _publish(workshop: Path, built: Path) -> None:
    try:
        workshop.rename(built)
    except OSError:
        if not (built / STATE_FILE).exists():  # else another process built the same world first, which is as good
            raise


def _silent(_: str, __: float) -> None:
    """Nobody is watching."""
