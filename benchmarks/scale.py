"""Does a check cycle stay quick with 10,000 slices, 45 checks and a year of daily history? `make bench` prints it.

The store and the whole detection are the real ones (claims, one write of the day, history, screen, judge, findings);
only the warehouse is not: it hands over the last day as a scan would, so that what is timed is what comes after a scan.
"""

from __future__ import annotations

import argparse
import json
import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from benchmarks.year import DAY, Filling, Year, scan_last_day
from bot.detection.policy import Policy
from bot.detection.retention import Retention, tidy
from bot.detection.runner import Detection, Detector
from bot.detection.spending import read_spending
from bot.detection.stored import Stored
from bot.detection.windows import history_windows
from bot.health import Health, health_of
from bot.recommender.contract import Measured, Recommender, Warehouse
from bot.store.sessions import Store, open_store
from checks.base import Measure, Schema, Window

CYCLE_AIM = 5.0  # seconds


@dataclass
class ScannedWarehouse:
    """A warehouse whose scan is over: it has the measurements of the newest day, and no table to look into."""

    measured: list[Measured]
    schema: Schema = field(default_factory=lambda: Schema({}, (), ()))

    told_apart: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def with_edges(self, edges: object) -> Schema:
        """Nothing to cut."""
        return self.schema

    def measure(self, measures: Sequence[Measure], windows: Sequence[Window]) -> list[Measured]:
        """The last day, when it is asked for."""
        return self.measured if self.measured[0].window in windows else []


@dataclass
class StoppedClock:
    """A clock that shows what it is set to."""

    at: datetime

    def now(self) -> datetime:
        """That moment."""
        return self.at


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What the work gives, and the seconds it took."""
    began = time.perf_counter()
    return work(), time.perf_counter() - began


def run_cycle(store: Store, year: Year, measured: list[Measured]) -> Detection:
    """One check cycle over the last day."""
    recommender = Recommender("scale", cast(Warehouse, ScannedWarehouse(measured)), None, None)
    policy = Policy(window=DAY)
    clock = StoppedClock(year.windows[-1].end)
    return Detector(store, clock, recommender, year.lineup, policy).run(clock.at)


def measure_all(year: Year, folder: Path) -> dict[str, Any]:
    """Every figure of one run."""
    store = open_store(f"sqlite:///{folder / 'year.db'}")
    _, building = timed(lambda: Filling(year, store).fill())
    figures: dict[str, Any] = {"slices": year.slices, "checks": year.checks, "days": year.days, "seed": year.seed}
    figures |= {"build_s": building, "file_mb": (folder / "year.db").stat().st_size / 1e6}
    measured = scan_last_day(year)
    busy = time.process_time()
    detection, figures["cycle_s"] = timed(lambda: run_cycle(store, year, measured))
    figures["cycle_cpu_s"] = time.process_time() - busy  # on a machine that others use too, the truer figure
    figures["of_which_reading_s"] = sum(check.reading_s for check in year.lineup)
    figures["of_which_judging_s"] = sum(check.judging_s for check in year.lineup)
    figures["of_which_writing_s"] = figures["cycle_s"] - figures["of_which_reading_s"] - figures["of_which_judging_s"]
    figures["findings"] = [f"{one.code} {one.slice}" for one in detection.findings]
    figures["rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    windows = history_windows(year.windows[-1], Policy(window=DAY))
    figures["plain_select_s"] = timed(lambda: _select(folder / "year.db", windows))[1]
    figures["cycle_to_plain_select"] = figures["cycle_s"] / figures["plain_select_s"]
    health, figures["status_s"] = timed(lambda: _say_status(store, year))
    figures["judged_until"] = health.judged_until.isoformat() if health.judged_until else None
    figures |= _against_rows(year, folder) | _tidy_all(store, year)
    store.close()
    return figures


def _say_status(store: Store, year: Year) -> Health:
    """All that `recsysops status` reads."""
    now = year.windows[-1].end
    read_spending(store, Policy(window=DAY), now)
    return health_of(store, year.lineup, now, 1.0)


def _read(store: Store, windows: Sequence[Window], year: Year) -> None:
    stored = Stored.read(store, windows)
    for check in year.lineup:
        stored.series(check.name, check.kind == "count")


def _select(path: Path, windows: Sequence[Window]) -> None:
    connection = sqlite3.connect(path)
    since = windows[0].start.strftime("%Y-%m-%d %H:%M:%S.000000")
    connection.execute('SELECT ids, n, "values" FROM measurements WHERE window_start >= ?', (since,)).fetchall()
    connection.close()


def _against_rows(year: Year, folder: Path) -> dict[str, float]:
    """Reading 60 days in blocks against reading them from one row a value, both at a hundredth of the slices."""
    small = replace(year, slices=max(2, year.slices // 100), days=min(year.days, 60), struck=1)
    store = open_store(f"sqlite:///{folder / 'small.db'}")
    Filling(small, store).fill()
    connection = sqlite3.connect(folder / "rows.db")
    connection.execute("CREATE TABLE m (measure TEXT, slice TEXT, day INTEGER, value REAL, counts TEXT, n INTEGER)")
    connection.execute("CREATE UNIQUE INDEX u ON m (measure, slice, day)")
    for day in range(small.days - 1):
        for check in small.lineup:
            values, n = (each.tolist() for each in small.arrays(check, day))
            rows = (
                (check.name, key, day, None, json.dumps(value), rows)
                if isinstance(value, list)
                else (check.name, key, day, value, None, rows)
                for key, value, rows in zip(small.keys, values, n, strict=True)
            )
            connection.executemany("INSERT INTO m VALUES (?, ?, ?, ?, ?, ?)", rows)
    connection.commit()
    _, by_row = timed(
        lambda: [json.loads(row[4]) if row[4] else row[3] for row in connection.execute("SELECT * FROM m")]
    )
    _, in_blocks = timed(lambda: _read(store, small.windows, small))
    connection.close()
    store.close()
    sizes = ((folder / name).stat().st_size for name in ("rows.db", "small.db"))
    return {"row_reading_to_block_reading": by_row / in_blocks, "row_file_to_block_file": next(sizes) / next(sizes)}


def _tidy_all(store: Store, year: Year) -> dict[str, float]:
    """Rolling up everything that is old at the year's end, a tick's worth at a time."""
    took = []
    while True:
        done, seconds = timed(lambda: tidy(store, "UTC", year.windows[-1].end, Retention()))
        took.append(seconds)
        if done:
            return {"tidy_s": sum(took), "tidy_ticks": float(len(took)), "tidy_longest_tick_s": max(took)}


def main() -> None:
    """Build the year, run the cycle, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("slices", "checks", "days", "seed"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Year(), name))
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure_all(Year(asked.slices, asked.checks, asked.days, asked.seed), Path(folder))
    if asked.json:
        print(json.dumps(figures, indent=2))
        return
    for name, value in figures.items():
        print(f"{name:32}{value:12.3f}" if isinstance(value, float) else f"{name:32}{value!s:>12}")
    print(f"a cycle takes {figures['cycle_s']:.1f} s; the aim is {CYCLE_AIM:.0f} s")


if __name__ == "__main__":
    main()
