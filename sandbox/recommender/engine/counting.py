"""The event stream: what was served and chosen, counted for the feature pipeline and the index."""

from __future__ import annotations

import numpy as np

from sandbox.recommender.engine.choosing import Chosen
from sandbox.recommender.engine.ranking import Ranked
from sandbox.recommender.engine.requests import Requests
from sandbox.recommender.engine.scene import Floats, Ints
from sandbox.recommender.engine.state import DAYS, State


def count_served(state: State, requests: Requests, ranked: Ranked, chosen: Chosen) -> None:
    """Add a batch to the counts, and remember who has taken what (searches too: those are seen, but in no rate)."""
    counters, ring = state.counters, state.day % DAYS
    np.add.at(counters.visits[ring], requests.member[requests.genre < 0], 1)
    row, column = np.nonzero(ranked.position > 0)
    members, items = requests.member[row], ranked.items[row, column]
    _count(state, members, items, counters.item_shown[ring], counters.genre_shown, counters.pair_shown)
    row, column = np.nonzero(chosen.taken)
    members, items = requests.member[row], ranked.items[row, column]
    _count(state, members, items, counters.item_taken[ring], counters.genre_taken, counters.pair_taken)
    counters.last_taken[members, items] = state.day
    searching = np.flatnonzero(chosen.searched >= 0)
    counters.last_taken[requests.member[searching], chosen.searched[searching]] = state.day


def _count(state: State, members: Ints, items: Ints, by_item: Floats, by_genre: Floats, by_pair: Floats) -> None:
    np.add.at(by_item, items, 1)
    np.add.at(by_genre, members, state.scene.catalogue.of_genre[items])
    np.add.at(by_pair, (members, items), 1)
