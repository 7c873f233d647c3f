"""Is this value abnormal, given its history and the false-alarm budget?

A value is abnormal when it is improbable (less than its share of the budget) *and* differs by enough to matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

import numpy as np
from numpy.typing import NDArray

from .bar import USUAL, Bar, Verdict
from .base import Direction, Kind, Point, Series, Window
from .budget import Budget, share_out
from .drift import Shift, find_change, find_shift, shift_chance
from .fine import is_fine, judge_fine
from .judging import Chance, Judgement, Way
from .lasting import CLEARLY, LOOKS_BACK, lasting_chance, may_last
from .lessons import Lessons
from .links import link
from .reference import has_settled, is_judgeable, usual_windows
from .rhythm import Rhythm
from .scales import bend, unbend
from .view import GROWS, View, trailing

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

PICTURED = 30  # windows in a finding's chart
NEAR = 0.5  # looking back for the onset: windows at least this far off, seen from the baseline, belong to the run ...
OFF = 3.0  # ... when they are this many standard deviations off by themselves
SAFELY = 1.0  # standard error that the baseline may be wrong by, for all windows of a run alike
FEWEST = 7  # windows of history, at least, when looking again without those of a run
TAILS_KNOWN = 21  # windows before a few odd ones in a row mean anything: by then it is known how odd days get


@dataclass(frozen=True)
class HistoryJudge:
    """Judges the last point of a series against the ones before it, in three ways that share its part of the budget.

    *Once*: this window alone is too improbable. *Lasting*: N of the last M windows are, each a little. *Drifting*: the
    last windows together have moved away from the oldest ones (not for counts, which may grow).

    `known` names windows (by start) already found abnormal, by (measure, slice key): they are no part of the baseline
    until the new level has lasted for `PATIENCE` windows and `PATIENCE_DAYS`. `lessons` is what people called fine.

    What a screen may rely on: see `checks.bar`.
    """

    budget: Budget
    warm_up: int = 14
    zone: tzinfo | None = None
    known: Mapping[tuple[str, str], frozenset[datetime]] = field(default_factory=dict)
    lessons: Lessons = field(default_factory=Lessons)
    code: str = ""  # of the check that asks: its share of the budget is its own
    _rhythms: dict[int, tuple[tuple[Window, ...], Rhythm]] = field(default_factory=dict, compare=False, repr=False)

    def asked_by(self, code: str) -> HistoryJudge:
        """The same judge with the share of the budget that this check has earned."""
        return replace(self, code=code)

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
        if not is_judgeable(series, kind, self.warm_up if least is None else least):
            return None
        fine = {side: self.lessons.least(series, side, relative) for side in directions}
        bar = Bar(self._alpha(series, kind, least), floor, relative, tuple(directions), fine)
        if least is None and is_fine(series):
            return judge_fine(series, bar)
        case = self._case(series, kind, bar)
        once = case.once(View.of(series, kind, case.kept, case.rhythm))
        if once.abnormal:
            return _judgement(series, case.dated_back(once, min(self.warm_up, FEWEST)))
        later = [case.lasting(once.view), case.drifting(once.view)] if least is None else []
        return _judgement(series, next((verdict for verdict in later if verdict is not None), once))

    def weigh(self, series: Series, kind: Kind, chance: Chance, *, floor: float) -> Judgement | None:
        """A chance that the check has worked out itself, against all that this series may take of the budget."""
        if not is_judgeable(series, kind, self.warm_up):
            return None
        side, way = chance.direction, chance.way
        whole = sum(self._alpha(series, kind, None).values())
        fine = {side: self.lessons.least(series, side, True)}
        case = self._case(series, kind, Bar({way: whole}, floor, True, (side,), fine))
        view = View.of(series, kind, case.kept, case.rhythm)
        verdict = case.bar.verdict(view, side, chance.of_it, way)
        return _judgement(series, replace(verdict, run=chance.windows))

    def usual(self, series: Series, kind: Kind) -> NDArray[np.bool_]:
        """Which windows say what is usual (t,): not the last, and none that is known to be bad."""
        return usual_windows(series, kind, self._known_bad(series))

    def _case(self, series: Series, kind: Kind, bar: Bar) -> _Case:
        bad = self._known_bad(series)
        kept = usual_windows(series, kind, bad)
        goes_on = len(bad) > 1 and bool(bad[-2]) and not has_settled(series, bad)
        return _Case(series, kind, bad, kept, self.rhythm_of(series.windows), bar.lowered() if goes_on else bar)

    def _alpha(self, series: Series, kind: Kind, least: int | None) -> Mapping[Way, float]:
        alone = least is not None  # windows that are no timeline, such as the launches before this one
        ways = share_out(alone=alone, drifts=kind not in GROWS)
        alpha = self.budget.alpha(series, self.code)
        return {way: alpha * share for way, share in ways.items()}

    def rhythm_of(self, windows: tuple[Window, ...]) -> Rhythm:
        """The weekdays and hours of these windows; worked out once, as most series share theirs."""
        known = self._rhythms.get(id(windows))
        if known is None:
            known = self._rhythms[id(windows)] = windows, Rhythm.of(windows, self.zone)
        return known[1]

    def _known_bad(self, series: Series) -> Flags:
        known = self.known.get((series.measure, series.slice.key), frozenset())
        return np.array([window.start in known for window in series.windows], dtype=bool)


@dataclass(frozen=True)
class _Case:
    """One series before the judge."""

    series: Series
    kind: Kind
    bad: Flags
    kept: Flags
    rhythm: Rhythm
    bar: Bar

    def once(self, view: View) -> Verdict:
        """This window by itself."""
        side: Direction = "up" if view.values[-1] >= view.expected[-1] else "down"
        return self.bar.verdict(view, side, view.chance(), "once")

    def dated_back(self, once: Verdict, fewest: int) -> Verdict:
        """With the first window of its run; if that is older than the bot, judged again without the run."""
        run = _run(once.view, once.direction, OFF)
        if run == 1 or self.bad[-run:-1].all():
            return replace(once, run=run)
        clean = self.kept & ~self.bad & (np.arange(len(self.bad)) < len(self.bad) - run)
        if clean.sum() < fewest:
            return replace(once, run=run)
        return replace(self.once(View.of(self.series, self.kind, clean, self.rhythm)), run=run)

    def lasting(self, view: View) -> Verdict | None:
        """This window and those just before it, against a baseline that none of them has moved."""
        side: Direction = "up" if view.off[-1] >= 0 else "down"
        sign = 1 if side == "up" else -1
        if side not in self.bar.directions or len(self.bad) <= LOOKS_BACK or not self.bar.is_near(view, side):
            return None
        if not may_last(view.scores(sign, LOOKS_BACK + 1)):
            return None
        older = self.kept & (np.arange(len(self.bad)) < len(self.bad) - LOOKS_BACK)
        if older.sum() < TAILS_KNOWN:
            return None
        clear = View.of(self.series, self.kind, older, self.rhythm)
        if clear.baseline.seasons < view.baseline.seasons:
            return None
        linked = link(clear.off, older)
        same_members = clear.owed_to_members(np.zeros(len(older)), older) / float(np.median(clear.sd[older]))
        unsure = float(np.hypot(clear.baseline.uncertainty(linked, LOOKS_BACK), same_members))
        chance = lasting_chance(clear.scores(sign, LOOKS_BACK + 1, SAFELY * unsure), linked)
        verdict = self.bar.verdict(clear, side, chance, "lasting")
        return replace(verdict, run=_run(clear, side, CLEARLY)) if verdict.abnormal else None

    def drifting(self, view: View) -> Verdict | None:
        """The last windows together, against the oldest."""
        if self.kind in GROWS:
            return None
        bent = bend(self.series.values, self.kind)
        off = bent - view.baseline.expected
        shift = find_shift(off, self.kept, self.series.windows, view.baseline.spread)
        if shift is None:
            return None
        side: Direction = "up" if shift.by > 0 else "down"
        if side not in self.bar.directions or not self._has_moved(view, shift, off, side):
            return None
        change = find_change(off, view.baseline.spread)
        chance = shift_chance(shift, off, change, view.owed_to_members(change.fitted, shift.recent))
        old = View.of(self.series, self.kind, shift.old, self.rhythm)
        verdict = self.bar.verdict(old, side, chance, "drifting", nearly=True)
        if not verdict.abnormal:
            return None
        since = self.series.windows[change.earliest].start, self.series.windows[change.latest].start
        return replace(verdict, run=len(bent) - change.at, since=since)

    def _has_moved(self, view: View, shift: Shift, off: Numbers, side: Direction) -> bool:
        """Whether the recent windows are far enough from the old ones, all together, to matter."""
        before = float(view.baseline.expected[-1] + np.median(off[shift.old]))
        old, now = unbend(np.array([before, before + shift.by]), self.kind)
        return self.bar.matters(float(now), float(old), side)


def _run(view: View, direction: Direction, off: float) -> int:
    """How many windows, the last included, the present run has lasted: all clearly off to the same side."""
    sign = 1 if direction == "up" else -1
    gap = view.off * view.sd * sign
    belongs = (view.off * sign > off) & (gap >= NEAR * gap[-1])
    return max(1, trailing(belongs | ~np.isfinite(view.values)))


def _judgement(series: Series, verdict: Verdict) -> Judgement:
    view = verdict.view
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
        p_value=verdict.chance,
        direction=verdict.direction,
        abnormal=verdict.abnormal,
        onset=series.windows[-verdict.run].start,
        points=points,
        way=verdict.way,
        since=verdict.since,
    )
