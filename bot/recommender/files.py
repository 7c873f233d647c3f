"""The Parquet files of a table: which hold a window's rows, and which were written since they were last looked at."""

from __future__ import annotations

import glob
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.recommender.dialect import quote
from bot.recommender.engine import Engine
from bot.recommender.file_times import Signature, sign
from bot.recommender.mapping import Table
from bot.recommender.reading import Bounds, read_table
from checks.base import Window

LATEST = 16  # files taken for new by a bot that has just begun: those written last


@dataclass
class FilesSeen:
    """The files of each table as they were when last looked at: what is other by now may hold other rows."""

    seen: dict[str, Mapping[str, Signature]] = field(default_factory=dict)

    def find_written(self, table: str, place: str) -> list[str]:
        """The files written since the last look, the latest last; at the first look the few that were written last."""
        now = {file: signature for file in glob.glob(place, recursive=True) if (signature := sign(file))}
        before = self.seen.get(table)
        self.seen[table] = now
        in_order = sorted(now, key=lambda file: now[file])
        return in_order[-LATEST:] if before is None else [file for file in in_order if before.get(file) != now[file]]


def files_by_window(engine: Engine, table: Table, files: str, windows: Sequence[Window]) -> dict[Window, list[str]]:
    """The files (of a pattern or list, as SQL) that hold rows of each window; windows without rows are left out."""
    source = f"read_parquet({files}, union_by_name = true, filename = 'file_')"
    times = replace(table, source=source, columns={"ts": table.columns["ts"]}, files=None)
    found: dict[Window, list[str]] = defaultdict(list)
    for run in runs_of(windows):
        bounds = Bounds(run[0].start, run[-1].end, run[0].end - run[0].start)
        rows = read_table(times, bounds.start, bounds.end).replace(" FROM ", f", {quote('file_')} FROM ", 1)
        for number, file in engine.all(f"SELECT DISTINCT {bounds.window_number('ts')}, file_ FROM ({rows})"):
            found[run[int(number)]].append(file)
    return found


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
