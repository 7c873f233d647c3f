"""Faults of the loader: what was logged rightly reaches the warehouse wrongly."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd

from sandbox.recommender.engine.day import Engine
from sandbox.recommender.faults.base import Damage, Dose, Fault, Injected
from sandbox.recommender.faults.places import draw_region, shards, slice_of

LOGS = ("impressions", "outcomes")


def lose_partition(engine: Engine, amount: float, dose: Dose) -> Injected:
    """The loader drops shards of the impressions log, of one region or of all; members are served as ever."""
    region, seed = draw_region(engine, dose), dose.seed()

    def lose(name: str, rows: pd.DataFrame) -> pd.DataFrame:
        if name != "impressions":
            return rows
        there = np.full(len(rows), not region) | (rows["region"] == region).to_numpy()
        lost = there & (shards(rows["request_id"], seed) < amount)
        return rows[~lost].reset_index(drop=True)

    engine.hooks.log.append(lose)
    return Injected(slice=slice_of(region))


def slip_hours(engine: Engine, amount: float, dose: Dose) -> Injected:
    """Local times are loaded as if they were UTC, so that the first hours of a day are filed under the day before."""
    table = dose.pick(LOGS, "impressions")
    back = pd.Timedelta(minutes=round(amount * 60))

    def slip(name: str, rows: pd.DataFrame) -> pd.DataFrame:
        return rows.assign(ts=rows["ts"] - back) if name == table else rows

    engine.hooks.log.append(slip)
    return Injected(subject=f"table:{table}")


def deliver_twice(engine: Engine, amount: float, dose: Dose) -> Injected:
    """A batch is delivered at least once: its acknowledgement was lost, so it came again, row for row."""
    table = dose.pick(LOGS, "impressions")
    place = 0.5 if dose.rng is None else float(dose.rng.random())

    def repeat(name: str, rows: pd.DataFrame) -> pd.DataFrame:
        if name != table:
            return rows
        size = round(amount * len(rows))
        start = int(place * (len(rows) - size))
        return pd.concat([rows, rows.iloc[start : start + size]], ignore_index=True)

    engine.hooks.log.append(repeat)
    return Injected(subject=f"table:{table}")


def deliver_late(engine: Engine, amount: float, _: Dose) -> None:
    """One day's partitions land hours after midnight, all of them whole."""
    first = engine.state.day
    engine.hooks.late.append(lambda day: timedelta(hours=amount if day == first else 0))


PARTITION_LOST = Fault(
    name="partition-lost",
    number=1,
    title="Three quarters of the impressions log is lost",
    cause="The loader drops three of four shards of the impressions log; members are served as ever.",
    cause_class="systems",
    subject="table:impressions",
    codes=("D01",),
    damage=Damage("share of rows lost", 0.75, most=0.98),
    injection=lose_partition,
)
TIMEZONE_SLIP = Fault(
    name="timezone-slip",
    number=22,
    title="A log is loaded in local time",
    cause="The loader reads a log's local times as UTC, so the first hours of each day land in the day before.",
    cause_class="systems",
    subject="table:impressions",
    codes=("D01", "D10"),
    damage=Damage("hours", 8.0, most=23.0),
    injection=slip_hours,
)
DUPLICATE_DELIVERY = Fault(
    name="duplicate-delivery",
    number=23,
    title="A batch of the log is delivered twice",
    cause="A lost acknowledgement makes the loader deliver a batch of the log a second time.",
    cause_class="systems",
    subject="table:impressions",
    codes=("D05",),
    damage=Damage("share of rows delivered twice", 0.25, most=1.0),
    injection=deliver_twice,
)
LATE_PARTITION = Fault(
    name="late-partition",
    number=0,
    title="A day's partitions are late but complete",
    cause="The nightly load took hours longer than usual; every row is there.",
    cause_class=None,
    subject="tables",
    codes=(),
    damage=Damage("hours after midnight", 5.0),
    injection=deliver_late,
)
