"""Faults of what the app writes down about what it showed and what was taken."""

from __future__ import annotations

import pandas as pd

from sandbox.recommender.engine.day import Engine
from sandbox.recommender.faults.base import Damage, Dose, Fault
from sandbox.recommender.faults.places import shards


def break_join(engine: Engine, amount: float, dose: Dose) -> None:
    """An app release writes its own session number where the request's belongs: outcomes find no list."""
    seed = dose.seed()

    def misname(name: str, rows: pd.DataFrame) -> pd.DataFrame:
        if name != "outcomes":
            return rows
        listed = rows["request_id"].notna()
        released = shards(rows["request_id"].fillna("00000"), seed) < amount
        return rows.assign(request_id=rows["request_id"].where(~(listed & released), "app-" + rows["request_id"]))

    engine.hooks.log.append(misname)


def miscount_positions(engine: Engine, amount: float, dose: Dose) -> None:
    """An app release counts positions from 0 (or from 2), so every logged position is off by one."""
    seed, step = dose.seed(), dose.pick((-1, 1), -1)

    def miscount(name: str, rows: pd.DataFrame) -> pd.DataFrame:
        if name != "impressions":
            return rows
        released = shards(rows["request_id"], seed) < amount
        return rows.assign(position=rows["position"] + step * released)

    engine.hooks.log.append(miscount)


OUTCOME_JOIN_BROKEN = Fault(
    name="outcome-join-broken",
    number=15,
    title="Outcomes no longer find their lists",
    cause="An app release writes its own session number into outcomes where the request's number belongs.",
    cause_class="systems",
    subject="table:outcomes",
    codes=("D07",),
    damage=Damage("share of outcomes without their list", 0.6, most=1.0),
    injection=break_join,
)
POSITION_OFF_BY_ONE = Fault(
    name="position-off-by-one",
    number=24,
    title="Positions are logged off by one",
    cause="An app release counts positions from zero, so every logged position is one too small.",
    cause_class="systems",
    subject="table:impressions",
    codes=("S07",),
    damage=Damage("share of lists", 1.0, most=1.0),
    injection=miscount_positions,
)
