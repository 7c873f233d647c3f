"""A fault that feeds on itself: each retrain keeps what the ones before chose to show."""

from __future__ import annotations

import numpy as np

from sandbox.recommender.engine.day import Engine
from sandbox.recommender.engine.scene import Bools, day_start
from sandbox.recommender.engine.state import Change
from sandbox.recommender.faults.base import Damage, Dose, Fault, Injected

LEAST = 40  # titles that are left in the end
NEW_DAYS = 14  # titles so young are spared


def collapse_to_popular(engine: Engine, amount: float, dose: Dose) -> Injected:
    """Retrains are daily, and each builds its index without the titles that were taken least: they never come back."""
    state, rng = engine.state, np.random.default_rng([engine.state.seed, dose.seed()])
    kept = np.ones(len(state.launch_day), dtype=bool)
    seen: list[int] = []

    def prune(held: Bools) -> Bools:
        if state.day not in seen:
            seen.append(state.day)
            kept[_least_taken(held & kept)] = False
        return held & kept

    def _least_taken(there: Bools) -> np.ndarray:
        taken = state.counters.item_taken.sum(axis=0) + 0.5 * rng.random(len(there))
        old = there & (state.launch_day < state.day - NEW_DAYS)
        order = np.argsort(np.where(old, taken, np.inf), kind="stable")
        return order[: max(0, min(round(amount * old.sum()), int(old.sum()) - LEAST))]

    engine.hooks.index.append(prune)
    engine.hooks.due.append(lambda _: "daily retrain")
    at, words = day_start(state.day), "retrains are daily from now on"
    state.changes.append(Change(at, "config", "retraining", words))
    return Injected()


POPULARITY_COLLAPSE = Fault(
    name="popularity-collapse",
    number=18,
    title="Retrain by retrain, only popular titles are left",
    cause="Each retrain leaves out the titles that were taken least, so the catalogue shrinks to the popular ones.",
    cause_class="model",
    subject="index",
    codes=("I03", "I04"),
    damage=Damage("share of titles left out at each retrain", 0.25, most=0.9),
    injection=collapse_to_popular,
    days=4,
)
