"""MovieLens-100K as a world: real members, titles, genres and ratings, read from the recbole wheel."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from sandbox.recommender.engine.scene import CHILD, Catalogue, Floats, Habits, Ints, Members, Scene, Texts, group_ages
from sandbox.recommender.sources.launches import plan_launches
from sandbox.recommender.sources.membership import NEVER_LEAVES, draw_languages, draw_speakers, plan_joins
from sandbox.recommender.sources.tastes import fit_preference
from sandbox.recommender.sources.wheels import read_members

WHEEL = "recbole==1.2.1"
FOLDER = "recbole/dataset_example/ml-100k/ml-100k"
REGIONS = {"Northeast": "01", "South": "237", "Midwest": "456", "West": "89"}  # by the zip code's first digit
OWNERS = {"Animation": "family team", "Children's": "family team", "Documentary": "documentary team"}
CHILDRENS = ("Animation", "Children's")
VISITS = 515  # a day, when everyone has joined
JOINERS, A_DAY = 170, 1.1  # those whose first rating came last join one by one, from the burn-in on
HISTORY_DAYS, BURN_IN = 45, 35
LAUNCH_WEEKDAYS = (0, 1, 2, 3, 4, 5)
LAST_LAUNCH = 120
FEWEST_RATINGS = 20  # before a title may be held back for a launch


@dataclass(frozen=True)
class Ratings:
    """Every rating: row numbers of member and item, stars, and when. Arrays of length ratings."""

    member: Ints
    item: Ints
    stars: Floats
    at: Ints  # seconds since 1970


def make_scene(seed: int) -> Scene:
    """A scene of 943 members and 1,682 titles; the seed draws launch dates and languages. Raises DataMissing."""
    files = read_members(WHEEL, tuple(f"{FOLDER}.{kind}" for kind in ("user", "item", "inter")))
    users, titles, inter = (_read(text) for text in files.values())
    ratings = _number(inter, users[:, 0], titles[:, 0])
    catalogue = _make_catalogue(titles, ratings, np.random.default_rng([seed, 1]))
    preference = fit_preference(ratings.member, ratings.item, ratings.stars, catalogue.of_genre, len(users))
    members = _make_members(users, ratings, np.random.default_rng([seed, 2]))
    return Scene("movielens", members, catalogue, preference, _habits(ratings))


def _read(text: str) -> Texts:
    return np.array(list(csv.reader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))[1:], dtype=object)


def _number(inter: Texts, users: Texts, items: Texts) -> Ratings:
    member = {name: row for row, name in enumerate(users)}
    item = {name: row for row, name in enumerate(items)}
    return Ratings(
        member=np.array([member[name] for name in inter[:, 0]]),
        item=np.array([item[name] for name in inter[:, 1]]),
        stars=inter[:, 2].astype(float),
        at=inter[:, 3].astype(float).astype(np.int64),
    )


def _make_members(users: Texts, ratings: Ratings, rng: np.random.Generator) -> Members:
    age = users[:, 1].astype(float)
    first_rating = np.full(len(users), np.iinfo(np.int64).max)
    np.minimum.at(first_rating, ratings.member, ratings.at)
    join_day = np.empty(len(users), dtype=int)
    join_day[np.argsort(first_rating, kind="stable")] = plan_joins(rng, len(users), JOINERS, -BURN_IN, A_DAY)
    eagerness = np.sqrt(np.bincount(ratings.member, minlength=len(users)))
    return Members(
        ids=users[:, 0],
        region=np.array([_region(code) for code in users[:, 4]], dtype=object),
        age_group=group_ages(age),
        age=age,
        visit_rate=np.clip(VISITS * eagerness / eagerness.sum(), 0, 0.95),
        join_day=join_day,
        leave_day=np.full(len(users), NEVER_LEAVES),
        speaks=draw_speakers(rng, len(users)),
    )


def _region(zip_code: str) -> str:
    return next((name for name, digits in REGIONS.items() if zip_code[0] in digits), "Other")


def _make_catalogue(titles: Texts, ratings: Ratings, rng: np.random.Generator) -> Catalogue:
    split = [genres.split() or ["unknown"] for genres in titles[:, 3]]
    names = tuple(sorted({genre for genres in split for genre in genres}))
    of_genre = np.array([[name in genres for name in names] for genres in split])
    # The rarest of a title's genres says most about it: Toy Story is animation before it is comedy.
    rarity = np.where(of_genre, of_genre.sum(axis=0), len(titles) + 1)
    main = rarity.argmin(axis=1)
    eligible = np.bincount(ratings.item, minlength=len(titles)) >= FEWEST_RATINGS
    launch_day = plan_launches(rng, eligible, LAUNCH_WEEKDAYS, -BURN_IN - 14, LAST_LAUNCH)
    main_genre = np.array(names, dtype=object)[main]
    return Catalogue(
        ids=titles[:, 0],
        titles=titles[:, 1],
        release_year=np.array([float(year) if year.isdigit() else np.nan for year in titles[:, 2]]),
        genres=np.array([", ".join(genres) for genres in split], dtype=object),
        main_genre=main_genre,
        main=main,
        of_genre=of_genre,
        genre_names=names,
        launch_day=launch_day,
        owner=np.array([OWNERS.get(genre, "catalogue team") for genre in main_genre], dtype=object),
        language=draw_languages(rng, launch_day, -BURN_IN - 14),
        audience=np.array([f"age_group={CHILD}" if genre in CHILDRENS else None for genre in main_genre], dtype=object),
        mature=main_genre == "Horror",
    )


def _habits(ratings: Ratings) -> Habits:
    moments = [datetime.fromtimestamp(at, UTC) for at in ratings.at.tolist()]
    visits = {(member, moment.date()) for member, moment in zip(ratings.member.tolist(), moments, strict=True)}
    weekday = np.bincount([date.weekday() for _, date in visits], minlength=7)
    hour = np.bincount([moment.hour for moment in moments], minlength=24)
    return Habits(
        history_days=HISTORY_DAYS,
        burn_in=BURN_IN,
        weekday=weekday / weekday.mean(),
        hour=hour / hour.sum(),
        candidates=70,
        list_length=(12, 8),
        launch_share=0.18,
        regular_appeal=-5.1,
    )
