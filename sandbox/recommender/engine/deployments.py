"""Which model version and which index answer a request: by override, by arm, and by host."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sandbox.recommender.engine.hooks import Hooks
from sandbox.recommender.engine.requests import Requests
from sandbox.recommender.engine.scene import Bools
from sandbox.recommender.engine.state import Embedding, State

BURN_IN = "burn-in"


@dataclass(frozen=True)
class Deployment:
    """Requests that are answered alike."""

    requests: Bools  # which of the batch's
    model_version: str
    index_version: str  # a healthy host loads the index that was built for its model version
    index: Embedding | None


def deploy(state: State, hooks: Hooks, requests: Requests, champion: str | None, told: str | None) -> list[Deployment]:
    """Who answers a batch of requests; on a healthy day one version for all. `told` is what an override says."""
    if champion is None:
        return [Deployment(np.ones(len(requests), dtype=bool), BURN_IN, "none", state.embedding)]
    version = np.full(len(requests), told or champion, dtype=object)
    if hooks.challenger and not told:
        version[requests.arm == "canary"] = hooks.challenger
    return [
        each
        for number in np.unique(version.astype(str))
        for each in _by_host(state, hooks, requests, str(number), np.asarray(version == number))
    ]


def _by_host(state: State, hooks: Hooks, requests: Requests, version: str, there: Bools) -> list[Deployment]:
    """Hosts that never let go of an older index pair its item vectors with the member vectors of the model's own."""
    parts = []
    for stuck in hooks.stuck:
        if stuck.version == version or state.embedding is None:
            continue
        mine = there & stuck.hosts(requests)
        mixed = replace(state.embedding, items=stuck.index.items, known_items=stuck.index.known_items)
        parts.append(Deployment(mine, version, stuck.version, mixed))
        there = there & ~mine
    parts.append(Deployment(there, version, version, state.embedding))
    return [part for part in parts if part.requests.any()]
