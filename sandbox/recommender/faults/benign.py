"""Changes that are nobody's fault and must stay silent."""

from __future__ import annotations

import numpy as np

from sandbox.recommender.engine.day import Engine
from sandbox.recommender.engine.scene import Floats, day_start
from sandbox.recommender.engine.state import Change
from sandbox.recommender.faults.base import Injected
from sandbox.recommender.faults.inputs import bring_forward

PUSH = 1.4
PUSH_DAYS = 5
BIG_LAUNCH_DAYS = 7  # as many as otherwise in a week


def push_marketing(engine: Engine) -> None:
    """More members visit for some days."""
    first = engine.state.day
    words = f"spring campaign: about {PUSH - 1:.0%} more visitors expected for {PUSH_DAYS} days"
    engine.state.changes.append(Change(day_start(first), "campaign", "traffic", words))

    def more(visits: Floats) -> Floats:
        # A campaign reaches everyone alike, so that those who seldom come gain most.
        return visits + (PUSH - 1) * visits.mean() if engine.state.day < first + PUSH_DAYS else visits

    engine.hooks.visits.append(more)


def retrain_again(engine: Engine) -> Injected | None:
    """One more version, trained as always, off schedule."""
    engine.state.note = "planned retrain"
    return None


def launch_many(engine: Engine) -> Injected | None:
    """A week's launches come out on one day."""
    ahead = engine.state.launch_day - engine.state.day
    for item in np.flatnonzero((ahead > 0) & (ahead <= BIG_LAUNCH_DAYS)):
        bring_forward(engine, int(item))
    return None
