"""Faults of the training job: a version learned from what was not so. Going back to the one before mends them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sandbox.recommender.engine.day import Engine
from sandbox.recommender.engine.examples import Examples
from sandbox.recommender.engine.releases import release
from sandbox.recommender.engine.scene import day_start
from sandbox.recommender.engine.state import Change
from sandbox.recommender.faults.base import Damage, Dose, Fault, Injected
from sandbox.recommender.faults.models import ship


def sample_negatives(engine: Engine, amount: float, dose: Dose) -> Injected:
    """Most of what was not taken is left out of training, and no calibration step makes up for it."""
    seed = dose.seed()

    def thin(examples: Examples) -> Examples:
        lot = np.random.default_rng([engine.state.seed, seed]).random(len(examples.taken))
        return examples.where(examples.taken | (lot >= amount))

    engine.hooks.examples.append(thin)
    return ship(engine, "faster training: negatives sampled")


def try_bad_version(engine: Engine, amount: float, dose: Dose) -> Injected:
    """A version that learned from labels turned upside down answers the canary arm."""
    state, seed = engine.state, dose.seed()

    def invert(examples: Examples) -> Examples:
        lot = np.random.default_rng([state.seed, seed]).random(len(examples.taken))
        return replace(examples, taken=np.where(lot < amount, ~examples.taken, examples.taken))

    trial = replace(engine.hooks, examples=[invert])
    engine.hooks.challenger = release(state, trial, engine.registry, "challenger of an experiment", champion=False)
    words = f"ranker version {engine.hooks.challenger} is tried in the canary arm"
    state.changes.append(Change(day_start(state.day), "experiment", "model:ranker", words))
    return Injected()


NEGATIVES_SAMPLED = Fault(
    name="negatives-sampled",
    number=29,
    title="A new version's scores are no chances any more",
    cause="The training job leaves out most of what was not taken, and no calibration step makes up for it.",
    cause_class="model",
    subject="model:ranker",
    codes=("M02", "M04", "M05"),
    damage=Damage("share of negatives left out of training", 0.9, most=0.99),
    injection=sample_negatives,
    rollback_mends=True,
)
BAD_CANARY = Fault(
    name="bad-canary",
    number=31,
    title="A version on trial is far worse",
    cause="The version that the canary arm is served learned from labels turned upside down.",
    cause_class="model",
    subject="model:ranker",
    codes=("M10",),
    damage=Damage("share of labels turned", 1.0, most=1.0),
    injection=try_bad_version,
)
