"""Rules that somebody put before or on top of the ranker, and that do more than was meant."""

from __future__ import annotations

import numpy as np

from sandbox.recommender.engine.day import Engine
from sandbox.recommender.engine.ranking import list_length
from sandbox.recommender.engine.requests import Requests
from sandbox.recommender.engine.scene import Floats, Ints, day_start
from sandbox.recommender.engine.state import DAYS, Change, State
from sandbox.recommender.faults.base import Damage, Dose, Fault, Injected
from sandbox.recommender.faults.places import lots

LAST = 1000.0


def narrow_to_genre(engine: Engine, amount: float, dose: Dose) -> None:
    """A new candidate source serves a share of members: titles of the one genre they took most, and nothing else."""
    state, served = engine.state, lots(engine, dose.seed()) < amount

    def narrow(requests: Requests, items: Ints) -> Ints:
        main = state.counters.genre_taken[requests.member].argmax(axis=1)
        theirs = np.stack(
            [_offer(state, genre, items.shape[1]) for genre in range(state.counters.genre_taken.shape[1])]
        )
        asked = served[requests.member] & (requests.genre < 0)
        return np.where(asked[:, None], theirs[main], items)

    engine.hooks.candidates.append(narrow)
    _announce(engine, "candidates", "a candidate source for what members like best")


def _offer(state: State, genre: int, width: int) -> Ints:
    """Titles of a main genre that are out, those most taken first, as many as are asked for; then -1."""
    catalogue, taken = state.scene.catalogue, state.counters.item_taken.sum(axis=0)
    there = np.flatnonzero((catalogue.main == genre) & (state.launch_day <= state.day))
    best = there[np.argsort(-taken[there], kind="stable")][:width]
    return np.concatenate([best, np.full(width - len(best), -1)])


def demote_genre(engine: Engine, amount: float, dose: Dose) -> Injected:
    """A genre's weight was set down in the ranker's configuration: its scores are cut by so much."""
    names = engine.state.scene.catalogue.genre_names
    genre = _much_taken(engine) if dose.rng is None else dose.pick(range(len(names)), 0)
    there = engine.state.scene.catalogue.main == genre
    engine.hooks.scores.append(lambda _, items, score: np.where(there[items], score * (1 - amount), score))
    _announce(engine, "model:ranker", f"the weight of {names[genre]} was set in the ranker's configuration")
    return Injected(slice=f"genre={names[genre]}")


def sort_on_page(engine: Engine, amount: float, dose: Dose) -> None:
    """The page sorts what it is given by what was taken most in the last week, for a share of members."""
    state, sorted_for = engine.state, lots(engine, dose.seed()) < amount

    def turn(requests: Requests, items: Ints, order: Ints) -> Ints:
        week = state.counters.item_taken[[(state.day - back) % DAYS for back in range(1, 8)]].sum(axis=0)
        given = (order > 0) & (order <= list_length(state, requests))
        anew = reorder(order, np.where(given, -week[items], LAST + order))
        return np.where(sorted_for[requests.member][:, None], anew, order)

    engine.hooks.pages.append(turn)


def reorder(order: Ints, key: Floats) -> Ints:
    """The order by key, smallest first, of what was in the order before; 0 for what was not."""
    places = np.argsort(np.where(order > 0, key, np.inf), axis=1, kind="stable")
    anew = np.empty(order.shape, dtype=np.int64)
    np.put_along_axis(anew, places, np.broadcast_to(np.arange(1, order.shape[1] + 1), order.shape), axis=1)
    return np.where(order > 0, anew, 0)


def _much_taken(engine: Engine) -> int:
    """The genre whose titles were taken most, for how often they were shown: nobody has a reason to demote it."""
    counters, of_genre = engine.state.counters, engine.state.scene.catalogue.of_genre
    taken, shown = counters.item_taken.sum(axis=0) @ of_genre, counters.item_shown.sum(axis=0) @ of_genre
    return int((taken / np.maximum(shown, 1)).argmax())


def _announce(engine: Engine, subject: str, words: str) -> None:
    engine.state.changes.append(Change(day_start(engine.state.day), "config", subject, words))


RERANKED_ON_PAGE = Fault(
    name="reranked-on-page",
    number=33,
    title="The page sorts the lists anew",
    cause="The page sorts the list it is given by the week's popularity, so the ranker's order is lost.",
    cause_class="systems",
    subject="lists",
    codes=("S05",),
    damage=Damage("share of members", 1.0, most=1.0),
    injection=sort_on_page,
)
NARROWED_TO_GENRE = Fault(
    name="narrowed-to-genre",
    number=36,
    title="Members are shown one genre only",
    cause="A new candidate source offers most members only titles of the genre they took most.",
    cause_class="systems",
    subject="members",
    codes=("P04", "P02"),
    damage=Damage("share of members", 0.8, most=1.0),
    injection=narrow_to_genre,
)
GENRE_DEMOTED = Fault(
    name="genre-demoted",
    number=38,
    title="A genre that is wanted is ranked down",
    cause="The weight of a much-wanted genre was cut in the ranker's configuration, so its titles sink.",
    cause_class="systems",
    subject="items",
    slice="genre=(the one taken most for how often it is shown)",
    codes=("I02",),
    damage=Damage("share of the score that is cut", 0.9, most=0.999),
    injection=demote_genre,
    days=3,
)
