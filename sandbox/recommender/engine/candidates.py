"""The candidate index: vectors learned from the served log, and what it retrieves for a request."""

from __future__ import annotations

import numpy as np
from sklearn.utils.extmath import randomized_svd

from sandbox.recommender.engine.features import EXACT, Snapshot
from sandbox.recommender.engine.hooks import Hooks
from sandbox.recommender.engine.requests import Requests
from sandbox.recommender.engine.scene import Bools, Floats, Ints
from sandbox.recommender.engine.state import Embedding, State

FACTORS = 12
FEWEST_SHOWN = 40  # impressions before the index trusts an item's own vector
FEWEST_TAKEN = 2.0  # takes before it knows a member
NO_SYNOPSIS = 0.12  # of old titles have no synopsis, and so no vector that the feature pipeline may use
SYNOPSIS_STREAM = 4
ROUGHNESS = 1.0  # how far the index's own order is from any model's
FRESH_DAYS = 7  # a new title is a candidate for everyone this long
AHEAD_DAYS = 2  # announced titles enter the index this early, to be excluded until launch


def build_index(state: State) -> Embedding:
    """Factorise takes beyond what each item's rate explains, by truncated SVD of the (members, items) residuals.

    Each generation of the towers has its own coordinates: vectors of two generations have nothing to say to each other.
    """
    # In single precision the last decimals that are kept would depend on the processor.
    shown, taken = state.counters.pair_shown.astype(float), state.counters.pair_taken.astype(float)
    rate = (taken.sum(axis=0) + 2.0) / (shown.sum(axis=0) + 20.0)
    residual = (taken - shown * rate) / np.sqrt(shown + 2.0)
    left, values, right = randomized_svd(residual, FACTORS, n_iter=3, random_state=state.seed)
    scale = np.sqrt(values)
    items = _stand_in(state, right.T * scale, shown.sum(axis=0) >= FEWEST_SHOWN)
    return Embedding(
        members=np.round(np.roll(left * scale, state.generation, axis=1), EXACT),
        items=np.round(np.roll(items, state.generation, axis=1), EXACT),
        known_members=taken.sum(axis=1) >= FEWEST_TAKEN,
        known_items=_with_synopsis(state),
    )


def _with_synopsis(state: State) -> Bools:
    """Which titles the index may embed: all but some of the old ones, the same ones for good."""
    spared = np.random.default_rng([state.seed, SYNOPSIS_STREAM]).random(len(state.launch_day)) >= NO_SYNOPSIS
    return np.asarray(spared | (state.scene.catalogue.launch_day > -state.scene.habits.burn_in))


def _stand_in(state: State, vectors: Floats, known: Bools) -> Floats:
    """A title too little shown to have a vector of its own gets the mean of its main genre's."""
    main = state.scene.catalogue.main_genre
    for genre in np.unique(main[~known]):
        there = main == genre
        if (there & known).any():
            vectors[there & ~known] = vectors[there & known].mean(axis=0)
    return vectors


def retrieve(
    state: State,
    hooks: Hooks,
    requests: Requests,
    snapshot: Snapshot,
    index: Embedding | None,
    rng: np.random.Generator,
) -> Ints:
    """Candidates of each request, best first by the index's own rough score.

    Returns item numbers, shape (requests, candidates), -1 where the index had too few.
    """
    held = indexed_items(state, hooks)
    rough = _rough_score(index, snapshot, requests.member)
    rough += rng.gumbel(scale=ROUGHNESS, size=rough.shape)
    age = state.day - state.launch_day
    rough[:, (age < FRESH_DAYS) & (age >= 0)] += 100.0
    allowed = held & _of_row(state, requests)
    rough = np.where(allowed, rough, -np.inf)
    width = state.scene.habits.candidates
    # argpartition would be quicker, and leaves what it finds in an order that depends on the processor.
    best = np.argsort(-rough, axis=1, kind="stable")[:, :width]
    found = np.isfinite(np.take_along_axis(rough, best, axis=1))
    return np.where(found, best, -1)


def indexed_items(state: State, hooks: Hooks) -> Bools:
    """Which items the index holds, shape (items,): launched or about to be; those without a launch date too."""
    held = ~(state.launch_day > state.day + AHEAD_DAYS)
    for change in hooks.index:
        held = change(held)
    return held


def _of_row(state: State, requests: Requests) -> Bools:
    of_genre = state.scene.catalogue.of_genre
    rows: Bools = of_genre.T[requests.genre]
    rows[requests.genre < 0] = True
    return rows


def _rough_score(index: Embedding | None, snapshot: Snapshot, member: Ints) -> Floats:
    """Popularity and closeness, each in standard deviations, shape (requests, items)."""
    rate = np.log(snapshot.rate)
    score: Floats = np.broadcast_to((rate - rate.mean()) / (rate.std() + 1e-9), (len(member), len(rate))).copy()
    if index is not None:
        dot = index.members[member] @ index.items.T
        score += dot / (dot.std() + 1e-9)
    return score
