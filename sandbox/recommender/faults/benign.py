"""What people rightly do with models and launches, and must stay silent. Rightful changes of traffic: visits.py."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from sklearn.pipeline import Pipeline

from sandbox.recommender.engine.day import Engine
from sandbox.recommender.engine.releases import release
from sandbox.recommender.engine.scene import day_start
from sandbox.recommender.engine.state import Change
from sandbox.recommender.engine.training import usual_recipe
from sandbox.recommender.faults.base import Damage, Dose, Fault
from sandbox.recommender.faults.launching import bring_forward

RAMP = (0.3, 0.5, 1.0)  # of the largest share, day by day


def retrain_again(engine: Engine, _: float, __: Dose) -> None:
    """One more version, trained as always, off schedule."""
    engine.state.note = "planned retrain"


def launch_many(engine: Engine, amount: float, _: Dose) -> None:
    """The launches of the coming days all come out on one day."""
    ahead = engine.state.launch_day - engine.state.day
    for item in np.flatnonzero((ahead > 0) & (ahead <= amount)):
        bring_forward(engine, int(item))


def ramp_up(engine: Engine, amount: float, _: Dose) -> None:
    """A version as good as the champion, somewhat differently made, is served to more and more of the canary arm."""
    state, first = engine.state, engine.state.day
    trial = replace(engine.hooks, recipe=[_another_recipe])
    engine.hooks.challenger = release(state, trial, engine.registry, "challenger of an experiment", champion=False)

    def share(usual: float) -> float:
        step = min(state.day - first, len(RAMP) - 1)
        return max(usual, amount * RAMP[step])

    engine.hooks.canary.append(share)
    words = f"ranker version {engine.hooks.challenger} ramps up to {amount:.0%} of members in the canary arm"
    state.changes.append(Change(day_start(first), "experiment", "model:ranker", words))


def _another_recipe() -> Pipeline:
    return usual_recipe().set_params(rank__learning_rate=0.1, rank__max_iter=60)


PLANNED_RETRAIN = Fault(
    name="planned-retrain",
    number=0,
    title="A planned retrain of equal quality",
    cause="One more version, trained as always, off schedule.",
    cause_class=None,
    subject="model:ranker",
    codes=(),
    damage=Damage("versions", 1.0),
    injection=retrain_again,
)
BIG_LAUNCH = Fault(
    name="big-launch",
    number=0,
    title="Many titles launch on one day",
    cause="A week's announced launches are brought forward to the same day.",
    cause_class=None,
    subject="items",
    codes=(),
    damage=Damage("days' worth of launches", 7.0),
    injection=launch_many,
)
AB_RAMP = Fault(
    name="ab-ramp",
    number=0,
    title="An experiment ramps up",
    cause="A version as good as the champion is served to a growing canary arm, up to half of the members.",
    cause_class=None,
    subject="model:ranker",
    codes=(),
    damage=Damage("share of members in the canary arm", 0.5, most=0.9),
    injection=ramp_up,
    days=3,
)
