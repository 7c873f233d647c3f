"""What does a day's scan cost beside the least that a hand-written query costs? `make bench-scan` prints it.

One side is the bot: recsysops.toml, its warehouse, its detector with every check of data/, model/, members/ and items/
(what does not apply to the three tables of scan_world.py is listed as such), a store, from reading the files to the
judged window. The other, the floor, is one hand-written DuckDB query that counts the same over impressions, for
everyone and each slice (scan_floor.py says exactly what, and what it does not do). Both run in processes of their own,
on the same files, with DuckDB's threads and memory set alike; CPU is user and system time of all threads, memory the
peak of the whole process. Beside the floor stands a plain query, which leaves out all slices but for the rates.

The last line printed is the suite's CPU over the floor's at the largest number of rows; above 1.5, or above 1 GiB of
memory, the exit code is 1. The bot has, as any day, the days before it behind it (their measurements in its store, and
its edges learned): fifteen days of a fiftieth of the rows, and in the second table 1, 30 and 365 days, all of one size.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.result import Cell, Result, Table, show
from benchmarks.scan_peers import measure_peers
from benchmarks.scan_world import DAY, LAST_DAY, World

MOST_RATIO, MOST_MB = 1.5, 1024
FAR = "1000000,10000000,50000000"
BEFORE = 15  # days, so that every check knows enough to judge
NOTES = (
    "The suite does more than the floor: duplicates, sums of the past, popularity, members, lists, calibration, "
    "storing and judging are in its CPU and not in the floor's.",
    "The days before the last have a fiftieth of its rows, so that all fits a small disk; what looks back (labels "
    "7 days, sums of the past 3) costs more where they are as large as the last one.",
    "The plain query counts for everyone alone (rates by slice): it shows what telling 35 slices apart costs at all.",
    "Helped: one pass over the finest groups of the slice columns and a second over those groups, in place of GROUPING "
    "SETS over the rows (each set is a pass of aggregation), in two statements: in one, the groupings lay claim to "
    "memory that a join needs, and from some ten million rows on all that was joined went to disk. For the same reason "
    "labels have passes of their own, over few columns, joined by a 64-bit hash.",
    "Did not help: all slice columns in one grouping (tens of thousands of groups, each with 25 histograms, leave the "
    "processor's cache: three times slower than two groupings of some hundred groups each); bins by chains of "
    "comparisons in place of histogram(); a pass of its own for what is asked for everyone alone.",
    "Two in three seconds of the suite are those passes over features and scores; the rest are, in this order, sums of "
    "the past (each value of the day is hashed once), the shadow order by popularity, choices, duplicates, lists.",
    "Edges are learned once in an installation's life, from a sample of 20,000 rows; that is told apart, in neither "
    "side.",
)


def run_side(side: str, world: World) -> dict[str, Any]:
    """One side in a process of its own; CalledProcessError when it fails."""
    command = [sys.executable, "-m", "benchmarks.scan_sides", side, str(world.folder)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def make_world(folder: Path, rows: int, days: int, rows_before: int) -> World:
    """The tables of one run: the last day, and the days before it."""
    world = World(folder)
    world.found()
    for back in range(days):
        world.serve(LAST_DAY - back * DAY, rows if back == 0 else rows_before)
    return world


def measure(world: World, sides: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Each side's figures, after what comes before any day."""
    figures = {}
    for side in ("learn", "before", *sides):
        print(f"  {side} ...", file=sys.stderr, flush=True)
        figures[side] = run_side(side, world)
    return figures


