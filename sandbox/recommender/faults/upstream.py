"""Faults of what features are made from: serving and offline see the same wrong values."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from sandbox.recommender.engine.day import Engine
from sandbox.recommender.engine.requests import Requests
from sandbox.recommender.engine.scene import Floats, day_start
from sandbox.recommender.engine.state import Change
from sandbox.recommender.faults.base import Damage, Dose, Fault, Injected
from sandbox.recommender.faults.places import column

LEARNED = ("similarity", "genre_affinity")  # the features that an upstream model makes
UNITS = (
    ("item_age_days", 86_400.0),
    ("item_rate_28d", 100.0),
    ("popularity_7d", 1_000.0),
)  # seconds, percent, per mille


def stop_refreshing(engine: Engine, amount: float, _: Dose) -> None:
    """The feature pipeline runs far too seldom: what it computed last is served on and on."""

    def runs(now: datetime) -> bool:
        last = engine.snapshot.computed_at if engine.snapshot else now
        return now - last >= timedelta(hours=amount)

    engine.hooks.refresh.append(runs)


def retrain_upstream(engine: Engine, amount: float, dose: Dose) -> Injected:
    """The model behind an input was retrained by its owners: the same name, another level."""
    feature = dose.pick(LEARNED, LEARNED[0])
    spread = float(np.nanstd(engine.state.log[-1].features[:, column(feature)]))

    def shift(_: Requests, features: Floats) -> None:
        features[:, :, column(feature)] += amount * spread

    engine.hooks.upstream.append(shift)
    words = f"the model that computes {feature} was retrained by its owners"
    engine.state.changes.append(Change(day_start(engine.state.day), "deploy", f"feature:{feature}", words))
    return Injected(subject=f"feature:{feature}")


def change_unit(engine: Engine, amount: float, dose: Dose) -> Injected:
    """Upstream now sends a feature in another unit under the name that says the old one."""
    feature, factor = dose.pick(UNITS, UNITS[0])
    times = float(factor ** (np.log(amount) / np.log(UNITS[0][1])))

    def rescale(_: Requests, features: Floats) -> None:
        features[:, :, column(feature)] *= times

    engine.hooks.upstream.append(rescale)
    return Injected(subject=f"feature:{feature}")


STALE_FEATURES = Fault(
    name="stale-features",
    number=6,
    title="Features are no longer refreshed",
    cause="The feature pipeline stopped; what it computed last is served on and on.",
    cause_class="systems",
    subject="features",
    codes=("M01", "M07"),
    damage=Damage("hours between refreshes", 96.0, none=6.0),
    injection=stop_refreshing,
)
UPSTREAM_RETRAINED = Fault(
    name="upstream-retrained",
    number=17,
    title="A retrained upstream model shifts an input",
    cause="The model that computes similarity was retrained by its owners, and its values moved to another level.",
    cause_class="inputs",
    subject="feature:similarity",
    codes=("D06", "M02"),
    damage=Damage("standard deviations", 1.0),
    injection=retrain_upstream,
)
UNIT_CHANGE = Fault(
    name="unit-change",
    number=21,
    title="A feature changes its unit",
    cause="Upstream sends item age in seconds under the name that says days.",
    cause_class="inputs",
    subject="feature:item_age_days",
    codes=("D06",),
    damage=Damage("times the right value, where days become seconds", 86_400.0, none=1.0, grows="by factors"),
    injection=change_unit,
)
