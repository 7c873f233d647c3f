"""Faults of the serving side: its filter and its speed."""

from __future__ import annotations

import numpy as np

from sandbox.recommender.engine.day import Engine
from sandbox.recommender.engine.requests import Requests
from sandbox.recommender.engine.scene import Bools, Floats, Ints, day_start
from sandbox.recommender.engine.state import Change
from sandbox.recommender.faults.base import Damage, Dose, Fault, Injected
from sandbox.recommender.faults.places import draw_region, slice_of

PAUSE = 20.0  # times as long does a call take that waits: longer than the timeout


def widen_filter(engine: Engine, amount: float, dose: Dose) -> None:
    """A new rule of the rights filter takes out far more titles than those without rights."""
    count = len(engine.state.launch_day)
    barred = np.random.default_rng([engine.state.seed, 5, dose.seed()]).random(count) < amount

    def rule(_: Requests, items: Ints) -> Bools:
        return np.asarray(barred[items])

    engine.hooks.rights.append(rule)
    at, words = day_start(engine.state.day), "a new rule for titles whose rights end soon"
    engine.state.changes.append(Change(at, "config", "filter:rights", words))


def slow_down(engine: Engine, amount: float, dose: Dose) -> Injected:
    """The feature store takes many times as long, so calls run into the timeout and the popular titles are served."""
    region = draw_region(engine, dose)

    def slow(requests: Requests, latency: Floats) -> Floats:
        there = np.full(len(requests), not region) | (requests.region == region)
        return np.where(there, latency * amount, latency)

    engine.hooks.latency.append(slow)
    return Injected(slice=slice_of(region))


def slow_by_and_by(engine: Engine, amount: float, dose: Dose) -> Injected:
    """A cache fills up: each day some more of the calls wait for it until they run into the timeout."""
    first, seed = engine.state.day, dose.seed()

    def wait(requests: Requests, latency: Floats) -> Floats:
        share = amount * (engine.state.day - first + 1)
        waits = np.random.default_rng([engine.state.seed, engine.state.day, seed]).random(len(latency)) < share
        return np.where(waits, latency * PAUSE, latency)

    engine.hooks.latency.append(wait)
    return Injected()


FILTER_TOO_WIDE = Fault(
    name="filter-too-wide",
    number=13,
    title="A filter rule takes out too many titles",
    cause="A new rule of the rights filter takes out nearly half of the catalogue.",
    cause_class="systems",
    subject="filter:rights",
    codes=("S06", "I03"),
    damage=Damage("share of titles taken out", 0.45, most=0.95),
    injection=widen_filter,
)
FALLBACK_STORM = Fault(
    name="fallback-storm",
    number=14,
    title="Calls are slow, so fallback lists are served",
    cause="The feature store takes five times as long, so many calls run into the timeout and get a fallback list.",
    cause_class="systems",
    subject="serving",
    codes=("S01", "S03"),
    damage=Damage("times as slow", 5.0, none=1.0),
    injection=slow_down,
)
FALLBACK_CREEPING = Fault(
    name="fallback-creeping",
    number=44,
    title="Each day some more lists are fallback lists",
    cause="A cache of the feature store fills up, so each day more calls wait for it until they run into the timeout.",
    cause_class="systems",
    subject="calls",
    codes=("L04",),
    damage=Damage("share of calls that wait, more each day", 0.0035),
    injection=slow_by_and_by,
    days=12,
    worlds=("lab-large", "lab"),
)
