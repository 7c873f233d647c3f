"""Faults of the feature store at serving: offline, the values are still there."""

from __future__ import annotations

import numpy as np

from sandbox.recommender.engine.day import Engine
from sandbox.recommender.engine.requests import Requests
from sandbox.recommender.engine.scene import Floats
from sandbox.recommender.faults.base import Damage, Dose, Fault, Injected
from sandbox.recommender.faults.places import Share, column, regions, slice_of

REGION = "West"  # both worlds have it
NEVER_MISSING = ("item_rate_28d", "popularity_7d", "member_visits_28d")
TELLING = ("similarity", "genre_affinity")


def lose_feature_in_region(engine: Engine, amount: float, dose: Dose) -> Injected:
    """The feature store answers without a feature for a share of the sessions of one region."""
    region, feature = dose.pick(regions(engine)[:4], REGION), dose.pick(NEVER_MISSING, NEVER_MISSING[0])
    sessions = Share(amount, dose.seed())

    def lose(requests: Requests, features: Floats) -> None:
        features[sessions.of(requests, requests.region == region), :, column(feature)] = np.nan

    engine.hooks.features.append(lose)
    return Injected(subject=f"feature:{feature}", slice=slice_of(region))


def lose_feature_at_serving(engine: Engine, amount: float, dose: Dose) -> Injected:
    """The serving client lost a column of the feature store's answer; offline it is still there."""
    feature = dose.pick(TELLING, TELLING[0])
    sessions = Share(amount, dose.seed())

    def lose(requests: Requests, features: Floats) -> None:
        there = np.ones(len(requests), dtype=bool)
        features[sessions.of(requests, there), :, column(feature)] = np.nan

    engine.hooks.features.append(lose)
    return Injected(subject=f"feature:{feature}")


FEATURE_MISSING_IN_REGION = Fault(
    name="feature-missing-in-region",
    number=2,
    title="A feature is missing in one session of ten in one region",
    cause="The feature store of region West answers one session in ten without item_rate_28d.",
    cause_class="inputs",
    subject="feature:item_rate_28d",
    slice=f"region={REGION}",
    codes=("D03",),
    damage=Damage("share of the region's sessions", 0.1, most=1.0),
    injection=lose_feature_in_region,
)
SERVING_ONLY_MISSING = Fault(
    name="serving-only-missing",
    number=8,
    title="A feature is missing at serving, in all traffic",
    cause="The serving client lost similarity from the feature store's answer; offline it is still there.",
    cause_class="inputs",
    subject="feature:similarity",
    codes=("D03", "M02", "M06", "M07"),
    damage=Damage("share of sessions", 1.0, most=1.0),
    injection=lose_feature_at_serving,
)
