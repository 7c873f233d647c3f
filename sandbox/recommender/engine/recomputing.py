"""Features recomputed offline for the sampled requests: what serving should have been given."""

from __future__ import annotations

import numpy as np

from sandbox.recommender.engine.calls import Calls
from sandbox.recommender.engine.features import FEATURES, Snapshot, compute_features
from sandbox.recommender.engine.hooks import Hooks
from sandbox.recommender.engine.requests import Requests
from sandbox.recommender.engine.scene import Bools, Floats, Ints
from sandbox.recommender.engine.state import State

SAMPLED = 0.09  # share of requests that are logged whole
LATE_SHARE = 0.01  # of counts differ by one: an event that reached the warehouse, and the feature store too late
COUNTS = ("popularity_7d", "member_visits_28d")
SAMPLE_STREAM, LATE_STREAM = 11, 12


def sample_requests(state: State, requests: Requests, calls: Calls) -> Bools:
    """Which requests are logged whole, shape (requests,): a share of those that the ranker answered."""
    number = np.array([int(name[-5:]) for name in requests.ids], dtype=int)
    lot = state.random(SAMPLE_STREAM).random(number.max(initial=0) + 1)[number]
    return np.asarray((lot < SAMPLED) & ~calls.fallback & ~calls.failed)


def recompute(state: State, hooks: Hooks, snapshot: Snapshot, requests: Requests, items: Ints) -> Floats:
    """The features of sampled requests, shape (requests, candidates, features), from the warehouse.

    What went wrong upstream is there too; what went wrong at serving is not. `snapshot` is as fresh as it ought to be.
    """
    features = compute_features(state, snapshot, state.embedding, requests.member, items)
    for change in hooks.upstream:
        change(requests, features)
    rng = state.random(LATE_STREAM)
    for name in COUNTS:
        features[..., FEATURES.index(name)] += rng.random(items.shape) < LATE_SHARE
    return features
