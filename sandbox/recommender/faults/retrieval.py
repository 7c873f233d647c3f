"""Faults of the candidate index and of the slots that new titles are given."""

from __future__ import annotations

import numpy as np

from sandbox.recommender.engine.day import Engine
from sandbox.recommender.engine.hooks import StuckIndex
from sandbox.recommender.engine.requests import Requests
from sandbox.recommender.engine.scene import Bools
from sandbox.recommender.faults.base import Damage, Dose, Fault, Injected
from sandbox.recommender.faults.launching import next_launch
from sandbox.recommender.faults.places import lots


def mismatch_index(engine: Engine, amount: float, dose: Dose) -> Injected:
    """A new version goes live, but hosts keep the item vectors that were built for the one before."""
    state, lot = engine.state, lots(engine, dose.seed())

    def hosts(requests: Requests) -> Bools:
        return np.asarray(lot[requests.member] < amount)

    before, index = engine.registry.champion(), state.embedding
    if before is None or index is None:
        raise ValueError("index-mismatch needs a recommender that has released a version.")
    engine.hooks.stuck.append(StuckIndex(before, index, hosts))
    state.note = "new towers"
    return Injected()


def truncate_index(engine: Engine, amount: float, dose: Dose) -> None:
    """The index build stops early: most items can no longer be retrieved."""
    seed = dose.seed()

    def truncate(held: Bools) -> Bools:
        kept = np.random.default_rng([engine.state.seed, seed]).random(len(held)) >= amount
        return held & kept

    engine.hooks.index.append(truncate)


def starve_launches(engine: Engine, amount: float, _: Dose) -> None:
    """The slots of new titles are given away: in their first week they are hardly shown."""
    next_launch(engine)
    engine.hooks.slots.append(lambda share: share * (1 - amount))


INDEX_MISMATCH = Fault(
    name="index-mismatch",
    number=7,
    title="A new model version serves with the old index",
    cause="The index of the new version was never published, so its hosts compare new member vectors with old item "
    "vectors.",
    cause_class="systems",
    subject="index",
    codes=("M08", "M06", "M04", "M05", "M07"),
    damage=Damage("share of hosts", 1.0, most=1.0),
    injection=mismatch_index,
    rollback_mends=True,
)
INDEX_TRUNCATED = Fault(
    name="index-truncated",
    number=12,
    title="The candidate index lost most of its items",
    cause="The index build stops early, so most items can no longer be retrieved.",
    cause_class="systems",
    subject="index",
    codes=("I03", "P02", "S02"),
    damage=Damage("share of items lost", 0.85, most=0.97),
    injection=truncate_index,
)
COLD_START_FAILURE = Fault(
    name="cold-start-failure",
    number=19,
    title="New titles are hardly shown",
    cause="The slots that new titles are given in their first week are no longer given to them.",
    cause_class="systems",
    subject="items",
    codes=("I01",),
    damage=Damage("share of launch slots lost", 1.0, most=1.0),
    injection=starve_launches,
)
