"""Faults between the ranker and who asks it: hosts whose scores are no numbers, and a cache that never lets go."""

from __future__ import annotations

import duckdb
import numpy as np

from sandbox.recommender.engine.day import Engine
from sandbox.recommender.engine.requests import Requests
from sandbox.recommender.engine.scene import Floats, Ints
from sandbox.recommender.faults.base import Damage, Dose, Fault
from sandbox.recommender.faults.places import Share, lots
from sandbox.recommender.faults.steering import LAST, reorder

KEPT_DAYS = 7


def divide_by_zero(engine: Engine, amount: float, dose: Dose) -> None:
    """Some hosts have a scoring library that divides by nothing: no score of a session that they answer is a number."""
    sessions = Share(amount, dose.seed())

    def spoil(requests: Requests, _: Ints, score: Floats) -> Floats:
        there = sessions.of(requests, np.ones(len(requests), dtype=bool))
        return np.where(there[:, None], np.nan, score)

    engine.hooks.scores.append(spoil)


def read_wrong_column(engine: Engine, amount: float, dose: Dose) -> None:
    """A client of the ranker reads the chance that an item is passed over, where that it is taken stands beside."""
    wrong = lots(engine, dose.seed()) < amount

    def swap(requests: Requests, _: Ints, score: Floats) -> Floats:
        return np.where(wrong[requests.member][:, None], 1 - score, score)

    engine.hooks.scores.append(swap)


def serve_from_cache(engine: Engine, amount: float, dose: Dose) -> None:
    """The cache before the ranker no longer expires: a member's last home list comes first."""
    last, cached = _last_lists(engine), lots(engine, dose.seed()) < amount

    def again(requests: Requests, items: Ints, order: Ints) -> Ints:
        place = last[requests.member[:, None], items]
        anew = reorder(order, np.where(place > 0, place, LAST + order))
        return np.where((cached[requests.member] & (requests.genre < 0))[:, None], anew, order)

    def bring_back(requests: Requests, items: Ints) -> Ints:
        back = items.copy()
        for row in np.flatnonzero(cached[requests.member] & (requests.genre < 0)):
            lacking = np.setdiff1d(np.flatnonzero(last[requests.member[row]]), items[row])
            spare = np.flatnonzero((items[row] < 0) | (last[requests.member[row], items[row]] == 0))
            back[row, spare[len(spare) - len(lacking) :]] = lacking
        return back

    engine.hooks.candidates.append(bring_back)
    engine.hooks.pages.append(again)


def _last_lists(engine: Engine) -> Ints:
    """The position of each item in each member's last home list of the week, shape (members, items); 0: not in it."""
    scene, files = engine.state.scene, sorted((engine.folder / "tables" / "impressions").glob("*.parquet"))
    with duckdb.connect() as duck:
        rows = duck.execute(
            "SELECT member_id, item_id, position FROM read_parquet($1, union_by_name => true) WHERE surface = 'home' "
            "QUALIFY ts = max(ts) OVER (PARTITION BY member_id)",
            [[str(file) for file in files[-KEPT_DAYS:]]],
        ).fetchall()
    members = {name: number for number, name in enumerate(scene.members.ids)}
    items = {name: number for number, name in enumerate(scene.catalogue.ids)}
    place = np.zeros((len(members), len(items)), dtype=np.int16)
    for member, item, position in rows:
        place[members[member], items[item]] = position
    return place


SCORES_NOT_NUMBERS = Fault(
    name="scores-not-numbers",
    number=28,
    title="Scores of some hosts are not numbers",
    cause="Some ranker hosts have a scoring library that divides by nothing: all scores they give are NaN.",
    cause_class="systems",
    subject="model:ranker",
    codes=("M03",),
    damage=Damage("share of sessions", 0.2, most=1.0),
    injection=divide_by_zero,
)
WORST_FIRST = Fault(
    name="worst-first",
    number=30,
    title="Lists begin with what is liked least",
    cause="A new client of the ranker reads the chance that an item is passed over, so lists are upside down.",
    cause_class="systems",
    subject="model:ranker",
    codes=("M02", "M04", "M05", "M06", "P01", "P02", "P03", "P04", "I02"),
    damage=Damage("share of members", 1.0, most=1.0),
    injection=read_wrong_column,
    days=3,
)
STALE_LISTS = Fault(
    name="stale-lists",
    number=32,
    title="A cache serves old lists again",
    cause="The cache before the ranker no longer expires, so members get the home list they got the last time.",
    cause_class="systems",
    subject="lists",
    codes=("S04", "S05"),
    damage=Damage("share of members", 0.8, most=1.0),
    injection=serve_from_cache,
)
