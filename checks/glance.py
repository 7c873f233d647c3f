"""Many series seen from their baselines at once: what `view.View` sees of one, as far as a screen needs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from .base import Kind, Window
from .baselines import Baselines, fit_all, median_of, spreads_of
from .drift import OLD, OLD_DAYS, OLD_SHARE, RECENT, RECENT_DAYS, WILD
from .reference import MINIMUM_N, MOSTLY, THIN
from .rhythm import Rhythm, windows_in
from .scales import TOGETHER, TOGETHER_WEIGHT, bend, likely_rate, unbend
from .view import FAR, GROWS, OF_ROWS, SAFE, TAIL

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Glance:
    """Some series (s, t) of one kind with their baselines, none of them known to be bad."""

    kind: Kind
    values: Numbers
    bent: Numbers
    n: Numbers
    kept: Flags
    baselines: Baselines
    expected: Numbers  # in the unit of the value

    @classmethod
    def at(cls, values: Numbers, n: Numbers, kind: Kind, rhythm: Rhythm) -> Glance:
        """The view from baselines learnt on every usual window."""
        kept = _usual(values, n, kind)
        bent = bend(values, kind)
        return cls._learn(kind, values, np.where(np.isfinite(bent), bent, np.nan), n, kept, rhythm)

    @classmethod
    def _learn(cls, kind: Kind, values: Numbers, bent: Numbers, n: Numbers, kept: Flags, rhythm: Rhythm) -> Glance:
        baselines = fit_all(bent, kept, rhythm, trending=kind in GROWS)
        return cls(kind, values, bent, n, kept, baselines, unbend(baselines.expected, kind))

    def learnt_on(self, kept: Flags, rhythm: Rhythm) -> Glance:
        """The same series, seen from baselines learnt on other windows."""
        return self._learn(self.kind, self.values, self.bent, self.n, kept, rhythm)

    def of(self, rows: NDArray[np.int64]) -> Glance:
        """The same for some of the rows."""
        base = self.baselines
        few = Baselines(
            base.expected[rows],
            base.spread[rows],
            base.unseen[rows],
            base.freedom[rows],
            base.left[rows],
            base.sloped[rows],
        )
        values, bent, n, kept = self.values[rows], self.bent[rows], self.n[rows], self.kept[rows]
        return Glance(self.kind, values, bent, n, kept, few, self.expected[rows])

    def off(self) -> Numbers:
        """How far each window is from its expected value, in standard deviations of a healthy one (s, t)."""
        off: Numbers = (self.bent - self.baselines.expected) / self.sd()
        return off

    def sd(self) -> Numbers:
        """Of a healthy value of every window, on the judged scale (s, t)."""
        n = np.maximum(self.n, 1)
        usual_n = median_of(np.where(self.kept, self.n, np.nan))[:, None]
        thin = np.maximum(1.0, usual_n / n) if self.kind in OF_ROWS else 1.0
        spread = np.sqrt(self.baselines.spread[:, None] ** 2 * thin + self.baselines.unseen)
        sd: Numbers = np.maximum(np.maximum(spread, self._sampling(n)), 1e-9)
        return sd

    def _sampling(self, n: Numbers) -> Numbers:
        if self.kind == "count":
            return np.sqrt(1 / (self.expected + 0.5))
        if self.kind not in TOGETHER:
            return np.zeros(self.values.shape)
        design = self.design(n)[:, None]
        likely = likely_rate(self.expected, n, design, self.seen(n))
        told: Numbers = np.sqrt(design * likely * (1 - likely) / n)
        return told

    def seen(self, n: Numbers) -> Numbers:
        """Rows of all windows that a row's baseline was learnt on (s, 1)."""
        told: Numbers = np.where(self.kept, n, 0.0).sum(axis=1)[:, None]
        return told

    def design(self, n: Numbers) -> Numbers:
        """`scales.design_effect` of every row."""
        variance = np.maximum(self.expected * (1 - self.expected), 1e-12)
        informative = np.where(self.kept, np.minimum(1.0, n * variance / 2), 0.0)
        seen = np.where(self.kept, (self.values - self.expected) ** 2 * n / variance, 0.0)
        learnt = TOGETHER[self.kind] * TOGETHER_WEIGHT + (
            np.minimum(seen, 30.0 * TOGETHER[self.kind]) * informative
        ).sum(axis=1)
        told: Numbers = np.maximum(1.0, learnt / (TOGETHER_WEIGHT + informative.sum(axis=1)))
        return told

    def chance(self, off: Numbers) -> Numbers:
        """At most the chance of the last value (s,): of several that the judge takes the largest of, the quick ones."""
        last = off[:, -1]
        chance = np.maximum(special.stdtr(self.baselines.freedom, -np.abs(last)), self._beyond(off))
        if self.kind != "count":
            told: Numbers = chance
            return told
        return np.where(self.values[:, -1] == 0, self._none_at_all(), chance)

    def _beyond(self, off: Numbers) -> Numbers:
        """`View._beyond` of every row."""
        seen = np.sort(np.where(self.kept, np.abs(off), np.nan), axis=1)
        size = self.kept.sum(axis=1)
        count = np.maximum(2, np.round(FAR * size).astype(np.int64))
        far = seen[np.arange(len(seen)), np.maximum(size - count, 0)]
        ratio = np.maximum(1.0, np.abs(off[:, -1]) / np.maximum(1.0, far))
        return np.where(size < 2 * count, 0.0, np.minimum(0.5, count / (size + 1) / 2 * ratio**-TAIL))

    def clumps(self) -> Numbers:
        """How much more than independent rows the counts of every row vary, as `View` has it (at least 1)."""
        shape = np.exp(self.baselines.expected)
        total, shapes = (np.where(self.kept, each, 0.0).sum(axis=1) for each in (self.values, shape))
        means = shape * (total / np.maximum(shapes, 1e-300))[:, None]
        off = (self.values - means) / np.sqrt(np.maximum(means, 0.5))
        return np.maximum(1.0, spreads_of(np.where(self.kept, off, np.nan)) ** 2)

    def _none_at_all(self) -> Numbers:
        """At most the chance of no rows since they stopped coming: as if they varied no more than one by one."""
        shape = np.exp(self.baselines.expected)
        total, shapes = (np.where(self.kept, each, 0.0).sum(axis=1) for each in (self.values, shape))
        stopped = np.logical_and.accumulate((self.values == 0)[:, ::-1], axis=1)[:, ::-1]
        means = np.where(stopped, shape, 0.0).sum(axis=1) * total / np.maximum(shapes, 1e-300)
        unsure = self.kept.sum(axis=1) / special.chdtri(self.baselines.left, SAFE)
        told: Numbers = np.exp(-means / unsure)
        return told

    def shift(self, windows: Sequence[Window]) -> Shifts:
        """Where the last windows lie, all together, against the oldest: `drift.find_shift` of every row."""
        off = self.bent - self.baselines.expected
        length = windows[-1].end - windows[-1].start
        there = np.isfinite(off)
        back = np.cumsum(there[:, ::-1], axis=1)[:, ::-1]
        recent = there & (back <= windows_in(RECENT_DAYS, length, RECENT))
        before = self.kept & ~recent
        needs, rows = windows_in(OLD_DAYS, length, OLD), before.sum(axis=1)
        most = np.maximum(needs, np.round(OLD_SHARE * rows))[:, None]
        old = before & (np.cumsum(before, axis=1) <= most)
        spread = self.baselines.spread[:, None]
        by = _levels(np.where(recent, off, np.nan), spread) - _levels(np.where(old, off, np.nan), spread)
        from_ = self.baselines.expected[:, -1] + median_of(np.where(old, off, np.nan))
        by = np.where(rows >= needs, by, np.nan)
        return Shifts(unbend(from_, self.kind), unbend(from_ + by, self.kind), by, off, recent, old)


