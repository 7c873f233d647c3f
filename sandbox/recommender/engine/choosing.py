"""What members do with a list: take from it, or search for what it lacked. Follows the preference model alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sandbox.recommender.engine.ranking import Ranked
from sandbox.recommender.engine.requests import Requests
from sandbox.recommender.engine.rules import SEEN_DAYS
from sandbox.recommender.engine.scene import Bools, Floats, Ints
from sandbox.recommender.engine.state import State

STEEPNESS = 2.2  # log-odds of a take per standard deviation of preference
PATIENCE = 0.06  # how fast attention falls with position
SEARCH_SHARE = 0.45  # of visits that found nothing search for something
SEARCH_AFTER_TAKE = 0.12


@dataclass(frozen=True)
class Chosen:
    """What was taken from the lists, and searched for."""

    taken: Bools  # (requests, candidates)
    searched: Ints  # (requests,) the item, or -1


def choose(state: State, requests: Requests, ranked: Ranked, rng: np.random.Generator) -> Chosen:
    """Each shown item is taken with a chance that follows the member's preference and its position."""
    liking = state.scene.preference[requests.member[:, None], ranked.items]
    chance = attention(ranked.position) / (1 + np.exp(-STEEPNESS * liking - state.scene.habits.regular_appeal))
    shown = ranked.position > 0
    taken: Bools = shown & (rng.random(chance.shape) < chance) & ~requests.automated[:, None]
    return Chosen(taken, _search(state, requests, ranked, taken, rng))


def attention(position: Ints) -> Floats:
    """The chance that a member looks at a position (1-based)."""
    return np.asarray(1.0 / (1.0 + PATIENCE * (np.maximum(position, 1) - 1)))


def _search(state: State, requests: Requests, ranked: Ranked, taken: Bools, rng: np.random.Generator) -> Ints:
    """One thing a member loves, is out, was not shown and not lately taken; more often when the list had nothing."""
    longing = 1.5 * state.scene.preference[requests.member] + rng.gumbel(size=(len(requests), len(state.launch_day)))
    longing[:, state.scene.catalogue.launch_day > state.day] = -np.inf
    longing[state.day - state.counters.last_taken[requests.member] <= SEEN_DAYS] = -np.inf
    row, column = np.nonzero(ranked.position > 0)
    longing[row, ranked.items[row, column]] = -np.inf
    share = np.where(taken.any(axis=1), SEARCH_AFTER_TAKE, SEARCH_SHARE)
    searches = (rng.random(len(requests)) < share) & ~requests.automated
    return np.where(searches, longing.argmax(axis=1), -1)
