"""One false-alarm budget for the whole installation, shared out among all that is judged in a window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from .base import EVERYONE, Slice

EVERYONE_WEIGHT = 5.0  # what is judged over all traffic may spend five times what one slice may
PERIOD = timedelta(days=30)


@dataclass(frozen=True)
class Budget:
    """How sure one test must be for all of them together to keep the promise (a weighted Bonferroni share)."""

    false_incidents_per_30_days: float
    window: timedelta
    everyone_tests: int  # measures judged over all traffic in one window
    slice_tests: int  # (measure, slice) pairs beside those

    def alpha(self, where: Slice) -> float:
        """The chance of a false alarm that one test of this slice may take in one window."""
        shares = EVERYONE_WEIGHT * self.everyone_tests + self.slice_tests
        a_window = self.false_incidents_per_30_days / (PERIOD / self.window)
        weight = EVERYONE_WEIGHT if where == EVERYONE else 1.0
        return min(0.05, a_window * weight / max(shares, weight))
