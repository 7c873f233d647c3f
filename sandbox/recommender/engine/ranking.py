"""From candidates to a served list: exclusions, scores, ranks, positions, exploration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sandbox.recommender.engine.candidates import FRESH_DAYS
from sandbox.recommender.engine.scene import Bools, Floats, Ints
from sandbox.recommender.engine.state import State
from sandbox.recommender.engine.traffic import Requests

Scoring = Callable[[Floats], Floats]  # (rows, features) -> (rows,)
REASONS = (None, "already seen", "not launched", "no artwork")
SEEN_DAYS = 7
LAST = 10_000
EXPLORE_SHARE = 0.5  # of requests give one slot to a candidate drawn at random


@dataclass(frozen=True)
class Ranked:
    """Ranked candidates. Arrays of shape (requests, candidates); features have one more axis."""

    items: Ints  # -1 where there is no candidate
    features: Floats
    reason: Ints  # a number into REASONS; 0 when not excluded
    score: Floats  # NaN where excluded
    rank: Ints  # 1-based; 0 where excluded
    position: Ints  # 1-based; 0 where not shown
    explored: Bools
    propensity: Floats  # the chance of being picked for the slot; 1 where chosen by rank


def rank_candidates(
    state: State, requests: Requests, items: Ints, features: Floats, scoring: Scoring, rng: np.random.Generator
) -> Ranked:
    """Exclude, score, rank and place the candidates of a batch of requests."""
    reason = find_exclusions(state, requests.member, items)
    usable = (items >= 0) & (reason == 0)
    score = np.full(items.shape, np.nan)
    if usable.any():
        score[usable] = scoring(features[usable])
    rank = _count_down(np.where(usable, -score, np.inf), usable)
    key, explored, propensity = _explore(state, requests, items, usable, rank, rng)
    length = np.where(requests.genre < 0, *state.scene.habits.list_length)[:, None]
    position = _count_down(key, usable)
    position = np.where(position <= length, position, 0)
    return Ranked(items, features, reason, score, rank, position, explored & (position > 0), propensity)


def find_exclusions(state: State, member: Ints, items: Ints) -> Ints:
    """Why each candidate may not be shown, a number into REASONS; the first reason that holds."""
    seen = state.day - state.counters.last_taken[member[:, None], items] <= SEEN_DAYS
    early = ~(state.launch_day[items] <= state.day)
    bare = ~state.has_artwork[items]
    return np.select([items < 0, early, bare, seen], [0, 2, 3, 1], default=0)


def _explore(
    state: State, requests: Requests, items: Ints, usable: Bools, rank: Ints, rng: np.random.Generator
) -> tuple[Floats, Bools, Floats]:
    """Sort keys with some slots given away: to new titles by chance, and to one random candidate.

    In its first week a title is shown through its launch slots alone, so that launches can be compared; by rank it
    comes last.
    """
    share = state.scene.habits.launch_share
    fresh = usable & (state.day - state.launch_day[items] < FRESH_DAYS)
    launched = fresh & (rng.random(items.shape) < share)
    lottery = np.where(usable & ~fresh, rng.random(items.shape), -1.0)
    drawn = (lottery == lottery.max(axis=1, keepdims=True)) & usable & ~fresh
    drawn &= rng.random((len(items), 1)) < EXPLORE_SHARE
    explored: Bools = launched | drawn
    pool = np.maximum((usable & ~fresh).sum(axis=1, keepdims=True), 1)
    propensity = np.where(launched, share, np.where(drawn, EXPLORE_SHARE / pool, 1.0))
    length = np.where(requests.genre < 0, *state.scene.habits.list_length)[:, None]
    slot = 2.5 + rng.random(items.shape) * (length - 4.0)
    key = np.where(explored, slot, np.where(fresh, rank + LAST, rank))
    return np.where(usable, key, np.inf), explored, propensity


def _count_down(key: Floats, usable: Bools) -> Ints:
    """1 for the smallest key of each row, 2 for the next, ...; 0 where not usable."""
    order = np.argsort(key, axis=1, kind="stable")
    place = np.empty(key.shape, dtype=np.int64)
    np.put_along_axis(place, order, np.broadcast_to(np.arange(1, key.shape[1] + 1), key.shape), axis=1)
    return np.where(usable, place, 0)
