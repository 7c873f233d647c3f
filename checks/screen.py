"""A quick look at every slice of a measure at once: whatever is surely healthy need not go before the judge.

The screen rests on what `checks.bar` asks of an abnormal value, and clears only what fails it on the numbers that the
judge itself would see (`glance` and `baselines` are its own formulas, in arrays):

* *once* and *lasting* need an effect, in a direction asked for, of at least `STILL` times the floor;
* *once* needs a chance below alpha, and each of the tails that it is the largest of is such;
* *lasting* needs the last window and enough of those just before it to be `CLEARLY` off to one side, and a chance
  below alpha, seen from a baseline that they have not moved;
* *drifting* needs the recent windows together to be a floor away from the oldest, and more than chance allows.

A series with a window that is known to be bad always goes before the judge.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from .bar import STILL
from .base import EVERYONE, Direction, Kind
from .baselines import spreads_of
from .block import SeriesBlock
from .drift import FREEDOM
from .glance import Glance, Shifts, judgeable
from .judge import HistoryJudge
from .lasting import CLEARLY, N_OF_M
from .lookback import lasting_chances
from .rhythm import Rhythm
from .view import GROWS

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

AT_ONCE = 1000  # slices: their arrays fit into a processor's cache
AT_A_TIME = 2  # of these parts
ROUNDING = 1e-6  # of the numbers the judge would come to ...
NEARLY = 0.01  # ... and of chances worked out in many steps


@dataclass(frozen=True)
class Screened:
    """What a quick look says of every slice of a block, shapes (s,)."""

    judgeable: Flags
    suspicious: Flags  # to be judged; the others that are judgeable are surely not abnormal
    expected: Numbers  # of the last value; NaN where it is not judgeable


@dataclass(frozen=True)
class Screen:
    """What is asked of the judge, for many slices."""

    judge: HistoryJudge
    kind: Kind
    directions: tuple[Direction, ...]
    floor: float
    relative: bool

    def look(self, block: SeriesBlock) -> Screened:
        """Every slice of numbers (a histogram is never judgeable)."""
        size = len(block)
        expected, suspicious = np.full(size, np.nan), np.zeros(size, dtype=bool)
        able = np.zeros(size, dtype=bool)
        if block.values.ndim == 2 and block.windows:
            rhythm, alpha = self.judge.rhythm_of(block.windows), self._alpha(block)

            def look_at(first: int) -> None:
                part = slice(first, first + AT_ONCE)
                values, n = np.ascontiguousarray(block.values[part]), np.ascontiguousarray(block.n[part])
                able[part] = judgeable(values, n, self.kind, self.judge.warm_up)
                rows = np.flatnonzero(able[part])
                glance = Glance.at(values[rows], n[rows], self.kind, rhythm)
                expected[first + rows] = glance.expected[:, -1]
                suspicious[first + rows] = self._single_out(glance, block, rhythm, alpha)

            _each(look_at, range(0, size, AT_ONCE))
        return Screened(able, suspicious | (able & self._always(block)), expected)

    def _alpha(self, block: SeriesBlock) -> float:
        """The most that any test of this measure may spend: what a test over everyone may."""
        first = block[0]
        weightiest = replace(first, slice=EVERYONE)
        return self.judge.budget.alpha(weightiest, self.judge.code) * (1 + ROUNDING) / len(self.directions)

    def _always(self, block: SeriesBlock) -> Flags:
        known = {key for measure, key in self.judge.known if measure == block.measure}
        return np.array([key in known for key in block.keys], dtype=bool)

    def _single_out(self, glance: Glance, block: SeriesBlock, rhythm: Rhythm, alpha: float) -> Flags:
        """Which rows of a glance the judge might call abnormal."""
        suspicious = ~(np.isfinite(glance.expected[:, -1]) & np.isfinite(glance.n).all(axis=1))  # in doubt
        near = np.flatnonzero(self._matters(glance.values[:, -1], glance.expected[:, -1], STILL))
        if len(near):
            suspicious[near] |= self._now(glance.of(near), rhythm, alpha)
        if self.kind not in GROWS:
            suspicious |= self._slowly(glance.shift(block.windows), alpha)
        return suspicious

    def _matters(self, value: Numbers, expected: Numbers, share: float) -> Flags:
        """Whether values differ by enough, to a side that was asked for; a gap of none never does."""
        gap = value - expected
        size = np.abs(gap) / (np.maximum(np.abs(expected), 1e-9) if self.relative else 1.0)
        slack = ROUNDING * (1 + np.abs(expected))
        up, down = gap >= -slack, gap <= slack
        side: Flags = (up & ("up" in self.directions)) | (down & ("down" in self.directions))
        unsure = 0.0 if self.relative else ROUNDING * np.abs(expected)
        return side & (size >= share * self.floor * (1 - ROUNDING) - unsure)

    def _now(self, glance: Glance, rhythm: Rhythm, alpha: float) -> Flags:
        off = glance.off()
        found: Flags = glance.chance(off) * (1 - ROUNDING) < alpha
        lasting = np.flatnonzero(self._may_last(off) & ~found)
        if len(lasting):
            found[lasting] = self._lasts(glance.of(lasting), off[lasting, -1], rhythm, alpha)
        return found

    def _lasts(self, glance: Glance, off: Numbers, rhythm: Rhythm, alpha: float) -> Flags:
        """Which rows the judge might find lasting, seen from baselines that the last windows have not moved."""
        chance, expected = lasting_chances(glance, rhythm, np.where(off >= 0, 1, -1))
        return (chance * (1 - NEARLY) < alpha) & self._matters(glance.values[:, -1], expected, 1.0)

    def _may_last(self, off: Numbers) -> Flags:
        """Whether enough of the last windows are clearly off; a score is never farther off than its distance is."""
        may = np.zeros(len(off), dtype=bool)
        for side in (1, -1) if len(self.directions) > 1 else (1 if self.directions == ("up",) else -1,):
            out = off * side >= CLEARLY * (1 - ROUNDING)
            for need, among in N_OF_M:
                may |= out[:, -1] & (out[:, -among:].sum(axis=1) >= need)
        return may

    def _slowly(self, shifts: Shifts, alpha: float) -> Flags:
        """Which rows have moved by enough to matter, and by more than the wobble of their recent windows excuses."""
        moved = np.flatnonzero(np.isfinite(shifts.by) & self._matters(shifts.now, shifts.before, 1.0))
        slowly = np.zeros(len(shifts.by), dtype=bool)
        off, recent = shifts.off[moved], shifts.recent[moved]
        count = recent.sum(axis=1)
        now = np.where(recent, off, np.nan)
        noise = spreads_of(now - (np.nansum(now, axis=1) / np.maximum(count, 1))[:, None])
        error = noise * np.sqrt(1 / np.maximum(count, 1) + 1 / np.maximum(shifts.old[moved].sum(axis=1), 1))
        chance = special.stdtr(FREEDOM, -np.abs(shifts.by[moved]) / np.maximum(error, 1e-12))
        slowly[moved] = chance * (1 - ROUNDING) < alpha
        return slowly


def _each(look_at: Callable[[int], None], parts: Sequence[int]) -> None:
    """All parts; of many, several at a time: numpy lets go of the interpreter, and two cores take half the time."""
    if len(parts) < AT_A_TIME:
        for first in parts:
            look_at(first)
        return
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        list(pool.map(look_at, parts))


def screen_for(
    judge: object, kind: Kind, directions: Sequence[Direction], floor: float, relative: bool
) -> Screen | None:
    """The screen before this judge; None for a judge it does not know."""
    if not isinstance(judge, HistoryJudge):
        return None
    return Screen(judge, kind, tuple(directions), floor, relative)
