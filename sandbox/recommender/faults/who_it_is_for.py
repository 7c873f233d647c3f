"""Faults that hurt those whom a title, or a first impression, was meant for: children, and new members."""

from __future__ import annotations

import numpy as np

from sandbox.recommender.engine.day import Engine
from sandbox.recommender.engine.requests import Requests
from sandbox.recommender.engine.scene import CHILD, Floats
from sandbox.recommender.faults.base import Damage, Dose, Fault, Injected
from sandbox.recommender.faults.places import lots

NEW_DAYS = 28


def rate_as_mature(engine: Engine, amount: float, dose: Dose) -> Injected:
    """An import of age ratings marks titles for children as for adults: the filter keeps them from children."""
    catalogue = engine.state.scene.catalogue
    theirs = np.flatnonzero(catalogue.audience == f"age_group={CHILD}")
    order = np.random.default_rng([engine.state.seed, dose.seed()]).permutation(theirs)
    marked = order[: max(1, round(amount * len(theirs)))]
    catalogue.mature[marked] = True

    def mend() -> None:
        catalogue.mature[marked] = False

    return Injected(mend=mend)


def answer_by_default(engine: Engine, amount: float, dose: Dose) -> None:
    """The profile store does not know who joined lately: all features of their lists are defaults, alike for all."""
    state, hit = engine.state, lots(engine, dose.seed()) < amount
    default = np.nanmedian(state.log[-1].features, axis=0)

    def fill(requests: Requests, features: Floats) -> None:
        new = state.day - state.scene.members.join_day[requests.member] < NEW_DAYS
        features[new & hit[requests.member]] = default

    engine.hooks.features.append(fill)


NEWCOMERS_BY_DEFAULT = Fault(
    name="newcomers-by-default",
    number=37,
    title="New members get default features",
    cause="The profile store was not told of who joined lately, so every feature of their lists is a default.",
    cause_class="inputs",
    subject="members",
    codes=("P05", "M07"),
    damage=Damage("share of new members", 1.0, most=1.0),
    injection=answer_by_default,
)
CHILDREN_KEPT_OUT = Fault(
    name="children-kept-out",
    number=39,
    title="Titles for children are not shown to children",
    cause="An import of age ratings marked the titles for children as for adults, so the filter keeps them out.",
    cause_class="set-up",
    subject="items",
    slice=f"age_group={CHILD}",
    codes=("I06", "S06"),
    damage=Damage("share of the titles for children", 1.0, most=1.0),
    injection=rate_as_mature,
)
