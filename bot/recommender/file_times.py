"""Which of a table's Parquet files can hold rows of a stretch of time, so that the others need not even be opened.

DuckDB skips the rows of such files by their statistics, but opens each of them for every statement to learn its
columns: with a file a day that soon costs more than the rows do.
"""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.recommender.dialect import text
from bot.recommender.engine import Engine, StatementFailed

Signature = tuple[int, int]  # time of the last change, size

FEW = 4  # files: with fewer there is nothing to save
SLACK = timedelta(days=1)  # between a local time as it is written and the same in UTC, at most
PARTITION = re.compile(r"[^/\\]+=[^/\\]*[/\\]")  # a folder that is a column's value


@dataclass(frozen=True)
class Known:
    """What the end of a file says of it."""

    signature: Signature
    columns: str  # names and types, to be compared
    first: datetime | None  # of its times; None where it does not say
    last: datetime | None


@dataclass(eq=False)
class FileTimes:
    """The files of one table, each looked at once for as long as it stays the same."""

    engine: Engine
    place: str  # the pattern of the files
    physical: str  # the column of times, as the files have it
    zoned: bool  # whether its times are moments; else they are local times
    known: Mapping[str, Known] = field(default_factory=dict)

    def within(self, start: datetime | None, end: datetime | None) -> list[str] | None:
        """The files that may have rows with start <= ts < end, at least one; None when all must be read.

        All must be read where there are few, where they have not the same columns (a column may be in some of them
        only), where folders are columns, and where the end of one cannot be read.
        """
        signed = {
            file: signature for file in sorted(glob.glob(self.place, recursive=True)) if (signature := sign(file))
        }
        if len(signed) < FEW or PARTITION.search(self.place) or any(map(PARTITION.search, signed)):
            return None
        if not self._look_at(signed):
            return None
        known = {file: self.known[file] for file in signed}
        if len({one.columns for one in known.values()}) > 1:
            return None
        low, high = start and self._as_written(start, -SLACK), end and self._as_written(end, SLACK)
        found = [file for file, one in known.items() if _may_lie_within(one, low, high)]
        return found or [next(reversed(known))]

    def _as_written(self, moment: datetime, slack: timedelta) -> datetime:
        utc = moment.astimezone(UTC).replace(tzinfo=None)
        return utc if self.zoned else utc + slack

    def _look_at(self, signed: Mapping[str, Signature]) -> bool:
        """Learn of the files that are new or other; whether all of them could be read."""
        known = {file: one for file, one in self.known.items() if signed.get(file) == one.signature}
        unknown = [file for file in signed if file not in known]
        try:
            known |= self._read_ends(unknown, signed) if unknown else {}
        except StatementFailed:  # whoever reads the rows is told which file, and why
            return False
        self.known = known
        return known.keys() >= signed.keys()

    def _read_ends(self, files: Sequence[str], signed: Mapping[str, Signature]) -> dict[str, Known]:
        listed = name_files(files)
        kind = "TIMESTAMPTZ" if self.zoned else "TIMESTAMP"
        low, high = (
            f"TRY_CAST(coalesce(stats_{side}_value, stats_{side}) AS {kind})" + " AT TIME ZONE 'UTC'" * self.zoned
            for side in ("min", "max")
        )
        times = self.engine.all(
            f"SELECT file_name, bool_and(({low}) IS NOT NULL AND ({high}) IS NOT NULL), min({low}), max({high}) "
            f"FROM parquet_metadata({listed}) WHERE path_in_schema = {text(self.physical)} GROUP BY 1"
        )
        told = "concat_ws(' ', name, type, duckdb_type, num_children)"
        columns = self.engine.all(
            f"SELECT file_name, string_agg({told}, ',' ORDER BY {told}) FROM parquet_schema({listed}) GROUP BY 1"
        )
        spans = {file: (first, last) if whole else (None, None) for file, whole, first, last in times}
        return {file: Known(signed[file], names, *spans.get(file, (None, None))) for file, names in columns}


def sign(file: str) -> Signature | None:
    """What tells whether a file has changed; None when it is not there (any more)."""
    try:
        stat = os.stat(file)  # a Path is dearer to make than to ask, and there are thousands a window
    except FileNotFoundError:  # moved away just now
        return None
    return stat.st_ctime_ns, stat.st_size


def name_files(files: Sequence[str]) -> str:
    """Files as DuckDB's list."""
    return f"[{', '.join(map(text, files))}]"


def _may_lie_within(one: Known, low: datetime | None, high: datetime | None) -> bool:
    if one.first is None or one.last is None:
        return True
    return (low is None or one.last >= low) and (high is None or one.first < high)
