"""How far each item has fallen of late: exact chances of counts, with how items vary learnt from all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray
from scipy import special

from .rhythm import windows_in

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

LOOKS = (1, 2, 3, 5)  # of the last windows together (and as many days): of a small item, one alone says little
STEADY, STEADY_DAYS = 14, 14  # windows, and days, before them in all of which the item was shown
REACH = 2  # how far back to look for so many windows that say what is usual, in their number
FAR, FEWEST = 0.05, 10  # the share of what was seen so far, and how many, from which the tail beyond is drawn
TAUGHT = 60  # windows of the past, evenly spread, are enough to learn from
LEAST = 1e-300


@dataclass(frozen=True)
class Fall:
    """What the last windows of an item say, taken together."""

    windows: int
    seen: float  # impressions in them
    expected: float  # by its share of all impressions in the steady windows before
    chance: float  # of so few, or fewer, of a healthy item; for the best of all looks


@dataclass(frozen=True)
class _Look:
    """Every item's last windows, up to one of them, against its steady windows before; arrays (s,)."""

    seen: Numbers
    expected: Numbers
    known: Numbers  # impressions that its share was learnt from
    steady: Flags

    @property
    def excess(self) -> Numbers:
        """By how much more than chance the counts lie below, squared; about 0 on the mean if items did not vary.

        How items rise, which they do by more and oftener, says nothing of how they fall.
        """
        chance = self.expected + self.expected**2 / np.maximum(self.known, 1)
        return np.where(self._is_below, (self.seen - self.expected) ** 2 - chance, 0.0)

    @property
    def weight(self) -> Numbers:
        """What the excess is a share of, when items vary by factors."""
        return np.where(self._is_below, self.expected**2, 0.0)

    @property
    def _is_below(self) -> Flags:
        return self.steady & (self.seen < self.expected)

    def rarity(self, varies: Numbers | float) -> Numbers:
        """-ln of the chance of so few or fewer: a Poisson count whose rate is known from the past, and varies.

        The rate's relative variance is `varies` and that of its estimate: a negative binomial (Gelman et al., Bayesian
        Data Analysis, 2013, 2.6). NaN where the item was not shown steadily.
        """
        size = 1 / (varies + 1 / np.maximum(self.known, 1))
        chance = special.betainc(size, self.seen + 1, size / (size + np.maximum(self.expected, 1e-9)))
        return np.where(self.steady, -np.log(np.maximum(chance, LEAST)), np.nan)


def find_falls(counts: Numbers, whole: Numbers, usual: Flags, length: timedelta) -> list[Fall | None]:
    """For every item (row of `counts`, (s, t)) its most telling fall up to the last window; None if not steady before.

    `whole` (t,) is what all items have: an item is expected to keep its share. `usual` (s, t) are the windows that say
    what is usual. How much healthy items vary (their relative variance) is learnt, whichever is largest, from all items
    in the windows before, from the item's own and from what the others do just now: when a new model or a holiday
    shifts them all, that one has fallen says less.
    """
    looks = sorted({windows_in(days, length, 1) for days in LOOKS} | set(LOOKS[:1]))
    reference = windows_in(STEADY_DAYS, length, STEADY)
    best: list[Fall | None] = [None] * len(counts)
    young = counts.shape[1] - looks[-1]  # the windows since are in question: they teach nothing
    for windows in looks:
        now = _look(counts, whole, usual, counts.shape[1] - 1, windows, reference)
        ends = range(reference + windows - 1, young, max(1, (young - reference) // TAUGHT))
        past = [_look(counts, whole, usual, end, windows, reference) for end in ends]
        for row, fall in _falls(now, past, windows, len(looks)):
            known = best[row]
            if known is None or fall.chance < known.chance:
                best[row] = fall
    return best


def _falls(now: _Look, past: list[_Look], windows: int, tries: int) -> Iterator[tuple[int, Fall]]:
    """The falls over so many last windows."""
    if not past or not now.steady.any():
        return
    varies = _variance(past, now)
    chances = np.minimum(1.0, tries * np.exp(-_drawn_on(now.rarity(varies), [one.rarity(varies) for one in past])))
    for row in np.flatnonzero(now.steady & np.isfinite(chances)).tolist():
        yield row, Fall(windows, float(now.seen[row]), float(now.expected[row]), float(chances[row]))


def _look(counts: Numbers, whole: Numbers, usual: Flags, end: int, windows: int, reference: int) -> _Look:
    """The windows up to `end`, and the usual ones before them."""
    first = end - windows + 1
    last, near = slice(first, end + 1), slice(max(0, first - REACH * reference), first)
    before = usual[:, near]
    kept = before & (np.cumsum(before[:, ::-1], axis=1)[:, ::-1] <= reference)
    known = np.where(kept, counts[:, near], 0.0).sum(axis=1)
    share = known / np.maximum(np.where(kept, whole[near], 0.0).sum(axis=1), 1.0)
    steady = (kept.sum(axis=1) == reference) & ~(kept & (counts[:, near] == 0)).any(axis=1)
    if end < counts.shape[1] - 1:  # a window of the past teaches what is usual only if it was
        steady &= usual[:, last].all(axis=1)
    return _Look(counts[:, last].sum(axis=1), share * whole[last].sum(), known, steady)


def _variance(past: list[_Look], now: _Look) -> Numbers:
    """The relative variance of every item's rate from steady windows to the next: the largest that anything says.

    Of the item's own past as much is believed as it holds, beside all the others' (empirical Bayes).
    """
    excess, weight = np.array([one.excess for one in past]), np.array([one.weight for one in past])
    pooled = _share(excess.sum(), weight.sum())
    own = _share(excess.sum(axis=0) + pooled * weight.mean(), weight.sum(axis=0) + weight.mean())
    others = _share(now.excess.sum() - now.excess, now.weight.sum() - now.weight)
    largest: Numbers = np.maximum(np.maximum(pooled, own), others)
    return largest


def _share(excess: Numbers, weight: Numbers) -> Numbers:
    share: Numbers = np.maximum(excess, 0.0) / np.maximum(weight, 1e-9)
    return share


def _drawn_on(rarity: Numbers, past: list[Numbers]) -> Numbers:
    """The rarity that healthy items' own falls bear out: never more than the model says, less if they fall deeper.

    Beyond the farthest seen so far it is drawn on as an exponential, with their mean excess: Weissman, Estimation of
    parameters and large quantiles based on the k largest observations, 1978. NaN with too few seen to tell.
    """
    seen = np.sort(np.concatenate(past))
    seen = seen[np.isfinite(seen)]
    count = max(FEWEST, round(FAR * len(seen)))
    if len(seen) < 2 * count:
        return np.full(len(rarity), np.nan)
    start = float(seen[-count - 1])
    slope = max(1.0, float((seen[-count:] - start).mean()))
    drawn = -np.log(count / len(seen)) + (rarity - start) / slope
    told: Numbers = np.where(rarity > start, np.minimum(rarity, drawn), rarity)
    return told
