"""The score of the Numenta Anomaly Benchmark, from its definition.

Lavin & Ahmad, Evaluating Real-Time Anomaly Detection Algorithms - the Numenta Anomaly Benchmark, 2015; with the
standard profile: a window detected early earns up to 1, a window missed costs 1, a row called wrongly up to 0.11.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

FALSE = 0.11  # what a row called wrongly costs, far from any window
STEEP, FAR = 5.0, 3.0  # of the scaled sigmoid; window lengths after which a false row costs all it can
PROBATION, LONGEST = 0.15, 5000  # the share of a file, of so many rows at most, in which nothing counts


@dataclass(frozen=True)
class Labelled:
    """A series with the windows in which something is known to have happened."""

    name: str  # folder/file
    times: Numbers  # (t,) seconds since 1970
    values: Numbers  # (t,)
    windows: tuple[tuple[int, int], ...]  # first and last row of each, in order

    @property
    def folder(self) -> str:
        """What is left out together when a threshold is chosen."""
        return self.name.split("/")[0]

    @property
    def probation(self) -> int:
        """Rows at the start in which nothing counts."""
        return int(min(PROBATION * len(self.values), PROBATION * LONGEST))

    def without_first(self, rows: int) -> Labelled:
        """The same events after a past that is shorter by so many rows; itself where a window begins in them."""
        if any(first <= rows for first, _ in self.windows):
            return self
        windows = tuple((first - rows, last - rows) for first, last in self.windows)
        return Labelled(self.name, self.times[rows:], self.values[rows:], windows)

    @cached_property
    def worth(self) -> tuple[Numbers, NDArray[np.int64]]:
        """What a detection at each row earns or costs, (t,); and the window it lies in, -1 for none."""
        rows = np.arange(len(self.values))
        worth, inside = np.full(len(rows), -FALSE), np.full(len(rows), -1)
        for number, (first, last) in enumerate(self.windows):
            later = rows > last
            worth[later] = FALSE * sigmoid((rows[later] - last) / max(1, last - first))
            within = (rows >= first) & (rows <= last)
            worth[within] = sigmoid(-(last - rows[within] + 1) / (last - first + 1)) / sigmoid(-1.0)
            inside[within] = number
        return worth, inside

    def counts(self, scores: Numbers, thresholds: Numbers) -> tuple[Numbers, Numbers]:
        """The raw score of calling every row at or above each threshold, and how many false incidents that is."""
        worth, inside = self.worth
        rows = np.arange(len(scores)) >= self.probation
        counted = np.flatnonzero(rows & (scores > 0))
        raw, false = np.zeros(len(thresholds)), np.zeros(len(thresholds))
        for at, threshold in enumerate(thresholds):
            called = counted[scores[counted] >= threshold]
            won = np.full(len(self.windows), -1.0)
            hit = inside[called] >= 0
            np.maximum.at(won, inside[called[hit]], worth[called[hit]])
            raw[at] = won.sum() + worth[called[~hit]].sum()
            false[at] = np.count_nonzero(np.diff(called[~hit], prepend=-2) > 1)
        return raw, false


def sigmoid(place: Numbers | float) -> Numbers:
    """From 0.99 at the left edge of a window (-1) by 0 at its right edge to -1 far behind."""
    scaled = 2 / (1 + np.exp(STEEP * np.minimum(place, FAR))) - 1
    return np.where(np.asarray(place) >= FAR, -1.0, scaled)


def normal(raw: float, windows: int) -> float:
    """0 for saying nothing, 100 for calling the first row of each window and no other."""
    return 100 * (raw + windows) / (2 * windows)


def read_folder(data: Path) -> list[Labelled]:
    """The series that `data`/windows.json names. FileNotFoundError where there is none."""
    named: dict[str, list[list[str]]] = json.loads((data / "windows.json").read_text())
    return [_read(data, name, windows) for name, windows in sorted(named.items())]


def _read(data: Path, name: str, windows: Sequence[Sequence[str]]) -> Labelled:
    from bot.cli.series_rows import SeriesFile, read_time

    blocks = list(SeriesFile(data / name, "timestamp", "value").blocks())
    times = np.concatenate([block.times for block in blocks])
    bounds = sorted((read_time(first), read_time(last)) for first, last in windows)
    rows = [np.flatnonzero((times >= first) & (times <= last)) for first, last in bounds]
    spans = tuple((int(inside[0]), int(inside[-1])) for inside in rows)
    return Labelled(name, times, np.concatenate([block.values for block in blocks]), spans)
