"""Who comes and is no member: a script."""

from __future__ import annotations

import numpy as np

from sandbox.recommender.engine.day import Engine
from sandbox.recommender.engine.scene import Ints
from sandbox.recommender.engine.traffic import is_member
from sandbox.recommender.faults.base import Damage, Dose, Fault

ACCOUNTS, MOST_ACCOUNTS = 2, 4  # that a script uses, usually and at most
QUIET = 20  # members who seldom come, some of whose accounts a script uses


def crawl(engine: Engine, amount: float, dose: Dose) -> None:
    """A script asks for list after list through a few accounts within an hour and a half, and takes nothing."""
    rate = engine.state.scene.members.visit_rate
    seldom = np.argsort(np.where(is_member(engine.state, engine.state.day), rate, np.inf), kind="stable")[:QUIET]
    accounts = (
        seldom[:ACCOUNTS]
        if dose.rng is None
        else dose.rng.choice(seldom, int(dose.rng.integers(1, MOST_ACCOUNTS + 1)), False)
    )

    def ask(usual: int) -> Ints:
        return np.resize(accounts, round(amount * usual))

    engine.hooks.crawlers.append(ask)


CRAWLER_BURST = Fault(
    name="crawler-burst",
    number=16,
    title="A script asks for list after list",
    cause="A script asks for hundreds of lists through a few accounts within an hour and a half, and takes nothing.",
    cause_class="systems",
    subject="traffic",
    codes=("D08",),
    damage=Damage("share of requests added", 0.5),
    injection=crawl,
)
