"""The feature pipeline: what it knows at a refresh, and the feature values of (member, item) pairs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from sandbox.recommender.engine.scene import Bools, Floats, Ints
from sandbox.recommender.engine.state import DAYS, Embedding, State

FEATURES = (
    "genre_affinity",
    "similarity",
    "popularity_7d",
    "item_rate_28d",
    "item_age_days",
    "release_year",
    "member_visits_28d",
    "member_age",
)
RATE_PRIOR = 25.0  # impressions' worth of doubt in an item's take rate
GENRE_PRIOR = 10.0
EXACT = 6  # decimals of what products add up to: beyond, each processor's own way of adding begins
MET = 1.5  # faded takes: two or so within a month; below, the pipeline gives no affinity


@dataclass(frozen=True)
class Snapshot:
    """What one refresh of the pipeline computed; served until the next."""

    computed_at: datetime
    affinity: Floats  # (members, genres): the member's take rate relative to everyone's
    met: Bools  # (members, genres): whether the member has lately taken something of the genre
    popularity: Floats  # (items,) takes in 7 days
    rate: Floats  # (items,) smoothed take rate of 28 days
    visits: Floats  # (members,) visits in 28 days


def refresh(state: State, now: datetime) -> Snapshot:
    """Compute the pipeline's tables from the event stream's counts so far."""
    counters = state.counters
    shown, taken = counters.item_shown.sum(axis=0), counters.item_taken.sum(axis=0)
    overall = (taken.sum() + 1) / (shown.sum() + 10)
    week = [(state.day - back) % DAYS for back in range(7)]
    genre_rate = (counters.genre_taken.sum(axis=0) + 1) / (counters.genre_shown.sum(axis=0) + 10)
    expected = counters.genre_shown * genre_rate
    return Snapshot(
        computed_at=now,
        affinity=(counters.genre_taken + GENRE_PRIOR * overall) / (expected + GENRE_PRIOR * overall),
        met=counters.genre_taken >= MET,
        popularity=counters.item_taken[week].sum(axis=0),
        rate=(taken + RATE_PRIOR * overall) / (shown + RATE_PRIOR),
        visits=counters.visits.sum(axis=0),
    )


def compute_features(state: State, snapshot: Snapshot, index: Embedding | None, member: Ints, items: Ints) -> Floats:
    """Feature values, shape (requests, candidates, features); NaN where the pipeline has no value.

    `member` has shape (requests,), `items` (requests, candidates) with -1 where there is no candidate.
    """
    scene, who = state.scene, member[:, None]
    of_genre = scene.catalogue.of_genre / scene.catalogue.of_genre.sum(axis=1, keepdims=True)
    values = np.empty((*items.shape, len(FEATURES)))
    leaning = np.take_along_axis(snapshot.affinity[member] @ of_genre.T, items, axis=1)
    met = snapshot.met[who, scene.catalogue.main[items]]
    values[..., 0] = np.where(met, leaning, np.nan)
    values[..., 1] = similarity(index, who, items)
    values[..., 2] = snapshot.popularity[items]
    values[..., 3] = snapshot.rate[items]
    values[..., 4] = state.day - state.launch_day[items]
    values[..., 5] = scene.catalogue.release_year[items]
    values[..., 6] = snapshot.visits[who]
    values[..., 7] = scene.members.age[who]
    return np.round(values, EXACT)


def similarity(index: Embedding | None, who: Ints, items: Ints) -> Floats:
    """Dot product of the index's vectors, NaN where it has none of the member or the item."""
    if index is None:
        return np.full(items.shape, np.nan)
    dot = np.einsum("rk,rck->rc", index.members[who[:, 0]], index.items[items])
    return np.where(index.known_members[who] & index.known_items[items], dot, np.nan)
