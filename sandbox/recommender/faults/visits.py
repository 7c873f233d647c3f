"""Who comes, when it rightly changes: campaigns, weekends, holidays, growth, a new region."""

from __future__ import annotations

import numpy as np

from sandbox.recommender.engine.day import Engine
from sandbox.recommender.engine.scene import Floats, day_start
from sandbox.recommender.engine.state import Change
from sandbox.recommender.engine.traffic import is_member
from sandbox.recommender.faults.base import Damage, Dose, Fault

PUSH_DAYS, GROWTH_DAYS = 5, 14
LATER = 2  # hours: how much later people watch at a weekend
NEW_REGION = "Islands"
STAYS = 400  # days, for members of a new region


def push_marketing(engine: Engine, amount: float, _: Dose) -> None:
    """More members visit for some days."""
    first = engine.state.day
    words = f"spring campaign: about {amount:.0%} more visitors expected for {PUSH_DAYS} days"
    engine.state.changes.append(Change(day_start(first), "campaign", "traffic", words))

    def more(visits: Floats) -> Floats:
        # A campaign reaches everyone alike, so that those who seldom come gain most.
        return visits + amount * visits.mean() if engine.state.day < first + PUSH_DAYS else visits

    engine.hooks.visits.append(more)


def live_a_weekend(engine: Engine, amount: float, _: Dose) -> None:
    """On the coming Saturday and Sunday (today counts) more members come, and later in the day."""
    first = engine.state.day + max(0, 5 - engine.state.day % 7)
    days = range(first, first + 7 - first % 7)
    engine.hooks.visits.append(lambda visits: visits * (1 + amount) if engine.state.day in days else visits)
    engine.hooks.hours.append(lambda hours: np.roll(hours, LATER) if engine.state.day in days else hours)


def keep_a_holiday(engine: Engine, amount: float, _: Dose) -> None:
    """A public holiday: more members come, and all through the day."""
    day = engine.state.day
    engine.state.changes.append(Change(day_start(day), "calendar", "traffic", "public holiday"))
    engine.hooks.visits.append(lambda visits: visits * (1 + amount) if engine.state.day == day else visits)
    flat = np.full(24, 1 / 24)
    engine.hooks.hours.append(lambda hours: (hours + flat) / 2 if engine.state.day == day else hours)


def grow(engine: Engine, amount: float, _: Dose) -> None:
    """The service grows: somewhat more visits every day for two weeks, and they stay."""
    first = engine.state.day

    def more(visits: Floats) -> Floats:
        return np.asarray(visits * (1 + amount) ** min(engine.state.day - first + 1, GROWTH_DAYS))

    engine.hooks.visits.append(more)


def open_region(engine: Engine, amount: float, _: Dose) -> None:
    """The service opens in a region: members join there who would not have joined otherwise."""
    state, members = engine.state, engine.state.scene.members
    now = members.visit_rate[is_member(state, state.day)].sum()
    waiting = np.flatnonzero(members.join_day > state.day)[::-1]
    enough = int(np.searchsorted(np.cumsum(members.visit_rate[waiting]), amount * now)) + 1
    new = waiting[:enough]
    members.region[new], members.join_day[new] = NEW_REGION, state.day
    members.leave_day[new] = np.maximum(members.leave_day[new], state.day + STAYS)
    words = f"the service opened in {NEW_REGION}: about {amount:.0%} more visitors expected"
    state.changes.append(Change(day_start(state.day), "campaign", "traffic", words))


MARKETING_PUSH = Fault(
    name="marketing-push",
    number=0,
    title="A campaign brings more visitors",
    cause="About 40% more members visit for five days, as announced.",
    cause_class=None,
    subject="traffic",
    codes=(),
    damage=Damage("share of visitors more", 0.4),
    injection=push_marketing,
    days=6,
)
WEEKEND = Fault(
    name="weekend",
    number=0,
    title="A lively weekend",
    cause="On the next Saturday and Sunday a fifth more members come, and later in the day.",
    cause_class=None,
    subject="traffic",
    codes=(),
    damage=Damage("share of visitors more", 0.2),
    injection=live_a_weekend,
    days=7,
)
HOLIDAY = Fault(
    name="holiday",
    number=0,
    title="A public holiday",
    cause="For one day a third more members come, and all through the day.",
    cause_class=None,
    subject="traffic",
    codes=(),
    damage=Damage("share of visitors more", 0.33),
    injection=keep_a_holiday,
    days=2,
)
GRADUAL_GROWTH = Fault(
    name="gradual-growth",
    number=0,
    title="The service grows",
    cause="Each day for two weeks there are 1% more visits than the day before, and they stay.",
    cause_class=None,
    subject="traffic",
    codes=(),
    damage=Damage("share of visits more a day", 0.01),
    injection=grow,
    days=14,
)
NEW_REGION_OPENS = Fault(
    name="new-region",
    number=0,
    title="The service opens in a new region",
    cause="Members join in a region that there was not, about 7% of all visits.",
    cause_class=None,
    subject="traffic",
    codes=(),
    damage=Damage("share of visits more", 0.07),
    injection=open_region,
    days=3,
)
