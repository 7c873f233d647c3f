"""The sides of `make bench-scan`, each in a process of its own: `python -m benchmarks.scan_sides SIDE FOLDER`.

Each prints one JSON object: CPU seconds (user and system, all threads) and seconds of its work, without the start of
Python and the opening of the tables; and the most memory the whole process held.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.scan_floor import floor_sql, plain_sql
from benchmarks.scan_world import DAY, FEATURES, LAST_DAY, MEMORY, SLICES, THREADS, World
from benchmarks.usage import Figures, peak_mb, timed

FOLDERS = ("data", "model", "members", "items")  # of checks/


@dataclass
class StoppedClock:
    """A clock that stands."""

    at: datetime

    def now(self) -> datetime:
        """That moment."""
        return self.at


def open_detector(world: World, last: datetime = LAST_DAY) -> Any:
    """The bot's own detector on these tables, with every check of the four folders and a store beside the tables."""
    from bot.detection.policy import Policy
    from bot.detection.runner import Detector
    from bot.recommender.opening import open_recommender
    from bot.settings import load
    from bot.store.sessions import open_store
    from checks.catalogue import EVERY_CHECK

    settings = load(world.config, {})
    recommender = open_recommender(settings)
    checks = [check for check in EVERY_CHECK if type(check).__module__.split(".")[1] in FOLDERS]
    store = open_store(f"sqlite:///{world.folder / 'bot.db'}")
    return Detector(
        store, StoppedClock(last + DAY + timedelta(hours=2)), recommender, checks, Policy.from_settings(settings)
    )


def learn(world: World) -> Figures:
    """What is done once in the life of an installation: the edges, from a sample of one day."""
    from bot.recommender.opening import open_recommender
    from bot.settings import load
    from bot.store.sessions import open_store
    from bot.store.tables import Edges
    from checks.base import Window

    recommender = open_recommender(load(world.config, {}))
    columns = (*FEATURES, "score")
    edges, figures = timed(lambda: recommender.warehouse.learn_edges(columns, Window(LAST_DAY, LAST_DAY + DAY)))
    store = open_store(f"sqlite:///{world.folder / 'bot.db'}")
    with store.session() as session:
        session.add_all(Edges(column=name, edges=list(cut), learned_at=LAST_DAY) for name, cut in edges.items())
    (world.folder / "edges.json").write_text(json.dumps(edges))
    return figures


def run_before(world: World) -> Figures:
    """What an installation has behind it when a day comes: every day before was measured and judged."""
    detector = open_detector(world, LAST_DAY - DAY)
    return timed(lambda: detector.run())[1]


def run_suite(world: World) -> Figures:
    """The whole suite over the last day, and over the same day again."""
    detector = open_detector(world)
    detection, figures = timed(lambda: detector.run())
    _, again = timed(lambda: detector.run())
    states = {outcome.code: (outcome.state, outcome.words) for outcome in detection.outcomes}
    return figures | {"again_cpu": again["cpu"], "states": states}


def run_sql(world: World, sql: str) -> Figures:
    """One statement on a DuckDB of its own."""
    import duckdb

    connection = duckdb.connect(
        config={"threads": THREADS, "memory_limit": MEMORY, "temp_directory": str(world.folder)}
    )
    rows, figures = timed(lambda: connection.execute(sql).fetchall())
    return figures | {"rows": len(rows)}


def read_edges(world: World) -> Mapping[str, tuple[float, ...]]:
    """What `learn` learned."""
    found = json.loads((world.folder / "edges.json").read_text())
    return {name: tuple(edges) for name, edges in found.items()}


SIDES: Mapping[str, Callable[[World], Figures]] = {
    "learn": learn,
    "before": run_before,
    "suite": run_suite,
    "floor": lambda world: run_sql(world, floor_sql(world, read_edges(world), tuple(SLICES))),
    "plain": lambda world: run_sql(world, plain_sql(world, read_edges(world), tuple(SLICES))),
}


def main() -> None:
    """Run one side and print what it took."""
    side, folder = sys.argv[1:]
    figures = SIDES[side](World(Path(folder)))
    figures["rss_mb"] = peak_mb()
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
