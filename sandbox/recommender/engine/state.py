"""Everything the running recommender remembers from one day to the next. Pickled into the cache."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from sandbox.recommender.engine.scene import Bools, Floats, Ints, Scene, Texts

DAYS = 28  # how far back the feature pipeline counts
FADE = 0.965  # a day's weight on the next, in what is remembered of a member
NEVER = -9999


@dataclass(frozen=True)
class LoggedDay:
    """The rows of one day's impressions log that training reads: features (n, f) as served, and what was taken."""

    day: int
    features: Floats
    taken: Bools
    request: Ints
    region: Texts
    age_group: Texts


@dataclass(frozen=True)
class Change:
    """One row of the changes table."""

    ts: datetime
    kind: str
    subject: str
    words: str


@dataclass(frozen=True)
class Embedding:
    """The candidate index: vectors of members and items from the past log, and which of them it has."""

    members: Floats  # (members, k)
    items: Floats  # (items, k)
    known_members: Bools
    known_items: Bools


@dataclass
class Counters:
    """The event stream's counts, by item, member, genre and pair. All from what was served; nothing else."""

    item_shown: Floats  # (DAYS, items), a ring by day
    item_taken: Floats
    visits: Floats  # (DAYS, members)
    genre_shown: Floats  # (members, genres), fading
    genre_taken: Floats
    pair_shown: Floats  # (members, items), fading
    pair_taken: Floats
    last_taken: Ints  # (members, items): the day, or NEVER

    @classmethod
    def empty(cls, members: int, items: int, genres: int) -> Counters:
        """Counts before anything was served."""
        return cls(
            item_shown=np.zeros((DAYS, items)),
            item_taken=np.zeros((DAYS, items)),
            visits=np.zeros((DAYS, members)),
            genre_shown=np.zeros((members, genres)),
            genre_taken=np.zeros((members, genres)),
            pair_shown=np.zeros((members, items), dtype=np.float32),
            pair_taken=np.zeros((members, items), dtype=np.float32),
            last_taken=np.full((members, items), NEVER, dtype=np.int16),
        )

    def start_day(self, day: int) -> None:
        """Forget the day that leaves the ring, and fade what is remembered of members."""
        for ring in (self.item_shown, self.item_taken, self.visits):
            ring[day % DAYS] = 0
        for fading in (self.genre_shown, self.genre_taken, self.pair_shown, self.pair_taken):
            fading *= FADE


@dataclass
class State:
    """The recommender between two days."""

    scene: Scene
    seed: int
    day: int  # the next day to serve
    launch_day: Floats  # as the catalogue says; NaN when not set
    lacks_artwork: Floats  # (items,) share of the devices for which a title has no artwork
    counters: Counters
    embedding: Embedding | None = None
    generation: int = 0  # of the towers behind it: how many versions were released
    log: deque[LoggedDay] = field(default_factory=lambda: deque(maxlen=DAYS))
    changes: list[Change] = field(default_factory=list)  # of the day being served, until written
    note: str | None = None  # why a retrain is due at the start of the next day, beside the schedule

    @classmethod
    def first(cls, scene: Scene, seed: int) -> State:
        """The recommender before its burn-in."""
        items = len(scene.catalogue.ids)
        return cls(
            scene=scene,
            seed=seed,
            day=-scene.habits.burn_in,
            launch_day=scene.catalogue.launch_day.astype(float),
            lacks_artwork=np.zeros(items),
            counters=Counters.empty(len(scene.members.ids), items, len(scene.catalogue.genre_names)),
        )

    def random(self, stream: int) -> np.random.Generator:
        """The day's own random numbers for one purpose: the same however the day was reached."""
        return np.random.default_rng([self.seed, self.day + 1000, stream])
