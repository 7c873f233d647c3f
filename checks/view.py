"""A series seen from its baseline: how far off each window is, and how likely that is on a healthy day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from .base import Kind, Series
from .baseline import Baseline, fit, spread_of
from .rhythm import Rhythm
from .scales import TOGETHER, bend, clip_band, count_tail, design_effect, exact_tail, sampling_sd, unbend

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

OF_ROWS: tuple[Kind, ...] = (*TOGETHER, "mean", "quantity")  # worth as much as the rows they rest on
GROWS: tuple[Kind, ...] = ("count",)  # a trend is healthy in these: traffic may grow; gaps, ages and qualities may not
SAFE = 0.9  # how sure to be that counts vary no more than few windows tell, before none at all is a wonder
FAR = 0.1  # the share of the windows seen that are called far off, from which the tail beyond them is drawn ...
TAIL = 5.0  # ... falling with this power of the distance (Student's t of 5 degrees of freedom falls so)
SURELY = 12.0  # standard scores beyond this are told apart no more


@dataclass(frozen=True)
class View:
    """A series seen from its baseline: everything in arrays over its windows."""

    kind: Kind
    values: Numbers
    n: Numbers
    baseline: Baseline
    expected: Numbers  # in the unit of the value
    sd: Numbers  # of a healthy value, on the judged scale
    off: Numbers  # how far each window is from its expected value, in these standard deviations
    design: float
    kept: Flags

    @classmethod
    def of(cls, series: Series, kind: Kind, kept: Flags, rhythm: Rhythm) -> View:
        """The view from a baseline learnt on the `kept` windows."""
        bent = bend(series.values, kind)
        baseline = fit(bent, kept, rhythm, trending=kind in GROWS)
        expected = unbend(baseline.expected, kind)
        n = np.maximum(series.n, 1)
        design = design_effect(kind, series.values[kept], n[kept], expected[kept]) if kind in TOGETHER else 1.0
        usual_n = float(np.median(series.n[kept]))
        thin = np.sqrt(np.maximum(1.0, usual_n / n)) if kind in OF_ROWS else 1.0
        spread = np.sqrt(baseline.spread**2 * thin**2 + baseline.unseen)
        sd = np.maximum(np.maximum(spread, sampling_sd(kind, expected, n, design, float(n[kept].sum()))), 1e-9)
        return cls(kind, series.values, series.n, baseline, expected, sd, (bent - baseline.expected) / sd, design, kept)

    def band(self, tail: float) -> tuple[Numbers, Numbers]:
        """The range that leaves out `tail` of the healthy values, in the unit of the value."""
        reach = self.sd * float(special.stdtrit(self.baseline.freedom, 1 - tail / 2))
        low, high = (unbend(self.baseline.expected + side * reach, self.kind) for side in (-1, 1))
        return clip_band(low, high, self.values, self.kind)

    def owed_to_members(self, moved: Numbers, at: Flags) -> float:
        """How far a rate of these windows may lie off for the few members it rests on; 0 for what is no rate.

        `moved` (t,) is by how much the level has moved: how members differ is learnt around that.
        """
        if self.kind not in TOGETHER:
            return 0.0
        level, n = np.clip(self.expected + moved, 0.0, 1.0), np.maximum(self.n, 1)
        known = self.kept & np.isfinite(level)
        design = design_effect(self.kind, self.values[known], n[known], level[known])
        return float(np.median(sampling_sd(self.kind, level[at], n[at], design, float(n[known].sum()))))

    def chance(self) -> float:
        """Of the last value, or one further off on its side, in a healthy window."""
        chance = max(float(self._tails(slice(-1, None))[0]), self._beyond())
        if self.kind != "count" or self.values[-1]:
            return chance
        means, clumps = self._clumps()
        empty = trailing(self.values == 0)  # what is rare may well be missing once, but not for days
        unsure = float(self.kept.sum()) / float(special.chdtri(self.baseline.left, SAFE))
        return float(count_tail(0.0, float(means[len(means) - empty :].sum()), clumps * unsure))

    def scores(self, side: int, count: int, unsure: float = 0.0) -> Numbers:
        """Of the last `count` windows, how far each is on this side (1: up, -1: down), as standard normal scores.

        NaN where there is no value. `unsure`: by how many standard deviations the level itself may lie on that side.
        """
        last = slice(-count, None)
        off = self.off[last] * side - unsure
        tail = np.where(off >= 0, self._tails(last, side * unsure), 0.5)
        scores: Numbers = np.where(
            np.isfinite(off), np.minimum(-special.ndtri(np.maximum(tail, 1e-40)), SURELY), np.nan
        )
        return np.where(off >= 0, scores, np.maximum(off, -SURELY))

    def _tails(self, at: slice, moved: float = 0.0) -> Numbers:
        """The chance of each of these values, or one further off on its side; of a level `moved` by that many sd."""
        tails: Numbers = special.stdtr(self.baseline.freedom, -np.abs(self.off[at] - moved))
        values = self.values[at]
        expected = unbend(self.baseline.expected[at] + moved * self.sd[at], self.kind) if moved else self.expected[at]
        if self.kind in TOGETHER:
            n = np.maximum(1.0, self.n)
            tails = np.maximum(tails, exact_tail(values, expected, n[at], self.design, n[self.kept].sum()))
        if self.kind == "count":
            tails = np.maximum(tails, count_tail(values, expected, self._clumps()[1]))
        return tails

    def _beyond(self) -> float:
        """The chance of the last value by how far the farthest windows of its own past have been.

        The tail is drawn on from the windows seen farthest off: Weissman, Estimation of parameters and large quantiles
        based on the k largest observations, 1978; with a fixed tail index, as few windows cannot tell it.
        """
        seen = np.sort(np.abs(self.off[self.kept]))
        count = max(2, round(FAR * len(seen)))
        if len(seen) < 2 * count:
            return 0.0
        ratio = abs(float(self.off[-1])) / max(1.0, float(seen[-count]))
        return float(min(0.5, count / (len(seen) + 1) / 2 * max(1.0, ratio) ** -TAIL))

    def _clumps(self) -> tuple[Numbers, float]:
        """The mean counts to expect, and how much more than independent rows they vary (at least 1)."""
        shape = np.exp(self.baseline.expected)
        means = shape * self.values[self.kept].mean() / shape[self.kept].mean()
        off = (self.values - means) / np.sqrt(np.maximum(means, 0.5))
        return means, max(1.0, spread_of(off[self.kept]) ** 2)


def trailing(flags: Flags) -> int:
    """How many at the end are true without a break."""
    broken = np.flatnonzero(~flags)
    return len(flags) - 1 - int(broken[-1]) if len(broken) else len(flags)
