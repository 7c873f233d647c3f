"""The serving filter: why a candidate may not be shown to who asks."""

from __future__ import annotations

import zlib

import numpy as np

from sandbox.recommender.engine.hooks import Hooks
from sandbox.recommender.engine.requests import Requests
from sandbox.recommender.engine.scene import CHILD, LANGUAGES, Bools, Floats, Ints
from sandbox.recommender.engine.state import State

REASONS = (None, "already seen", "not launched", "no artwork", "not for children", "other language", "no rights")
SEEN_DAYS = 7
UNLICENSED = 0.02  # share of titles that may not be shown in a region
RIGHTS_SEED, DEVICE_SEED = 7, 8


def find_exclusions(state: State, hooks: Hooks, requests: Requests, items: Ints) -> Ints:
    """Why each candidate may not be shown, a number into REASONS; the first reason that holds."""
    member = requests.member[:, None]
    catalogue, members = state.scene.catalogue, state.scene.members
    tongues = np.array([LANGUAGES.index(language) for language in catalogue.language])
    names, number = np.unique(requests.region.astype(str), return_inverse=True)
    of_region = np.array([unlicensed(state, str(name)) for name in names]).reshape(-1, len(tongues))
    barred = of_region[number[:, None], items]
    for rule in hooks.rights:
        barred = barred | rule(requests, items)
    reasons = [
        (items < 0, 0),
        (~(state.launch_day[items] <= state.day), 2),
        (devices(state)[requests.member][:, None] < state.lacks_artwork[items], 3),
        ((members.age_group[requests.member] == CHILD)[:, None] & catalogue.mature[items], 4),
        (~members.speaks[member, tongues[items]], 5),
        (barred, 6),
        (state.day - state.counters.last_taken[member, items] <= SEEN_DAYS, 1),
    ]
    return np.select([holds for holds, _ in reasons], [number for _, number in reasons], default=0)


def unlicensed(state: State, region: str) -> Bools:
    """Which titles may not be shown in a region, shape (items,): a few of the old ones, the same ones for good."""
    lot = np.random.default_rng([state.seed, RIGHTS_SEED, zlib.crc32(region.encode())]).random(len(state.launch_day))
    return np.asarray((lot < UNLICENSED) & (state.scene.catalogue.launch_day < -state.scene.habits.burn_in - 14))


def devices(state: State) -> Floats:
    """Where each member's device stands among all devices, shape (members,), between 0 and 1."""
    return np.random.default_rng([state.seed, DEVICE_SEED]).random(len(state.scene.members.ids))