@dataclass(frozen=True)
class Shifts:
    """What `drift.Shift` is of every row; NaN where there is too little history."""

    before: Numbers  # (s,) in the unit of the value
    now: Numbers  # (s,)
    by: Numbers  # (s,) on the judged scale
    off: Numbers  # (s, t)
    recent: Flags  # (s, t)
    old: Flags  # (s, t)


def judgeable(values: Numbers, n: Numbers, kind: Kind, warm_up: int) -> Flags:
    """`reference.is_judgeable` of every row."""
    there = np.isfinite(values)
    enough: Flags = there[:, -1] & (there[:, :-1].sum(axis=1) >= warm_up)
    return enough & ~(n[:, -1] < MINIMUM_N) if kind in OF_ROWS else enough


def _usual(values: Numbers, n: Numbers, kind: Kind) -> Flags:
    """`reference.usual_windows` of every row without a window known to be bad."""
    past = np.isfinite(values)
    past[:, -1] = False
    if kind in OF_ROWS:
        whole = past & (n >= THIN * median_of(np.where(past, n, np.nan))[:, None])
        mostly = whole.sum(axis=1) >= MOSTLY * past.sum(axis=1)
        return np.where(mostly[:, None], whole, past)
    if kind != "count":
        return past
    empty = np.logical_and.accumulate((values == 0)[:, ::-1], axis=1)[:, ::-1]
    usual = past & ~empty
    return np.where((usual.sum(axis=1) >= 3)[:, None], usual, past)


def _levels(off: Numbers, spread: Numbers) -> Numbers:
    """`drift._level` of every row's values, NaN left out."""
    middle = median_of(off)
    near = np.clip(off - middle[:, None], -WILD * spread, WILD * spread)
    count = np.maximum(1, np.count_nonzero(~np.isnan(off), axis=1))
    told: Numbers = middle + np.nansum(near, axis=1) / count
    return told
