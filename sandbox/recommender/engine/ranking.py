"""From candidates to a served list: exclusions, scores, ranks, positions, exploration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from sandbox.recommender.engine.calls import Calls
from sandbox.recommender.engine.candidates import FRESH_DAYS
from sandbox.recommender.engine.hooks import Hooks
from sandbox.recommender.engine.requests import Requests
from sandbox.recommender.engine.rules import find_exclusions
from sandbox.recommender.engine.scene import Bools, Floats, Ints
from sandbox.recommender.engine.state import State

Scoring = Callable[[Floats], Floats]  # (rows, features) -> (rows,)
LAST = 10_000
EXPLORE_SHARE = 0.5  # of requests give one slot to a candidate drawn at random


@dataclass(frozen=True)
class Ranked:
    """Ranked candidates. Arrays of shape (requests, candidates); features have one more axis."""

    items: Ints  # -1 where there is no candidate
    features: Floats
    reason: Ints  # a number into REASONS; 0 when not excluded
    score: Floats  # NaN where excluded, and in a fallback list
    rank: Ints  # 1-based; 0 where excluded, and in a fallback list
    position: Ints  # 1-based; 0 where not shown
    explored: Bools
    propensity: Floats  # the chance of being picked for the slot; 1 where chosen by rank


def rank_candidates(
    state: State,
    hooks: Hooks,
    requests: Requests,
    items: Ints,
    features: Floats,
    scoring: Scoring,
    rng: np.random.Generator,
) -> Ranked:
    """Exclude, score, rank and place the candidates of a batch of requests."""
    reason = find_exclusions(state, hooks, requests, items)
    usable = (items >= 0) & (reason == 0)
    score = np.full(items.shape, np.nan)
    if usable.any():
        score[usable] = scoring(features[usable])
    for change in hooks.scores:
        score = change(requests, items, score)
    rank = _count_down(np.where(usable, np.nan_to_num(-score, nan=LAST), np.inf), usable)
    key, explored, propensity = _explore(state, hooks, requests, items, usable, rank, rng)
    order = _count_down(key, usable)
    for turn in hooks.pages:
        order = turn(requests, items, order)
    position = _cut(state, requests, order)
    return Ranked(items, features, reason, score, rank, position, explored & (position > 0), propensity)


def settle_for_less(state: State, requests: Requests, calls: Calls, popularity: Floats, ranked: Ranked) -> Ranked:
    """What members get when the ranker did not answer: nothing after an error, the popular titles after a timeout."""
    failed, late = calls.failed[:, None], calls.fallback[:, None]
    if not (failed | late).any():
        return ranked
    usable = (ranked.items >= 0) & (ranked.reason == 0)
    key = np.where(usable, -popularity[ranked.items], np.inf)
    popular = _cut(state, requests, _count_down(key, usable))
    return replace(
        ranked,
        score=np.where(late, np.nan, ranked.score),
        rank=np.where(late, 0, ranked.rank),
        position=np.where(failed, 0, np.where(late, popular, ranked.position)),
        explored=ranked.explored & ~late & ~failed,
        propensity=np.where(late, 1.0, ranked.propensity),
    )


def list_length(state: State, requests: Requests) -> Ints:
    """How many items each request asks for, shape (requests, 1)."""
    return np.where(requests.genre < 0, *state.scene.habits.list_length)[:, None]


def _cut(state: State, requests: Requests, order: Ints) -> Ints:
    """Positions: the order as far as the list goes; 0 beyond."""
    return np.where(order <= list_length(state, requests), order, 0)


def _explore(
    state: State,
    hooks: Hooks,
    requests: Requests,
    items: Ints,
    usable: Bools,
    rank: Ints,
    rng: np.random.Generator,
) -> tuple[Floats, Bools, Floats]:
    """Sort keys with some slots given away: to new titles by chance, and to one random candidate.

    In its first week a title is shown through its launch slots alone, so that launches can be compared; by rank it
    comes last.
    """
    share = state.scene.habits.launch_share
    for change in hooks.slots:
        share = change(share)
    fresh = usable & (state.day - state.launch_day[items] < FRESH_DAYS)
    launched = fresh & (rng.random(items.shape) < share)
    lottery = np.where(usable & ~fresh, rng.random(items.shape), -1.0)
    drawn = (lottery == lottery.max(axis=1, keepdims=True)) & usable & ~fresh
    drawn &= rng.random((len(items), 1)) < EXPLORE_SHARE
    explored: Bools = launched | drawn
    pool = np.maximum((usable & ~fresh).sum(axis=1, keepdims=True), 1)
    propensity = np.where(launched, share, np.where(drawn, EXPLORE_SHARE / pool, 1.0))
    length = list_length(state, requests)
    slot = 2.5 + rng.random(items.shape) * (length - 4.0)
    key = np.where(explored, slot, np.where(fresh, rank + LAST, rank))
    return np.where(usable, key, np.inf), explored, propensity


def _count_down(key: Floats, usable: Bools) -> Ints:
    """1 for the smallest key of each row, 2 for the next, ...; 0 where not usable."""
    order = np.argsort(key, axis=1, kind="stable")
    place = np.empty(key.shape, dtype=np.int64)
    np.put_along_axis(place, order, np.broadcast_to(np.arange(1, key.shape[1] + 1), key.shape), axis=1)
    return np.where(usable, place, 0)
