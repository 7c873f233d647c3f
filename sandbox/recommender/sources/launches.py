"""When titles enter the catalogue: a steady schedule, so that every launch has comparable ones before it."""

from __future__ import annotations

import numpy as np

from sandbox.recommender.engine.scene import Bools, Ints

OLDEST_DAYS, YOUNGEST_DAYS = 900, 45  # age on day 0 of what was there before


def plan_launches(rng: np.random.Generator, eligible: Bools, weekdays: tuple[int, ...], first: int, last: int) -> Ints:
    """Launch days, shape (items,): from `first` to `last` one eligible title on each of `weekdays`; others long ago."""
    days = [day for day in range(first, last + 1) if day % 7 in weekdays]
    launch = -rng.integers(YOUNGEST_DAYS, OLDEST_DAYS, len(eligible))
    chosen = rng.permutation(np.flatnonzero(eligible))[: len(days)]
    launch[chosen] = days[: len(chosen)]
    return launch
