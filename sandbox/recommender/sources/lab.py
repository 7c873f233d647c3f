"""The lab: a small synthetic membership and catalogue, for tests. Nothing in it is real."""

from __future__ import annotations

import numpy as np

from sandbox.recommender.engine.scene import CHILD, Catalogue, Floats, Habits, Members, Scene, Texts, group_ages
from sandbox.recommender.sources.launches import plan_launches
from sandbox.recommender.sources.membership import draw_languages, draw_speakers, plan_joins, plan_leaves

OLD_MEMBERS, JOINERS, A_DAY, STAY = 260, 400, 0.9, 290.0  # about as many join as leave, for more than a year
ITEMS, FACTORS = 460, 6
GENRES = ("Comedy", "Drama", "Documentary", "Family", "Horror", "Science fiction")
REGIONS, REGION_SHARES = ("North", "South", "East", "West"), (0.3, 0.27, 0.2, 0.23)
HISTORY_DAYS, BURN_IN = 31, 28  # history ends on a Wednesday: four days to the next weekly retrain
LAUNCH_WEEKDAYS = (0, 1, 3, 4)
LAST_LAUNCH = 400
VISITS = 115  # a day
LARGE = 8  # times as many members and visits: for what is about a few of them, such as new ones or children
CHILDREN_LIKE = 1.6  # how much more children care for the Family genre, in standard deviations of a taste


def make_scene(seed: int, times: int = 1) -> Scene:
    """A scene from latent factors: some 260 members at a time, 460 titles by and by; the same for the same seed.

    `times` as many members come, `times` as often.
    """
    rng = np.random.default_rng([seed, 1])
    catalogue, members = _make_catalogue(rng), _make_members(rng, times)
    count = len(members.ids)
    taste = rng.normal(size=(count, len(GENRES)))
    taste[members.age_group == CHILD, GENRES.index("Family")] += CHILDREN_LIKE
    factors = rng.normal(size=(count, FACTORS)) @ rng.normal(size=(FACTORS, ITEMS)) / np.sqrt(FACTORS)
    by_genre = taste @ catalogue.of_genre.T / np.sqrt(catalogue.of_genre.sum(axis=1))
    raw = 1.1 * by_genre + 1.0 * factors + 0.4 * rng.normal(size=ITEMS)
    preference = ((raw - raw.mean()) / raw.std()).astype(np.float32)
    return Scene("lab" if times == 1 else "lab-large", members, catalogue, preference, _habits())


def make_large_scene(seed: int) -> Scene:
    """The same with some 2,080 members at a time."""
    return make_scene(seed, LARGE)


def _make_members(rng: np.random.Generator, times: int) -> Members:
    count = (OLD_MEMBERS + JOINERS) * times
    age = rng.integers(8, 70, count).astype(float)
    join_day = plan_joins(rng, count, JOINERS * times, -BURN_IN, A_DAY * times)
    return Members(
        ids=np.array([f"m{n:03d}" for n in range(count)], dtype=object),
        region=rng.choice(np.array(REGIONS, dtype=object), count, p=REGION_SHARES),
        age_group=group_ages(age),
        age=np.where(rng.random(count) < 0.08, np.nan, age),
        visit_rate=_visit_rates(rng, count, times),
        join_day=join_day,
        leave_day=plan_leaves(rng, join_day, -BURN_IN, STAY),
        speaks=draw_speakers(rng, count),
    )


def _visit_rates(rng: np.random.Generator, count: int, times: int) -> Floats:
    """Expected visits a day, shape (members,): the first members together come VISITS times, or `times` that."""
    rate = rng.gamma(3.0, 1.0, count)
    return np.asarray(np.clip(VISITS * times * rate / rate[: OLD_MEMBERS * times].sum(), 0, 0.95))


def _make_catalogue(rng: np.random.Generator) -> Catalogue:
    main = rng.integers(0, len(GENRES), ITEMS)
    of_genre = np.eye(len(GENRES), dtype=bool)[main] | (rng.random((ITEMS, len(GENRES))) < 0.12)
    names = np.array(GENRES, dtype=object)
    launch_day = plan_launches(rng, np.ones(ITEMS, dtype=bool), LAUNCH_WEEKDAYS, -BURN_IN - 14, LAST_LAUNCH)
    return Catalogue(
        ids=np.array([f"i{n:03d}" for n in range(ITEMS)], dtype=object),
        titles=np.array([f"{GENRES[main[n]]} no. {n}" for n in range(ITEMS)], dtype=object),
        release_year=rng.integers(1975, 2026, ITEMS).astype(float),
        genres=np.array([", ".join(names[row]) for row in of_genre], dtype=object),
        main_genre=np.asarray(names[main], dtype=object),
        main=main,
        of_genre=of_genre,
        genre_names=GENRES,
        launch_day=launch_day,
        owner=_by_genre(main, {"Family": "family team"}, "catalogue team"),
        language=draw_languages(rng, launch_day, -BURN_IN - 14),
        audience=_by_genre(main, {"Family": f"age_group={CHILD}"}, None),
        mature=main == GENRES.index("Horror"),
    )


def _by_genre(main: np.ndarray, special: dict[str, str], usual: str | None) -> Texts:
    return np.array([special.get(GENRES[genre], usual) for genre in main], dtype=object)


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
        season=0.08,
    )
