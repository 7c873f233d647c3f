"""Faults of how the log lands in the warehouse: what is there is right, and it is not all there, or not as it was."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from sandbox.recommender.engine.day import Engine
from sandbox.recommender.faults.base import Damage, Dose, Fault, Injected

LOGS = ("impressions", "outcomes")
RENAMED = {"score": "ranker_score", "position": "slot"}  # that no one but who reads the log needs


def stop_in_the_afternoon(engine: Engine, amount: float, dose: Dose) -> Injected:
    """The loader of one log dies some hours before midnight, every day: the rest of the day never lands."""
    table, left = dose.pick(LOGS, LOGS[0]), timedelta(hours=24 - amount)

    def stop(name: str, rows: pd.DataFrame) -> pd.DataFrame:
        landed = rows["ts"] - rows["ts"].dt.floor("D") < left
        return rows[landed].reset_index(drop=True) if name == table else rows

    engine.hooks.log.append(stop)
    return Injected(subject=f"table:{table}")


def rename_column(engine: Engine, _: float, dose: Dose) -> None:
    """The log's next schema calls a column otherwise, and nobody told its readers."""
    old = dose.pick(tuple(RENAMED), "score")

    def rename(name: str, rows: pd.DataFrame) -> pd.DataFrame:
        return rows.rename(columns={old: RENAMED[old]}) if name == "impressions" else rows

    engine.hooks.log.append(rename)


LOADER_STOPS = Fault(
    name="loader-stops",
    number=25,
    title="The loader stops in the afternoon",
    cause="The loader of the impressions log dies every afternoon, so the rest of the day never lands.",
    cause_class="systems",
    subject="table:impressions",
    codes=("D02", "D01"),
    damage=Damage("hours of the day that never land", 9.0, most=23.0),
    injection=stop_in_the_afternoon,
)
COLUMN_RENAMED = Fault(
    name="column-renamed",
    number=26,
    title="A column of the log has another name",
    cause="The log's new schema calls score ranker_score, and nobody told its readers.",
    cause_class="systems",
    subject="table:impressions",
    codes=("D04",),
    damage=Damage("columns", 1.0),
    injection=rename_column,
)
