"""Large scans in as few passes over the rows as their slices allow."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bot.recommender.merging import Parts
from bot.recommender.scan import MOST_VALUES, Row, Scan
from checks.base import Measure

MANY = 200_000  # rows from which on two steps pay; below, planning them costs more than they save
A_GROUP = 500  # rows that cost as much to aggregate as a group costs to begin
MOST_GROUPS = 512  # of a window: what is counted of each, histograms too, should stay in the processor's cache
MOST_ALTOGETHER = 8192  # of all windows, whose counts are held in memory
VERY_MANY = 2_000_000  # rows from which on what is made of them wants the memory that groupings lay claim to
MOST_NARROW = 200_000  # groups of which a few things are counted, no histograms of every feature
FINEST = "finest_groups"


@dataclass(frozen=True)
class FinestScan(Scan):
    """One pass over the rows by window and all its slice columns together, and a second over those groups."""

    @cached_property
    def _parts(self) -> tuple[Parts, tuple[tuple[str, str], ...]]:
        parts = Parts()
        told = [(parts.merge(measure.value), parts.merge(measure.n)) for measure in self.measures]
        return parts, tuple((value, n) for value, n in told if value is not None and n is not None)

    @cached_property
    def told(self) -> tuple[tuple[str, str], ...]:
        """The SQL of each measure's value and n over the groups."""
        return self._parts[1]

    def statements(self, relation: str) -> tuple[str, ...]:
        """The pass over the rows, kept as a temporary table, and the one over the groups.

        In one statement, the memory that the groupings of the second lay claim to leaves too little for a join in the
        first, and every row that is joined goes to disk and back.
        """
        parts = [f"{sql} AS {name}" for sql, name in self._parts[0].names.items()]
        by = ", ".join(["window_", *self.groups])
        rows = f"SELECT {', '.join([by, *parts])} FROM ({self.rows(relation)}) GROUP BY {by}"
        return f"CREATE TEMPORARY TABLE {FINEST} AS {rows}", self.group(f"SELECT * FROM temp.{FINEST}")


@dataclass(frozen=True)
class Sizes:
    """How many rows and windows with any a scan reads, how many groups they fall in when all its slice columns are told
    apart, and how many values each of those has."""

    rows: int
    windows: int
    groups: int
    values: Mapping[str, int]


def ask_sizes(scan: Scan, relation: str) -> str:
    """SQL of a row for `read_sizes`: it reads nothing but times and slice columns."""
    by = ", ".join(["window_", *scan.groups])
    inner = f"SELECT {by}, count(*) AS n FROM ({scan.rows(relation)}) GROUP BY {by}"
    told = "".join(f", count(DISTINCT {group})" for group in scan.groups)
    return f"SELECT sum(n), count(DISTINCT window_), count(*){told} FROM ({inner})"


def read_sizes(scan: Scan, row: Row) -> Sizes:
    """What the row says."""
    rows, windows, groups, *values = (int(number or 0) for number in row)
    return Sizes(rows, windows, groups, dict(zip(scan.slices, values, strict=True)))


def divide(scan: Scan, sizes: Sizes) -> list[Scan]:
    """The scans to run in the place of a large one, each of one relation: together they measure the same.

    What is asked of `impressions` and of `labelled` is asked of each by itself: hundreds of counts a group leave a join
    in the same statement too little memory.

    What is not the sum of its parts, such as a count of different values, is measured as it was; so is everything where
    a column has more values than can be told apart, which is found out once.
    """
    bundles = _bundle(scan, sizes)
    if sizes.rows < MANY or _is_crowded(scan, sizes) or len(bundles) >= len(scan.slices):
        return [scan]
    relations = dict.fromkeys(measure.relation for measure in scan.measures)
    return [part for relation in relations for part in _divide(scan, relation, bundles)]


def condense(scan: Scan, sizes: Sizes) -> list[Scan]:
    """The scans in the place of one of a relation that is made of impressions, `sizes` being theirs: where there are
    very many, its rows are counted by all slices at once before they are counted by each.
    """
    if sizes.rows < VERY_MANY or sizes.groups > MOST_NARROW or _is_crowded(scan, sizes):
        return [scan]
    return _divide(scan, scan.measures[0].relation, [scan.slices])


def _is_crowded(scan: Scan, sizes: Sizes) -> bool:
    """Whether a column has more values than can be told apart."""
    return any(sizes.values[name] > MOST_VALUES + (name in scan.kept) for name in scan.slices)


def _divide(scan: Scan, relation: str, bundles: Sequence[Sequence[str]]) -> list[Scan]:
    """The scans for what is asked of one relation."""
    asked = [measure for measure in scan.measures if measure.relation == relation]
    divisible = [measure for measure in asked if _is_divisible(measure)]
    rest = [measure for measure in asked if measure not in divisible]
    scans = [replace(scan, measures=tuple(rest))] if rest else []
    for i, bundle in enumerate(bundles):
        mine = [_narrow(measure, bundle) for measure in divisible]
        wanted = [measure for measure in mine if measure.slices or i == 0]
        if wanted:
            scans.append(FinestScan(tuple(wanted), scan.windows, scan.kept, everyone=i == 0))
    return scans


def _is_divisible(measure: Measure) -> bool:
    return Parts().merge(measure.value) is not None and Parts().merge(measure.n) is not None


def _narrow(measure: Measure, bundle: Sequence[str]) -> Measure:
    return replace(measure, slices=tuple(name for name in measure.slices if name in bundle))


def _bundle(scan: Scan, sizes: Sizes) -> list[list[str]]:
    """Slice columns that are told apart in one pass: all of them, or as many as give no more groups than pay."""
    windows = max(1, sizes.windows)
    most = min(MOST_GROUPS, MOST_ALTOGETHER // windows, sizes.rows // windows // A_GROUP)
    if sizes.groups <= most * windows:
        return [list(scan.slices)]
    bundles: list[list[str]] = []
    for name in sorted(scan.slices, key=lambda name: -sizes.values[name]):
        for bundle in bundles:
            if math.prod(sizes.values[one] for one in [*bundle, name]) <= most:
                bundle.append(name)
                break
        else:
            bundles.append([name])
    return bundles
