"""Which combinations explain a change: the one with most evidence first, then what is left, and so on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.diagnosis.localising.cuboids import Combination, Cuboid, every_cuboid
from bot.diagnosis.localising.evidence import ALIKE, ROOT, USUAL_TAIL, Evidence, describe_chance, find_tail, weigh
from bot.diagnosis.localising.leaves import Leaves, Numbers
from bot.diagnosis.localising.noise import scatter

FIRST, ANOTHER = 3.0, 6.0  # nats: that something broke is unlikely, that a second thing did at once is more so
MATTERS = 0.1  # the least shift of a cause: relative for counts, in log odds for a ratio
MOST_CAUSES = 20
WEIGHED = 40  # combinations that are weighed exactly, of the most promising ones ...
EACH = 10  # ... and of those of one cuboid
CHILDREN = 200  # values of an attribute, at most, that a combination is split by
CLEARER = 1.25  # times as much evidence as the whole, before its parts are named instead
ENOUGH = 8  # combinations that tell how far groups of leaves lie apart by themselves


@dataclass(frozen=True)
class Cause:
    """A combination that a change sits in."""

    where: Mapping[str, str]  # attribute -> value
    score: float  # nats of evidence beyond its price
    shift: float


@dataclass(frozen=True)
class _Found:
    combination: Combination
    evidence: Evidence
    score: float


def localise(leaves: Leaves) -> list[Cause]:
    """The causes of what is different, the surest first; [] when nothing is, or nothing that can be told from noise."""
    search = _Search(leaves)
    found = search.run()
    kept = _beyond_groups(search, found)
    causes = [Cause(one.combination.where(leaves), one.score, one.evidence.shift) for one in kept]
    return sorted(causes, key=lambda cause: -cause.score)


class _Search:
    """What has been explained so far, and the sums over what is left."""

    def __init__(self, leaves: Leaves) -> None:
        self.leaves = leaves
        self.left = np.ones(len(leaves), dtype=bool)
        self.cuboids = list(every_cuboid(leaves))
        self._weights = 1 / leaves.spread**2
        told = leaves.shift[leaves.telling]
        self._everyone, self._least = (float(np.median(told)), min(ALIKE) ** 2) if len(told) else (0.0, 1.0)
        self._alone = np.log(leaves.spread) + ROOT
        self._set_tail(USUAL_TAIL)  # until the causes are out of it, their leaves look like tails
        self.sums = {cuboid: [cuboid.add_up(each) for each in self._summed()] for cuboid in self.cuboids}
        self._by_attributes = {frozenset(cuboid.attributes): cuboid for cuboid in self.cuboids}

    def run(self) -> list[_Found]:
        """The causes in the order in which they are found."""
        found: list[_Found] = []
        tail_known = False
        while len(found) < MOST_CAUSES:
            best = self._best(ANOTHER if found else FIRST)
            if best is not None:
                found.append(best)
                self._take_out(best.combination)
            elif tail_known:
                break
            else:
                tail_known = True
                shift, spread = self.leaves.shift[self.left], self.leaves.spread[self.left]
                self._set_tail(find_tail(shift / spread))
                for cuboid, sums in self.sums.items():
                    sums[-1] = cuboid.add_up(self._summed()[-1], np.flatnonzero(self.left))
        return found

    def _set_tail(self, tail: float) -> None:
        self.chance = describe_chance(self.leaves.shift, self.leaves.spread, tail)

    def _summed(self) -> tuple[Numbers | None, ...]:
        """What is added up: leaves, weights, weighted shifts and their squares, and what chance costs more."""
        w, shift = self._weights, self.leaves.shift
        return None, w, w * shift, w * shift**2, self.chance - self._alone

    def _take_out(self, combination: Combination) -> None:
        rows = combination.rows[self.left[combination.rows]]
        self.left[rows] = False
        for cuboid, sums in self.sums.items():
            for place, each in enumerate(self._summed()):
                sums[place] -= cuboid.add_up(each, rows)

    def _best(self, price: float) -> _Found | None:
        """The combination with most evidence, or the part of it that its parts say more than it."""
        weighed = [self._weigh(one, price) for one in self._promising()]
        best = max((one for one in weighed if one is not None), key=lambda one: one.score, default=None)
        while best is not None and (part := self._clearest_part(best, price)) is not None:
            best = part
        return best

    def _promising(self) -> list[Combination]:
        """By a quick estimate from the sums alone: one shift, and as much spread about it as there is."""
        listed: list[tuple[float, Combination]] = []
        for cuboid, sums in self.sums.items():
            estimate = _estimate(sums, self._least) - cuboid.price
            top = np.argpartition(-estimate, min(EACH, len(estimate)) - 1)[:EACH]
            listed += [(float(estimate[at]), Combination(cuboid, int(at))) for at in top if estimate[at] > 0]
        return [one for _, one in sorted(listed, key=lambda pair: -pair[0])[:WEIGHED]]

    def _weigh(self, one: Combination, price: float) -> _Found | None:
        """The exact evidence of what is left of a combination; None where it is too little."""
        rows = one.rows[self.left[one.rows]]
        if not len(rows):
            return None
        shift, spread, chance = self.leaves.shift[rows], self.leaves.spread[rows], self.chance[rows]
        evidence = weigh(shift, spread, chance, self.leaves.telling[rows], self._everyone)
        score = evidence.gain - one.cuboid.price - price
        return _Found(one, evidence, score) if score > 0 and abs(evidence.shift) >= MATTERS else None

    def _clearest_part(self, whole: _Found, price: float) -> _Found | None:
        """The best part of it, by the attribute whose parts together say clearly more than the whole; None without."""
        by_attribute = [self._parts(whole.combination, cuboid, price) for cuboid in self._finer(whole.combination)]
        told = [(sum(part.score for part in parts), parts) for parts in by_attribute if parts]
        most, parts = max(told, key=lambda one: one[0], default=(0.0, []))
        return max(parts, key=lambda part: part.score) if most > CLEARER * whole.score else None

    def _finer(self, one: Combination) -> Iterator[Cuboid]:
        mine = frozenset(one.cuboid.attributes)
        for name in self.leaves.attributes:
            finer = self._by_attributes.get(mine | {name})
            if finer is not None and name not in mine:
                yield finer

    def _parts(self, whole: Combination, finer: Cuboid, price: float) -> list[_Found]:
        rows = whole.rows[self.left[whole.rows]]
        numbers = np.unique(finer.of_leaf[rows])
        if not 1 < len(numbers) <= CHILDREN:
            return []
        parts = (self._weigh(Combination(finer, int(number)), price) for number in numbers)
        return [part for part in parts if part is not None]


def _estimate(sums: Sequence[Numbers], least: float) -> Numbers:
    """About the gain of each combination, (many,); -inf where nothing is left, or the shift is far too small.

    `least`: the smallest share of the noise's variance that a cause may leave of it.
    """
    many, weights, shifts, squares, chance = sums
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = shifts / weights
        rest = np.maximum(squares - shifts * mean, 0)
        wider, regular = np.maximum(least, rest / many), np.clip(squares / many, least, 1)
        by_chance = np.minimum(chance, 0.5 * (many * np.log(regular) + squares / regular))
        gain = by_chance - 0.5 * (many * np.log(wider) + rest / wider)
        told = (many > 0.5) & (np.abs(mean) >= 0.7 * MATTERS) & np.isfinite(gain)
    return np.where(told, gain, -np.inf)


def _beyond_groups(search: _Search, found: Sequence[_Found]) -> list[_Found]:
    """Without those whose shift is no larger than groups of leaves have by themselves.

    Whoever made the expected values erred for whole groups alike: how far groups lie apart where nothing was found is
    told by those of as many attributes, and a cause has to be beyond that (a random-effects test).
    """
    apart = {size: _groups_apart(search, size) for size in {len(one.combination.cuboid.attributes) for one in found}}
    kept: list[_Found] = []
    for one in found:
        cuboid, evidence = one.combination.cuboid, one.evidence
        beyond = 0.5 * evidence.shift**2 / (evidence.variance + apart[len(cuboid.attributes)] ** 2)
        price = cuboid.price + (ANOTHER if kept else FIRST)
        if not apart[len(cuboid.attributes)]:
            kept.append(one)
        elif beyond > price:
            kept.append(_Found(one.combination, evidence, min(one.score, beyond - price)))
    return kept


def _groups_apart(search: _Search, size: int) -> float:
    """How far the combinations of so many attributes lie apart beyond the noise of their leaves."""
    off, chance = [], []
    for cuboid, (many, weights, shifts, *_) in search.sums.items():
        if len(cuboid.attributes) == size:
            there = many > 0.5
            off.append(np.abs(shifts[there] / weights[there]))
            chance.append(1 / weights[there])
    shifted, variance = np.concatenate(off), np.concatenate(chance)
    if len(shifted) < ENOUGH:
        return 0.0
    precise = variance <= np.median(variance)
    return scatter(shifted[precise], variance[precise])
