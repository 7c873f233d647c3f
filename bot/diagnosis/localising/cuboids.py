"""Every combination of attribute values, and sums over the leaves of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import comb, log

import numpy as np
from numpy.typing import NDArray

from bot.diagnosis.localising.leaves import Codes, Leaves, Numbers

MOST_WORK = 30_000_000  # leaves times sets of attributes: beyond, only combinations of few attributes are looked at
SPARSE = 4  # times as many possible combinations as leaves: those that occur are counted instead

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Combination:
    """One value for each of some attributes."""

    cuboid: Cuboid
    number: int

    @cached_property
    def rows(self) -> Rows:
        """Its leaves."""
        return np.flatnonzero(self.cuboid.of_leaf == self.number)

    def where(self, leaves: Leaves) -> dict[str, str]:
        """Its values by attribute."""
        first = int(self.rows[0])
        return {name: leaves.values[name][leaves.codes[name][first]] for name in self.cuboid.attributes}


@dataclass(frozen=True, eq=False)
class Cuboid:
    """A set of attributes, and which combination of their values each leaf has."""

    attributes: tuple[str, ...]
    of_leaf: Codes  # (leaves,)
    many: int  # how many combinations, those that do not occur included
    price: float  # of naming one of them, in nats: what one of so many things costs to say

    def add_up(self, numbers: Numbers | None, rows: Rows | slice = slice(None)) -> Numbers:
        """Sums over each combination's leaves (of these rows), shape (many,); without numbers, how many there are."""
        weights = None if numbers is None else numbers[rows]
        return np.bincount(self.of_leaf[rows], weights, self.many).astype(float)


def every_cuboid(leaves: Leaves) -> Iterator[Cuboid]:
    """All sets of attributes that have more than one value, the small ones first, as far as there is time for."""
    told = [name for name in leaves.attributes if len(leaves.values[name]) > 1]
    sets = 0
    for size in range(1, len(told) + 1):
        sets += comb(len(told), size)
        if size > 2 and sets * len(leaves) > MOST_WORK:
            return
        for attributes in combinations(told, size):
            yield _cuboid(leaves, attributes)


def _cuboid(leaves: Leaves, attributes: tuple[str, ...]) -> Cuboid:
    of_leaf, possible = np.zeros(len(leaves), np.int64), 1
    for name in attributes:
        of_leaf = of_leaf * len(leaves.values[name]) + leaves.codes[name]
        possible *= len(leaves.values[name])
        if possible > SPARSE * len(leaves):
            known, of_leaf = np.unique(of_leaf, return_inverse=True)
            possible = len(known)
    return Cuboid(attributes, of_leaf, possible, sum(log(len(leaves.values[name])) for name in attributes))
