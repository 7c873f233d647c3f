"""Is this value abnormal, given its history and the false-alarm budget?

A value is abnormal when it is improbable (less than its share of the budget) *and* differs by enough to matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

import numpy as np
from numpy.typing import NDArray
from scipy import special

from .base import Direction, Kind, Point, Series
from .baseline import Baseline, fit, spread_of
from .budget import Budget
from .judging import Judgement
from .rhythm import Rhythm, windows_in
from .scales import bend, clip_band, count_tail, design_effect, exact_tail, sampling_sd, unbend

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

USUAL = 0.01  # what is drawn as usual holds 99 of 100 healthy windows
MINIMUM_N = 30  # a rate or mean of fewer is not judged
PICTURED = 30  # windows in a finding's chart
PATIENCE, PATIENCE_DAYS = 14, 7  # windows, and days, after which a new level counts as the usual one
STILL = 0.7  # a run goes on while the effect is at least this share of what opens one ...
STILL_SURE = 100.0  # ... and the chance at most this many times what opens one, so that nothing flaps
SAFE = 0.9  # how sure to be that counts vary no more than few windows tell, before none at all is a wonder
NEAR = 0.5  # looking back for the onset: windows at least this far off, seen from the baseline, belong to the run


@dataclass(frozen=True)
class HistoryJudge:
    """Judges the last point of a series against the ones before it.

    `known` names windows (by start) already found abnormal, by (measure, slice key): they are no part of the baseline
    until the new level has lasted for `PATIENCE` windows and `PATIENCE_DAYS`.
    """

    budget: Budget
    warm_up: int = 14
    zone: tzinfo | None = None
    known: Mapping[tuple[str, str], frozenset[datetime]] = field(default_factory=dict)

    def judge(
        self,
        series: Series,
        kind: Kind,
        *,
        directions: Sequence[Direction],
        floor: float,
        relative: bool = True,
        least: int | None = None,
    ) -> Judgement | None:
        """The last point judged; None while there is too little history, or no value, or too small an n."""
        if not _judgeable(series, kind, self.warm_up if least is None else least):
            return None
        bad = self._known_bad(series)
        rhythm = Rhythm.of(series.windows, self.zone)
        view = _View.of(series, kind, _kept(series, bad | _emptied(series, kind)), rhythm)
        again = len(bad) > 1 and bool(bad[-2])
        bar = _Bar(self.budget.alpha(series.slice), floor, relative, tuple(directions)).lowered(again)
        verdict = bar.verdict(view)
        run = _run(view, verdict[0]) if verdict[2] else 1
        if run > 1 and not bad[-run:-1].all():  # a fault older than the bot: look again without it
            clean = _kept(series, bad) & (np.arange(len(bad)) < len(bad) - run)
            if clean.sum() >= min(self.warm_up, 7):
                view = _View.of(series, kind, clean, rhythm)
                verdict = bar.verdict(view)
        return _judgement(series, view, verdict, run)

    def _known_bad(self, series: Series) -> Flags:
        known = self.known.get((series.measure, series.slice.key), frozenset())
        return np.array([window.start in known for window in series.windows], dtype=bool)


@dataclass(frozen=True)
class _View:
    """A series seen from its baseline: everything in arrays over its windows."""

    kind: Kind
    values: Numbers
    n: Numbers
    baseline: Baseline
    expected: Numbers  # in the unit of the value
    sd: Numbers  # of a healthy value, on the judged scale
    design: float
    kept: Flags

    @classmethod
    def of(cls, series: Series, kind: Kind, kept: Flags, rhythm: Rhythm) -> _View:
        bent = bend(series.values, kind)
        baseline = fit(bent, kept, rhythm)
        expected = unbend(baseline.expected, kind)
        usual_n = float(np.median(series.n[kept]))
        n = np.maximum(series.n, 1)
        design = design_effect(series.values[kept], n[kept], expected[kept]) if kind == "rate" else 1.0
        chance = np.array([sampling_sd(kind, e, m, design) for e, m in zip(expected, n, strict=True)])
        thin = np.sqrt(np.maximum(1.0, usual_n / n)) if kind in ("rate", "mean") else 1.0
        sd = np.maximum(np.maximum(baseline.spread * thin, chance), 1e-9)
        return cls(kind, series.values, series.n, baseline, expected, sd, design, kept)

    def off(self) -> Numbers:
        """How far each window is from its expected value, in standard deviations."""
        off: Numbers = (bend(self.values, self.kind) - self.baseline.expected) / self.sd
        return off

    def band(self, tail: float) -> tuple[Numbers, Numbers]:
        """The range that leaves out `tail` of the healthy values, in the unit of the value."""
        reach = self.sd * float(special.stdtrit(self.baseline.freedom, 1 - tail / 2))
        low, high = (unbend(self.baseline.expected + side * reach, self.kind) for side in (-1, 1))
        return clip_band(low, high, self.values, self.kind)

    def chance(self) -> float:
        """Of the last value, or one further off on its side, in a healthy window."""
        value, expected = float(self.values[-1]), float(self.expected[-1])
        chance = float(special.stdtr(self.baseline.freedom, -abs(float(self.off()[-1]))))
        if self.kind == "rate":
            return max(chance, exact_tail(value, expected, max(1.0, float(self.n[-1])), self.design))
        if self.kind != "count":
            return chance
        means, clumps = self._clumps()
        if value:
            return max(chance, count_tail(value, expected, clumps))
        empty = _trailing(self.values == 0)  # what is rare may well be missing once, but not for days
        unsure = float(self.kept.sum()) / float(special.chdtri(self.baseline.left, SAFE))
        return count_tail(0.0, float(means[len(means) - empty :].sum()), clumps * unsure)

    def _clumps(self) -> tuple[Numbers, float]:
        """The mean counts to expect, and how much more than independent rows they vary (at least 1)."""
        shape = np.exp(self.baseline.expected)
        means = shape * self.values[self.kept].mean() / shape[self.kept].mean()
        off = (self.values - means) / np.sqrt(np.maximum(means, 0.5))
        return means, max(1.0, spread_of(off[self.kept]) ** 2)


@dataclass(frozen=True)
class _Bar:
    """What a value must clear to be called abnormal."""

    alpha: float
    floor: float
    relative: bool
    directions: tuple[Direction, ...]

    def lowered(self, again: bool) -> _Bar:
        """The bar for one more window of a run that is already open."""
        if not again:
            return self
        return _Bar(min(USUAL, self.alpha * STILL_SURE), self.floor * STILL, self.relative, self.directions)

    def verdict(self, view: _View) -> tuple[Direction, float, bool]:
        """Direction, chance and whether abnormal, of the last window."""
        value, expected = float(view.values[-1]), float(view.expected[-1])
        direction: Direction = "up" if value >= expected else "down"
        chance = min(1.0, view.chance() * len(self.directions))
        effect = abs(value - expected) / (max(abs(expected), 1e-9) if self.relative else 1.0)
        abnormal = direction in self.directions and chance < self.alpha and effect >= self.floor
        return direction, chance, abnormal


def _judgeable(series: Series, kind: Kind, warm_up: int) -> bool:
    values = series.values
    if values.ndim != 1 or len(values) == 0 or not np.isfinite(values[-1]):
        return False
    if kind in ("rate", "mean") and series.n[-1] < MINIMUM_N:
        return False
    return int(np.isfinite(values[:-1]).sum()) >= warm_up


def _kept(series: Series, bad: Flags) -> Flags:
    """The windows a baseline is learnt from: with a value, before the last, not known to be bad."""
    past = np.isfinite(series.values) & (np.arange(len(bad)) < len(bad) - 1)
    lasted = _trailing(bad[:-1])
    last = series.windows[-1]
    if lasted >= windows_in(PATIENCE_DAYS, last.end - last.start, PATIENCE):
        return past & (np.arange(len(bad)) >= len(bad) - 1 - lasted)
    return past & ~bad if int((past & ~bad).sum()) >= 3 else past


def _emptied(series: Series, kind: Kind) -> Flags:
    """The windows since the rows stopped coming: whether that is chance or not, they do not say what is usual."""
    empty = _trailing(series.values == 0) if kind == "count" else 0
    return np.arange(len(series.values)) >= len(series.values) - empty


def _run(view: _View, direction: Direction) -> int:
    """How many windows, the last included, the present run has lasted: all clearly off to the same side."""
    sign = 1 if direction == "up" else -1
    off = view.off() * sign
    gap = (bend(view.values, view.kind) - view.baseline.expected) * sign
    belongs = (off > 3) & (gap >= NEAR * gap[-1])
    return max(1, _trailing(belongs | ~np.isfinite(view.values)))


def _trailing(flags: Flags) -> int:
    """How many at the end are true without a break."""
    broken = np.flatnonzero(~flags)
    return len(flags) - 1 - int(broken[-1]) if len(broken) else len(flags)


def _judgement(series: Series, view: _View, verdict: tuple[Direction, float, bool], run: int) -> Judgement:
    direction, chance, abnormal = verdict
    low, high = view.band(USUAL)
    rows = range(max(0, len(series.values) - PICTURED), len(series.values))
    points = tuple(
        Point(series.windows[i].start, float(series.values[i]), float(view.expected[i]), float(low[i]), float(high[i]))
        for i in rows
        if np.isfinite(series.values[i])
    )
    return Judgement(
        value=float(series.values[-1]),
        expected=float(view.expected[-1]),
        low=float(low[-1]),
        high=float(high[-1]),
        p_value=chance,
        direction=direction,
        abnormal=abnormal,
        onset=series.windows[-run].start,
        points=points,
    )
