"""What a value must clear to be called abnormal: improbable enough, and far enough off to matter.

What can therefore NOT be abnormal, as a screen before the judge may rely on, for a series of which no window is known
to be bad (a run that is open goes on with `STILL` of every effect and `STILL_SURE` times every chance):

* a value whose effect, seen from the baseline of all usual windows, is below `STILL` times the floor on every side
  asked for: neither once nor lasting. Once needs the whole floor, and more where something was called fine;
* once: where any one of the tails that `View.chance` is the largest of is not below alpha. Each falls with distance;
* lasting: where the last window, and two of the last three or three of the last five, are not `lasting.CLEARLY` off to
  one side: a score is never more than the distance in standard deviations that it comes from;
* drifting: counts; or where the recent windows are not, on the mean, a floor away from the oldest; or where that is no
  wonder (alpha) even if windows were not linked and their noise were only that within the recent ones.

Alpha is largest for everyone (`Budget.alpha`), and no way of looking may take more than the whole of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from .base import Direction
from .judging import Way
from .view import View

USUAL = 0.01  # what is drawn as usual holds 99 of 100 healthy windows
STILL = 0.7  # a run goes on while the effect is at least this share of what opens one ...
STILL_SURE = 100.0  # ... and the chance at most this many times what opens one, so that nothing flaps


@dataclass(frozen=True)
class Verdict:
    """What one way of looking says of the last window."""

    view: View
    direction: Direction
    chance: float
    abnormal: bool
    way: Way
    run: int = 1  # windows, the last included, since it began
    since: tuple[datetime, datetime] | None = None  # when it may have begun, where that is not sharp


@dataclass(frozen=True)
class Bar:
    """What the last window must clear."""

    alpha: Mapping[Way, float]  # the chance of a false alarm that each way of looking may take
    floor: float
    relative: bool
    directions: tuple[Direction, ...]
    fine: Mapping[Direction, float] = field(default_factory=dict)  # effects that somebody has called fine

    def lowered(self) -> Bar:
        """The bar for one more window of a run that is already open."""
        fine = {direction: STILL * effect for direction, effect in self.fine.items()}
        alpha = {way: min(USUAL, alpha * STILL_SURE) for way, alpha in self.alpha.items()}
        return replace(self, alpha=alpha, floor=self.floor * STILL, fine=fine)

    def least(self, direction: Direction) -> float:
        """The smallest effect that matters on this side."""
        return max(self.floor, self.fine.get(direction, 0.0))

    def matters(self, value: float, expected: float, direction: Direction, share: float = 1.0) -> bool:
        """Whether it differs by enough, on that side."""
        gap = (value - expected) * (1 if direction == "up" else -1)
        return gap / (max(abs(expected), 1e-9) if self.relative else 1.0) >= share * self.least(direction)

    def is_near(self, view: View, direction: Direction) -> bool:
        """Whether the last window could be worth a closer look: its effect nearly matters."""
        return self.matters(float(view.values[-1]), float(view.expected[-1]), direction, STILL)

    def verdict(self, view: View, direction: Direction, chance: float, way: Way, nearly: bool = False) -> Verdict:
        """The verdict on a chance (of one side); `nearly`: it is one of several windows that together do matter."""
        both = min(1.0, chance * len(self.directions))
        value, expected = float(view.values[-1]), float(view.expected[-1])
        enough = self.matters(value, expected, direction, STILL if nearly else 1.0)
        return Verdict(
            view, direction, both, direction in self.directions and both < self.alpha.get(way, 0.0) and enough, way
        )
