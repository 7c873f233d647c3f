"""Who asks for a list, when, and on which surface."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sandbox.recommender.engine.hooks import Hooks
from sandbox.recommender.engine.scene import Bools, Ints, Texts, day_start
from sandbox.recommender.engine.state import State

TRAFFIC_STREAM = 1
GENRE_ROW_SHARE = 0.4  # of visits go on to a genre row
GROWTH = 0.0007  # a day
FEWEST_TITLES = 20  # a genre with fewer has no row


@dataclass(frozen=True)
class Requests:
    """Requests for a list, oldest first. Arrays of length requests."""

    ids: Texts
    ts: pd.DatetimeIndex
    member: Ints
    region: Texts
    genre: Ints  # -1: the home surface
    hour: Ints

    def __len__(self) -> int:
        return len(self.member)

    def where(self, mask: Bools) -> Requests:
        """Only the masked requests."""
        return Requests(
            self.ids[mask], self.ts[mask], self.member[mask], self.region[mask], self.genre[mask], self.hour[mask]
        )


def draw_requests(state: State, hooks: Hooks) -> Requests:
    """One day's requests. A member visits at most once a day; some visits go on from home to a genre row."""
    rng = state.random(TRAFFIC_STREAM)
    scene, habits = state.scene, state.scene.habits
    rate = scene.members.visit_rate * habits.weekday[state.day % 7] * (1 + GROWTH * state.day)
    for change in hooks.visits:
        rate = change(rate)
    visitors = np.flatnonzero(rng.random(len(rate)) < np.minimum(rate, 0.98))
    at = rng.choice(24, size=len(visitors), p=habits.hour) * 3600.0 + rng.random(len(visitors)) * 3500
    onward = rng.random(len(visitors)) < GENRE_ROW_SHARE
    genre = _draw_genres(state, rng, int(onward.sum()))
    member = np.concatenate([visitors, visitors[onward]])
    genres = np.concatenate([np.full(len(visitors), -1), genre])
    return _order(state, member, genres, np.concatenate([at, at[onward] + 60]))


def _draw_genres(state: State, rng: np.random.Generator, count: int) -> Ints:
    sizes = state.scene.catalogue.of_genre.sum(axis=0)
    shares = np.where(sizes >= FEWEST_TITLES, np.sqrt(sizes), 0.0)
    return rng.choice(len(sizes), size=count, p=shares / shares.sum())


def _order(state: State, member: Ints, genre: Ints, second: np.ndarray) -> Requests:
    order = np.argsort(second, kind="stable")
    second = second[order]
    start = day_start(state.day)
    ids = np.array([f"{start:%y%m%d}-{n:05d}" for n in range(len(order))], dtype=object)
    ts = pd.DatetimeIndex(pd.to_datetime((second * 1000).astype("int64") + int(start.timestamp() * 1000), unit="ms"))
    return Requests(
        ids=ids,
        ts=ts.tz_localize("UTC"),
        member=member[order],
        region=state.scene.members.region[member[order]],
        genre=genre[order],
        hour=(second // 3600).astype(int),
    )
