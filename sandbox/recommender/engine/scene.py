"""What a world is made of before anything is served: members, catalogue, tastes, habits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Ints = NDArray[np.integer]
Bools = NDArray[np.bool_]
Texts = NDArray[np.object_]

START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday: day 0 of every simulated world
AGE_GROUPS = (("child", 0, 18), ("18-24", 18, 25), ("25-34", 25, 35), ("35-49", 35, 50), ("50+", 50, 200))
CHILD = "child"
LANGUAGES = ("en", "pt", "it", "es", "fr", "de")  # everyone follows a title in the first
SPEAKERS = (1.0, 0.8, 0.65, 0.5, 0.3, 0.12)  # share of members who follow a title in each language


@dataclass(frozen=True)
class Members:
    """Who visits. Arrays of length members; age is NaN where the member has not told it to the recommender."""

    ids: Texts
    region: Texts
    age_group: Texts
    age: Floats
    visit_rate: Floats  # expected visits per average day while a member
    join_day: Ints
    leave_day: Ints  # the first day without the member
    speaks: Bools  # (members, languages), columns as in LANGUAGES


@dataclass(frozen=True)
class Catalogue:
    """What can be shown. Arrays of length items; launch_day counts from day 0 (negative: before the history)."""

    ids: Texts
    titles: Texts
    release_year: Floats
    genres: Texts  # "Comedy, Drama"
    main_genre: Texts
    main: Ints  # its number in genre_names
    of_genre: Bools  # (items, genres)
    genre_names: tuple[str, ...]
    launch_day: Ints
    owner: Texts
    language: Texts
    audience: Texts  # a slice key such as "age_group=child", or None for everyone
    mature: Bools  # not shown to children


@dataclass(frozen=True)
class Habits:
    """When and how much: sizes and profiles of a world's traffic."""

    history_days: int
    burn_in: int  # days served by a popularity policy before day 0; in no table
    weekday: Floats  # (7,) mean 1
    hour: Floats  # (24,) sums to 1
    candidates: int
    list_length: tuple[int, int]  # home, genre_row
    launch_share: float  # chance that a request shows a given new title
    regular_appeal: float  # intercept of the choice model
    season: float = 0.0  # amplitude of the year in the number of visits, highest in January


@dataclass(frozen=True)
class Scene:
    """One world's given facts. `preference` (members, items) is what choices follow; the ranker never reads it."""

    name: str
    members: Members
    catalogue: Catalogue
    preference: Floats
    habits: Habits


def day_start(day: int) -> datetime:
    """Midnight UTC at which a day begins; day 0 is START."""
    return START + timedelta(days=day)


def day_date(day: int) -> date:
    """The calendar date of a day."""
    return day_start(day).date()


def group_ages(age: Floats) -> Texts:
    """The age group of each age in years, one of AGE_GROUPS' names."""
    edges = [low for _, low, _ in AGE_GROUPS][1:]
    names = np.array([name for name, _, _ in AGE_GROUPS], dtype=object)
    return np.asarray(names[np.digitize(age, edges)], dtype=object)