def measure_line(folder: Path, line: Sequence[int], peers: bool) -> tuple[list[dict[str, Any]], list[Table]]:
    """Every number of rows; the peers on the smallest, which they can hold in memory."""
    found, tables = [], []
    for rows in sorted(line):
        print(f"{rows:,} rows: serving them", file=sys.stderr, flush=True)
        world = make_world(folder / str(rows), rows, 1 + BEFORE, max(1000, rows // 50))
        found.append(measure(world, ("suite", "floor", "plain")))
        if peers and rows == min(line):
            tables.append(measure_peers(world, found[-1]["suite"]))
        shutil.rmtree(world.folder)
    return found, tables


def line_table(line: Sequence[int], found: Sequence[dict[str, Any]]) -> Table:
    """CPU and memory by rows."""
    rows: list[tuple[Cell, ...]] = []
    for count, each in zip(sorted(line), found, strict=True):
        suite, floor, plain = each["suite"], each["floor"], each["plain"]
        ratios = (suite["cpu"] / floor["cpu"], suite["cpu"] / plain["cpu"])
        once = (suite["again_cpu"], each["learn"]["cpu"])
        rows.append(
            (float(count), suite["cpu"], floor["cpu"], plain["cpu"], *ratios, suite["rss_mb"], floor["rss_mb"], *once)
        )
    columns = (
        "rows of the day",
        "suite, CPU s",
        "floor, CPU s",
        "plain query, CPU s",
        "suite / floor",
        "suite / plain",
    )
    return Table(
        "A day's scan: the whole suite beside one hand-written query",
        (*columns, "suite, peak MB", "floor, peak MB", "same day again, CPU s", "edges, once, CPU s"),
        tuple(rows),
    )


def describe_checks(suite: dict[str, Any]) -> str:
    """How many checks judged the day, and which do not apply to these tables."""
    by_state: dict[str, list[str]] = {}
    for code, (state, _) in suite["states"].items():
        by_state.setdefault(state, []).append(code)
    judged = sum(len(by_state.get(state, ())) for state in ("quiet", "finding"))
    rest = [f"{state} {', '.join(codes)}" for state, codes in by_state.items() if state not in ("quiet", "finding")]
    return f"{'; '.join([f'{judged} checks judged the day', *rest])}."


def history_table(folder: Path, days: Sequence[int], rows: int) -> Table:
    """The same last day with more and more days before it."""
    told: list[tuple[Cell, ...]] = []
    for count in days:
        print(f"{count} days of {rows:,} rows: serving them", file=sys.stderr, flush=True)
        world = make_world(folder / f"{count} days", rows, count, rows)
        suite = measure(world, ("suite",))["suite"]
        told.append((float(count), float(count * rows), suite["cpu"], suite["rss_mb"]))
        shutil.rmtree(world.folder)
    return Table(
        f"The same day of {rows:,} rows with more history beside it, a file a day",
        ("days there are", "rows there are", "suite over the last day, CPU s", "peak MB"),
        tuple(told),
    )


def main() -> int:
    """Serve, measure, print, keep; 1 when the suite is dearer than allowed."""
    parser = argparse.ArgumentParser(description="How dear a scan is beside a hand-written query.")
    parser.add_argument("--rows", default="1000000,3000000,10000000", help="rows of the day, the largest one counts")
    parser.add_argument("--far", action="store_true", help="instead: 1 to 50 million rows, on six times the disk")
    parser.add_argument("--days", default="1,30,365", help="days of history; none: leave that table out")
    parser.add_argument("--rows-a-day", type=int, default=50_000, help="rows of each day of that history")
    parser.add_argument("--peers", action="store_true", help="Evidently and whylogs beside it, in .venv/peers")
    parser.add_argument(
        "--folder", type=Path, help="where to lay the tables (2 GB for 10 million rows), else a temporary one"
    )
    asked = parser.parse_args()
    wanted = (FAR, "") if asked.far else (asked.rows, asked.days)
    line, days = ([int(float(each)) for each in text.split(",") if each] for text in wanted)
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        found, peers = measure_line(Path(folder), line, asked.peers)
        tables = [line_table(line, found), *peers]
        tables += [history_table(Path(folder), days, asked.rows_a_day)] if days else []
    show(tables)
    notes = () if asked.far else (describe_checks(found[-1]["suite"]), *NOTES)
    command = "make bench-scan" + " FAR=1" * asked.far + " PEERS=1" * asked.peers
    Result("scan_far" if asked.far else "scan", command, tuple(tables), notes).save()
    suite, floor = found[-1]["suite"], found[-1]["floor"]
    ratio = suite["cpu"] / floor["cpu"]
    print(f"{suite['rss_mb']:.0f} MB at the most; allowed are {MOST_MB}")
    print(f"{ratio:.2f} times the CPU of the floor; allowed are {MOST_RATIO}")
    return int(ratio > MOST_RATIO or suite["rss_mb"] > MOST_MB)


if __name__ == "__main__":
    sys.exit(main())
