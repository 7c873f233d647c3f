"""A fault that feeds on itself: each retrain learns from what the one before chose to show."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sandbox.recommender.engine.day import Engine
from sandbox.recommender.engine.examples import Examples
from sandbox.recommender.engine.scene import day_start
from sandbox.recommender.engine.state import Change
from sandbox.recommender.faults.base import Damage, Dose, Fault, Injected
from sandbox.recommender.faults.places import column

POPULAR = 0.75  # the quantile of popularity above which takes are never lost


def collapse_to_popular(engine: Engine, amount: float, dose: Dose) -> Injected:
    """Takes of less popular titles are lost on their way to training, and a version is trained every day."""
    seed = dose.seed()

    def forget(examples: Examples) -> Examples:
        popularity = examples.features[:, column("popularity_7d")]
        lot = np.random.default_rng([engine.state.seed, seed]).random(len(popularity))
        lost = (popularity < np.quantile(popularity, POPULAR)) & (lot < amount)
        return replace(examples, taken=examples.taken & ~lost)

    engine.hooks.examples.append(forget)
    engine.hooks.due.append(lambda _: "daily retrain")
    at, words = day_start(engine.state.day), "retrains are daily from now on"
    engine.state.changes.append(Change(at, "config", "retraining", words))

    def mend() -> None:
        engine.state.note = "fixed and retrained"

    return Injected(mend=mend)


POPULARITY_COLLAPSE = Fault(
    name="popularity-collapse",
    number=18,
    title="Retrain by retrain, only popular titles are left",
    cause="Takes of less popular titles are lost on their way to training, so each day's version shows fewer of them.",
    cause_class="model",
    subject="model:ranker",
    codes=("I04",),
    damage=Damage("share of less popular titles' takes lost", 0.95, most=1.0),
    injection=collapse_to_popular,
    days=5,
)
