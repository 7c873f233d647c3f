"""The serving side's own view of each request: how long it took, and whether the ranker answered at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sandbox.recommender.engine.hooks import Hooks
from sandbox.recommender.engine.requests import Requests
from sandbox.recommender.engine.scene import Bools, Floats, Texts
from sandbox.recommender.engine.state import State

CALL_STREAM = 9
FLOOR_MS = 25.0  # network and parsing
USUAL_MS, SPREAD = 55.0, 0.4  # of the work itself: lognormal, its median and the deviation of its logarithm
LOAD = 0.25  # how much longer the work takes in an hour with twice the usual load
SLOW_SHARE, SLOW_TAIL = 0.012, 1.7  # calls that meet a pause are that many times slower: Pareto, its exponent
TIMEOUT_MS, FALLBACK_MS = 400.0, 15.0  # then the popular titles are served, which takes a moment too
ERROR_SHARE = 0.002
ERRORS = ("connection reset", "internal error")


@dataclass(frozen=True)
class Calls:
    """The access log's numbers. Arrays of length requests."""

    latency: Floats  # milliseconds
    error: Texts  # None: answered
    fallback: Bools

    @property
    def failed(self) -> Bools:
        """Which calls got no list at all."""
        return np.array([error is not None for error in self.error], dtype=bool)

    def where(self, mask: Bools) -> Calls:
        """Only the masked calls."""
        return Calls(self.latency[mask], self.error[mask], self.fallback[mask])


def place_calls(state: State, hooks: Hooks, requests: Requests) -> Calls:
    """How long each of the day's requests took, and which of them failed or ran into the timeout."""
    rng = state.random(CALL_STREAM)
    count = len(requests)
    work = USUAL_MS * np.exp(SPREAD * rng.normal(size=count)) * (1 + LOAD * (_load(requests) - 1))
    work = np.where(rng.random(count) < SLOW_SHARE, work * (1 + rng.pareto(SLOW_TAIL, count)), work)
    lot, names = rng.random(count), rng.choice(np.array(ERRORS, dtype=object), count)
    latency: Floats = FLOOR_MS + work
    for change in hooks.latency:
        latency = change(requests, latency)
    error = names.copy()
    error[lot >= ERROR_SHARE] = None
    fallback = (latency > TIMEOUT_MS) & (lot >= ERROR_SHARE)
    waited = TIMEOUT_MS + FALLBACK_MS * (0.5 + rng.random(count))
    return Calls(np.round(np.where(latency > TIMEOUT_MS, waited, latency), 1), error, fallback)


def _load(requests: Requests) -> Floats:
    """The traffic in each request's hour, relative to the mean of the day's hours."""
    by_hour = np.bincount(requests.hour, minlength=24)
    return np.asarray(by_hour[requests.hour] / max(by_hour.mean(), 1e-9))
