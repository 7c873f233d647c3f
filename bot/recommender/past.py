"""Past windows of a table summed up, so that a later look tells whether they have changed; and which to look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bot.recommender.dialect import quote, text
from bot.recommender.engine import Engine
from bot.recommender.file_times import name_files
from bot.recommender.files import files_by_window, runs_of
from bot.recommender.mapping import Column, Table
from bot.recommender.reading import Bounds, read_table
from checks.base import Window
from checks.past import CELLS, LEVELS, still_columns

SMALL = 2147483647  # hashes are cut to 31 bits, so that many can be summed ...
EXACT = 4503599627370496  # ... and the sums to 52, which a float holds exactly
KEYS = ("ts", "request_id", "member_id", "item_id")


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
    return f"CAST(sum(CAST({hashed} % {SMALL} AS INTEGER)) % {EXACT} AS BIGINT)"  # small ones are summed quicker


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


def find_windows(engine: Engine, table: Table, files: Sequence[str], windows: Sequence[Window]) -> list[Window]:
    """Which of these windows have rows in these files, in the order of the last of the files that each has rows in."""
    if not files or "ts" not in table.columns:
        return []
    place = {file: at for at, file in enumerate(files)}
    by_window = files_by_window(engine, table, name_files(files), windows)
    return sorted(by_window, key=lambda window: (max(place[file] for file in by_window[window]), window))
