"""Does each new version show fewer titles than the one before? What breaks falls once; what feeds on itself goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from .base import History, Measure, Schema, Series
from .baseline import HALF_TO_SD
from .mix import VERSIONS, served_versions, versions_measures
from .versions import INDEX, index_measures

IN_A_ROW = 3  # versions: two may be one break in the middle of a window
CLEAR = 2.0  # standard deviations of the difference between two windows

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Narrowing:
    """Versions in a row that each show fewer titles than the one before, the oldest first."""

    of_index: bool  # versions of the candidate index; else of the model: it is not logged, or stayed the same
    levels: tuple[tuple[str, float], ...]  # version, and how many titles it showed in a window


def narrowing_measures(schema: Schema) -> list[Measure]:
    """Which versions of the model and of the index served, as far as this installation can tell."""
    return [*versions_measures(schema), *index_measures(schema)[:1]]


def find_narrowing(history: History, shown: Series) -> Narrowing | None:
    """The versions with which the number of titles shown went down, step by step, up to now; None when it did not.

    A fall that is no version's, or that only one or two have brought, may be anything.
    """
    for measure in (INDEX, VERSIONS):
        levels = _falling(shown.values, served_versions(history, measure))
        if len(levels) >= IN_A_ROW:
            return Narrowing(measure == INDEX, levels)
    return None


def _falling(values: Numbers, versions: Sequence[str | None]) -> tuple[tuple[str, float], ...]:
    """The last versions each of which showed clearly fewer than the one before it, and no fewer as it went on."""
    both = min(len(values), len(versions))
    pairs = zip(versions[len(versions) - both :], values[len(values) - both :], strict=True)
    told = [(version, float(value)) for version, value in pairs if np.isfinite(value)]
    clear = (
        CLEAR * HALF_TO_SD * float(np.median(np.abs(np.diff([value for _, value in told])))) if len(told) > 1 else 0.0
    )
    runs = [
        (version, [value for _, value in group])
        for version, group in groupby(told, key=lambda each: each[0])
        if version is not None
    ]
    found: list[tuple[str, float]] = []
    for (_, before), (version, run) in reversed(list(pairwise(runs))):
        if float(np.median(before) - np.median(run)) <= clear or run[0] - run[-1] > clear:
            break
        found.append((version, float(np.median(run))))
    return tuple(reversed(found))
