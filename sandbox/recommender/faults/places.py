"""Where a fault happens: which members, which shards, which region."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sandbox.recommender.engine.day import Engine
from sandbox.recommender.engine.features import FEATURES
from sandbox.recommender.engine.requests import Requests
from sandbox.recommender.engine.scene import Bools, Floats
from sandbox.recommender.engine.traffic import is_member
from sandbox.recommender.faults.base import Dose

GOLDEN = (5**0.5 - 1) / 2  # multiples of it fall evenly between the whole numbers (Weyl, 1916)
EVERYONE = ""


class Share:
    """A share of the sessions that pass, taken evenly: a member's visit is hit as a whole or not at all."""

    def __init__(self, share: float, seed: int) -> None:
        self._share = share
        self._passed = 0
        self._start = float(np.random.default_rng(seed).random()) if seed else 1 - share + 1e-9

    def of(self, requests: Requests, there: Bools) -> Bools:
        """Which requests are hit, shape (requests,): all those of the share of the members `there`."""
        _, first = np.unique(requests.member[there], return_index=True)
        members = requests.member[there][np.sort(first)]
        count = self._start + (self._passed + np.arange(len(members) + 1)) * self._share
        self._passed += len(members)
        hit = members[np.floor(count[1:]) > np.floor(count[:-1])]
        return np.asarray(there & np.isin(requests.member, hit))


def lots(engine: Engine, seed: int) -> Floats:
    """A number between 0 and 1 for each member, the same for good: on which host or app build they are."""
    count = len(engine.state.scene.members.ids)
    return np.random.default_rng([engine.state.seed, 77, seed]).random(count)


def shards(request_ids: pd.Series[str], seed: int) -> Floats:
    """Where each request's rows lie among a day's shards, shape (rows,), evenly between 0 and 1."""
    number = request_ids.str[-5:].astype(int).to_numpy() + seed % 997
    return np.asarray((number * GOLDEN) % 1)


def regions(engine: Engine) -> list[str]:
    """The regions that members come from today, the busiest first."""
    members = engine.state.scene.members
    there = is_member(engine.state, engine.state.day)
    names, number = np.unique(members.region[there].astype(str), return_inverse=True)
    order = np.argsort(-np.bincount(number, weights=members.visit_rate[there]), kind="stable")
    return [str(name) for name in names[order]]


def draw_region(engine: Engine, dose: Dose, usual: str = EVERYONE) -> str:
    """A region, or everyone: as likely all as one of them; `usual` when nothing is drawn."""
    if dose.rng is None:
        return usual
    return EVERYONE if dose.rng.random() < 0.5 else dose.pick(regions(engine), usual)


def slice_of(region: str) -> str:
    """A region as the key of a slice; "" for everyone."""
    return f"region={region}" if region else ""


def column(feature: str) -> int:
    """A feature's number."""
    return FEATURES.index(feature)
