"""Past windows of a table summed up, so that a later look tells whether they have changed; and which to look at."""

from __future__ import annotations

import glob
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.recommender.dialect import quote, text
from bot.recommender.engine import Engine
from bot.recommender.mapping import Column, Table
from bot.recommender.reading import Bounds, read_table
from checks.base import Window
from checks.past import CELLS, LEVELS, still_columns

Signature = tuple[int, int]  # size, time of the last change

SMALL = 2147483647  # hashes are cut to 31 bits, so that many can be summed ...
EXACT = 4503599627370496  # ... and the sums to 52, which a float holds exactly
KEYS = ("ts", "request_id", "member_id", "item_id")
LATEST = 16  # files looked at for old windows by a bot that has just begun


@dataclass(frozen=True)
class Summed:
    """A past window's rows in numbers that change when a row does; see checks.past.compare."""

    window: Window
    rows: int
    sums: tuple[float, ...]


def sum_up(engine: Engine, table: Table, windows: Sequence[Window]) -> list[Summed]:
    """One sum a window; windows of one length and unbroken in one statement. A window without rows has 0."""
    return [one for run in runs_of(windows) for one in _sum_run(engine, table, run)]


def _sum_run(engine: Engine, table: Table, windows: Sequence[Window]) -> list[Summed]:
    bounds = Bounds(windows[0].start, windows[-1].end, windows[0].end - windows[0].start)
    columns = still_columns(table.name, table.columns)
    hashes = [f"hash({_steady(table.columns[name])})" for name in columns]
    key = f"hash({', '.join(quote(name) for name in KEYS if name in table.columns)})"
    level = f"least({LEVELS - 1}, CAST(floor(32 - log2(k % 4294967296 + 1)) AS INTEGER))"
    cell = f"{level} * {CELLS} + CAST((k // 4294967296) % {CELLS} AS INTEGER)"
    each = ", ".join(f"{one} AS h{i}" for i, one in enumerate(hashes))
    inside = read_table(table, bounds.start, bounds.end)
    rows = f"SELECT {bounds.window_number('ts')} AS w, {key} AS k, {each} FROM ({inside})"
    row = f"hash({', '.join(f'h{i}' for i in range(len(columns)))})"
    told = ", ".join(f"{_sum(one)}" for one in (row, *(f"h{i}" for i in range(len(columns)))))
    stamp = f"SELECT hash({text(' '.join(columns))}) % {EXACT}"
    found = engine.all(f"SELECT w, {cell} AS cell, count(*), {told}, ({stamp}) FROM ({rows}) GROUP BY 1, 2")
    by_window = defaultdict(list)
    for number, *rest in found:
        by_window[int(number)].append(rest)
    return [_assemble(window, len(columns), by_window[i]) for i, window in enumerate(windows)]


def _sum(hashed: str) -> str:
    return f"CAST(sum({hashed} % {SMALL}) % {EXACT} AS BIGINT)"


def _assemble(window: Window, columns: int, found: Sequence[Sequence[int]]) -> Summed:
    """From a row a cell to the whole window's numbers."""
    sums, cells, rows, stamp = [0] * columns, [0] * (LEVELS * CELLS), 0, 0
    for cell, count, row, *rest in found:
        rows, stamp = rows + count, rest[-1]
        cells[cell] = row
        sums = [(a + b) % EXACT for a, b in zip(sums, rest[:-1], strict=True)]
    return Summed(window, rows, tuple(float(number) for number in (stamp, *sums, *cells)))


def _steady(column: Column) -> str:
    """A value so that the same one has the same hash when a newer file widens the column's type."""
    kind = "DOUBLE" if column.kind.startswith(("DECIMAL", "FLOAT", "DOUBLE")) or "INT" in column.kind else "VARCHAR"
    return f"CAST({quote(column.name)} AS {kind})"


def runs_of(windows: Sequence[Window]) -> list[list[Window]]:
    """Windows in unbroken rows of one length, oldest first."""
    runs: list[list[Window]] = []
    for window in sorted(windows):
        last = runs[-1][-1] if runs else None
        if last and last.end == window.start and last.end - last.start == window.end - window.start:
            runs[-1].append(window)
        else:
            runs.append([window])
    return runs


@dataclass
class FilesSeen:
    """The files of each table as they were when last looked at: what is other by now may hold other rows."""

    seen: dict[str, Mapping[str, Signature]] = field(default_factory=dict)

    def find_written(self, table: str, place: str) -> list[str]:
        """The files written since the last look; at the first look the few that were written last."""
        now = {file: signature for file in glob.glob(place, recursive=True) if (signature := _sign(file))}
        before = self.seen.get(table)
        self.seen[table] = now
        if before is None:
            return sorted(now, key=lambda file: now[file][1], reverse=True)[:LATEST]
        return [file for file, signature in now.items() if before.get(file) != signature]


def find_windows(engine: Engine, table: Table, files: Sequence[str], windows: Sequence[Window]) -> list[Window]:
    """Which of these windows have rows in these files."""
    if not files or "ts" not in table.columns:
        return []
    source = f"read_parquet([{', '.join(map(text, files))}], union_by_name = true)"
    times = replace(table, source=source, columns={"ts": table.columns["ts"]})
    found = []
    for run in runs_of(windows):
        bounds = Bounds(run[0].start, run[-1].end, run[0].end - run[0].start)
        rows = read_table(times, bounds.start, bounds.end)
        numbers = engine.all(f"SELECT DISTINCT {bounds.window_number('ts')} FROM ({rows})")
        found += [run[int(number)] for (number,) in numbers]
    return sorted(found)


def _sign(file: str) -> Signature | None:
    try:
        stat = Path(file).stat()
    except FileNotFoundError:  # moved away just now
        return None
    return stat.st_size, stat.st_ctime_ns
