"""A series in a CSV file, read in blocks: each row's own words are kept, its time and value understood."""

from __future__ import annotations

import csv
import gzip
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BLOCK = 8192  # rows read at once: memory does not grow with the file
MISSING = frozenset(("", "nan", "na", "n/a", "null", "none", "-"))
MILLISECONDS = 1e11  # a number of seconds beyond this is one of milliseconds: the year is 1973, or else 5138


class SeriesWrong(ValueError):
    """The file is no series; the message says which line and what to do."""


@dataclass(frozen=True)
class Rows:
    """Some rows of the file, in its order."""

    texts: list[tuple[str, str]]  # time and value as they were written
    times: NDArray[np.float64]  # seconds since 1970
    values: NDArray[np.float64]  # NaN where there is none


@dataclass(frozen=True)
class SeriesFile:
    """Where a series lies, and what its columns are called."""

    path: Path
    time: str
    value: str

    def blocks(self) -> Iterator[Rows]:
        """The rows, so many at a time. SeriesWrong for what is no series."""
        try:
            with self._open() as file:
                yield from self._blocks(csv.reader(file))
        except OSError as error:
            raise SeriesWrong(f"{self.path} cannot be read: {error.strerror or error}.") from error
        except EOFError as error:
            raise SeriesWrong(f"{self.path} ends in the middle: pack it again with gzip.") from error
        except UnicodeDecodeError as error:
            raise SeriesWrong(f"{self.path} is no text in UTF-8: save it as CSV in UTF-8.") from error
        except csv.Error as error:
            raise SeriesWrong(f"{self.path} is no CSV: {error}.") from error

    def _open(self) -> IO[str]:
        if self.path.suffix == ".gz":
            return gzip.open(self.path, "rt", encoding="utf-8-sig", newline="")
        return self.path.open(encoding="utf-8-sig", newline="")

    def _blocks(self, lines: Iterator[list[str]]) -> Iterator[Rows]:
        header = [name.strip() for name in next(lines, [])]
        if not header:
            raise SeriesWrong(f"{self.path} is empty: it needs a line of column names and a line for each row.")
        at, first = (self._column(header, self.time), self._column(header, self.value)), 2
        while block := list(islice(lines, BLOCK)):
            yield self._understand(block, at, first)
            first += len(block)
        if first == 2:
            raise SeriesWrong(f"{self.path} has column names and no rows: there is nothing to judge.")

    def _column(self, header: list[str], name: str) -> int:
        if name not in header:
            raise SeriesWrong(f"{self.path} has no column {name!r}: choose from {', '.join(header)}.")
        return header.index(name)

    def _understand(self, block: list[list[str]], at: tuple[int, int], first: int) -> Rows:
        import numpy as np

        texts, times, values = [], [], []
        for line, row in enumerate(block, first):
            if not row:
                continue  # an empty line
            if len(row) <= max(at):
                raise SeriesWrong(
                    f"{self.path}, row {line}: it has {len(row)} fields; give it as many as column names."
                )
            texts.append((row[at[0]], row[at[1]]))
            try:
                times.append(read_time(row[at[0]]))
                values.append(read_value(row[at[1]]))
            except SeriesWrong as wrong:
                raise SeriesWrong(f"{self.path}, row {line}: {wrong}") from None
        return Rows(texts, np.array(times, dtype=float), np.array(values, dtype=float))


def read_time(text: str) -> float:
    """Seconds since 1970 of an ISO time (UTC where it names no zone), or of a number of seconds or milliseconds."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return _read_seconds(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _read_seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not math.isfinite(seconds):
        raise SeriesWrong(f"{text!r} is no time: write 2026-02-20 06:00:00, or seconds since 1970.")
    return seconds / 1000 if abs(seconds) > MILLISECONDS else seconds


def read_value(text: str) -> float:
    """The number, NaN where there is none: such a row is kept and says nothing."""
    try:
        return float(text)
    except ValueError:
        if text.strip().lower() in MISSING:
            return math.nan
        raise SeriesWrong(f"{text!r} is no number: leave the value empty where there is none.") from None
