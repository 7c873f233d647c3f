"""Who asks for a list, when, and on which surface."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sandbox.recommender.engine.hooks import Hooks
from sandbox.recommender.engine.requests import Requests
from sandbox.recommender.engine.scene import Bools, Floats, Ints, Texts, day_start
from sandbox.recommender.engine.state import State

TRAFFIC_STREAM, CRAWL_STREAM = 1, 5
GENRE_ROW_SHARE = 0.4  # of visits go on to a genre row
GROWTH = 0.0007  # a day
YEAR, SHORTEST_DAYS = 365.25, -10  # when the season is highest, in days after START
FEWEST_TITLES = 20  # a genre with fewer has no row
CANARY_SHARE = 0.15  # of members are in the standing canary; both arms are served the champion
ARM_SEED = 6
CRAWL_SECONDS = 5_400.0  # a script is done within this long
CRAWL_START = 11 * 3600.0


def draw_requests(state: State, hooks: Hooks) -> Requests:
    """One day's requests. A member visits at most once a day; some visits go on from home to a genre row."""
    rng = state.random(TRAFFIC_STREAM)
    rate, hours = _expected_visits(state, hooks), state.scene.habits.hour
    for shape in hooks.hours:
        hours = shape(hours)
    visitors = np.flatnonzero(rng.random(len(rate)) < np.minimum(rate, 0.98))
    at = rng.choice(24, size=len(visitors), p=hours) * 3600.0 + rng.random(len(visitors)) * 3500
    onward = rng.random(len(visitors)) < GENRE_ROW_SHARE
    genre = _draw_genres(state, rng, int(onward.sum()))
    scripts, when = _crawl(state, hooks, len(visitors) + len(genre))
    member = np.concatenate([visitors, visitors[onward], scripts])
    genres = np.concatenate([np.full(len(visitors), -1), genre, np.full(len(scripts), -1)])
    automated = np.arange(len(member)) >= len(member) - len(scripts)
    return _order(state, hooks, member, genres, np.concatenate([at, at[onward] + 60, when]), automated)


def is_member(state: State, day: int) -> Bools:
    """Who is a member on a day, shape (members,)."""
    members = state.scene.members
    return np.asarray((members.join_day <= day) & (day < members.leave_day))


def arms(state: State, hooks: Hooks) -> Texts:
    """The arm of each member, shape (members,): who was in a smaller canary stays when it grows."""
    share = CANARY_SHARE
    for change in hooks.canary:
        share = change(share)
    lot = np.random.default_rng([state.seed, ARM_SEED]).random(len(state.scene.members.ids))
    return np.where(lot < share, "canary", "control").astype(object)


def _expected_visits(state: State, hooks: Hooks) -> Floats:
    scene, habits = state.scene, state.scene.habits
    season = 1 + habits.season * np.cos(2 * np.pi * (state.day - SHORTEST_DAYS) / YEAR)
    level = habits.weekday[state.day % 7] * (1 + GROWTH * state.day) * season
    rate: Floats = scene.members.visit_rate * level
    for change in hooks.visits:
        rate = change(rate)
    return np.where(is_member(state, state.day), rate, 0.0)


def _draw_genres(state: State, rng: np.random.Generator, count: int) -> Ints:
    sizes = state.scene.catalogue.of_genre.sum(axis=0)
    shares = np.where(sizes >= FEWEST_TITLES, np.sqrt(sizes), 0.0)
    return rng.choice(len(sizes), size=count, p=shares / shares.sum())


def _crawl(state: State, hooks: Hooks, usual: int) -> tuple[Ints, Floats]:
    """What scripts ask for on top of `usual` requests: the member and the second of the day of each."""
    member = np.concatenate([np.empty(0, dtype=int), *(who(usual) for who in hooks.crawlers)])
    return member, CRAWL_START + state.random(CRAWL_STREAM).random(len(member)) * CRAWL_SECONDS


def _order(state: State, hooks: Hooks, member: Ints, genre: Ints, second: Floats, automated: Bools) -> Requests:
    order = np.argsort(second, kind="stable")
    member, second = member[order], second[order]
    start = day_start(state.day)
    ids = np.array([f"{start:%y%m%d}-{n:05d}" for n in range(len(order))], dtype=object)
    ts = pd.DatetimeIndex(pd.to_datetime((second * 1000).astype("int64") + int(start.timestamp() * 1000), unit="ms"))
    return Requests(
        ids=ids,
        ts=ts.tz_localize("UTC"),
        member=member,
        region=state.scene.members.region[member],
        genre=genre[order],
        hour=(second // 3600).astype(int),
        arm=arms(state, hooks)[member],
        automated=automated[order],
    )
