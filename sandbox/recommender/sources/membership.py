"""Who joins when, who leaves when, and what the world does not know of real members: the languages they follow."""

from __future__ import annotations

import numpy as np

from sandbox.recommender.engine.scene import LANGUAGES, SPEAKERS, Bools, Ints, Texts

NEVER_LEAVES = 100_000
OLDEST_DAYS, YOUNGEST_DAYS = 900, 60  # of membership on day 0, of who had joined before the burn-in
FOREIGN = 0.08  # share of the old titles in another language than the first


def plan_joins(rng: np.random.Generator, members: int, joiners: int, first: int, a_day: float) -> Ints:
    """Join days, shape (members,): the last `joiners` from `first` on, so many a day; the others long before."""
    old = first - rng.integers(YOUNGEST_DAYS, OLDEST_DAYS, members - joiners)
    return np.concatenate([old, first + (np.arange(joiners) / a_day).astype(int)])


def plan_leaves(rng: np.random.Generator, join_day: Ints, first: int, stay: float) -> Ints:
    """The first day without each member, shape (members,): after a stay (exponential, mean in days) from `first` on."""
    return np.asarray(np.maximum(join_day, first) + 1 + rng.exponential(stay, len(join_day)), dtype=int)


def draw_speakers(rng: np.random.Generator, members: int) -> Bools:
    """Which languages each member follows, shape (members, languages)."""
    return np.asarray(rng.random((members, len(LANGUAGES))) < np.array(SPEAKERS))


def draw_languages(rng: np.random.Generator, launch_day: Ints, first: int) -> Texts:
    """Each title's language, shape (items,): the first one, but for a few of the titles from before `first`."""
    other = rng.choice(np.array(LANGUAGES[1:], dtype=object), len(launch_day))
    foreign = (rng.random(len(launch_day)) < FOREIGN) & (launch_day < first)
    return np.where(foreign, other, LANGUAGES[0]).astype(object)
