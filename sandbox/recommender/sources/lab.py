"""The lab: a small synthetic membership and catalogue, for tests. Nothing in it is real."""

from __future__ import annotations

import numpy as np

from sandbox.recommender.engine.scene import Catalogue, Habits, Members, Scene, group_ages
from sandbox.recommender.sources.launches import plan_launches

MEMBERS, ITEMS, FACTORS = 260, 240, 6
GENRES = ("Comedy", "Drama", "Documentary", "Family", "Horror", "Science fiction")
REGIONS, REGION_SHARES = ("North", "South", "East", "West"), (0.3, 0.27, 0.2, 0.23)
HISTORY_DAYS, BURN_IN = 31, 28  # history ends on a Wednesday: four days to the next weekly retrain
LAUNCH_WEEKDAYS = (0, 1, 3, 4)
LAST_LAUNCH = 70


def make_scene(seed: int) -> Scene:
    """A scene from latent factors: 260 members, 240 items, 6 genres; the same for the same seed."""
    rng = np.random.default_rng([seed, 1])
    catalogue = _make_catalogue(rng)
    taste = rng.normal(size=(MEMBERS, len(GENRES)))
    factors = rng.normal(size=(MEMBERS, FACTORS)) @ rng.normal(size=(FACTORS, ITEMS)) / np.sqrt(FACTORS)
    by_genre = taste @ catalogue.of_genre.T / np.sqrt(catalogue.of_genre.sum(axis=1))
    raw = 1.1 * by_genre + 1.0 * factors + 0.4 * rng.normal(size=ITEMS)
    preference = ((raw - raw.mean()) / raw.std()).astype(np.float32)
    return Scene("lab", _make_members(rng), catalogue, preference, _habits())


def _make_members(rng: np.random.Generator) -> Members:
    age = rng.integers(16, 70, MEMBERS).astype(float)
    rate = rng.gamma(3.0, 1.0, MEMBERS)
    return Members(
        ids=np.array([f"m{n:03d}" for n in range(MEMBERS)], dtype=object),
        region=rng.choice(np.array(REGIONS, dtype=object), MEMBERS, p=REGION_SHARES),
        age_group=group_ages(age),
        age=np.where(rng.random(MEMBERS) < 0.08, np.nan, age),
        visit_rate=np.clip(115 * rate / rate.sum(), 0, 0.95),
    )


def _make_catalogue(rng: np.random.Generator) -> Catalogue:
    main = rng.integers(0, len(GENRES), ITEMS)
    of_genre = np.eye(len(GENRES), dtype=bool)[main] | (rng.random((ITEMS, len(GENRES))) < 0.12)
    names = np.array(GENRES, dtype=object)
    return Catalogue(
        ids=np.array([f"i{n:03d}" for n in range(ITEMS)], dtype=object),
        titles=np.array([f"{GENRES[main[n]]} no. {n}" for n in range(ITEMS)], dtype=object),
        release_year=rng.integers(1975, 2026, ITEMS).astype(float),
        genres=np.array([", ".join(names[row]) for row in of_genre], dtype=object),
        main_genre=np.asarray(names[main], dtype=object),
        main=main,
        of_genre=of_genre,
        genre_names=GENRES,
        launch_day=plan_launches(rng, np.ones(ITEMS, dtype=bool), LAUNCH_WEEKDAYS, -BURN_IN - 14, LAST_LAUNCH),
        owner=np.array(["family team" if GENRES[g] == "Family" else "catalogue team" for g in main], dtype=object),
    )


def _habits() -> Habits:
    hour = 1.2 + np.sin((np.arange(24) - 13) / 24 * 2 * np.pi)
    return Habits(
        history_days=HISTORY_DAYS,
        burn_in=BURN_IN,
        weekday=np.array([0.95, 0.92, 0.95, 0.98, 1.05, 1.1, 1.05]),
        hour=hour / hour.sum(),
        candidates=90,
        list_length=(12, 8),
        launch_share=0.3,
        regular_appeal=-3.4,
    )
