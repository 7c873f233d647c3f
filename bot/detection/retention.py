"""How long measurements are kept: whole for some months, a week at a time for two years, then not at all.

Done a little at a time, each week of a measure in a transaction of its own: a tick never waits for it, a crash loses
nothing, and doing it again changes nothing. Why so: docs/decisions/2026-11-23-measurements-in-blocks.md.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlmodel import Session, col, select

from bot.detection.measurements import insert_new
from bot.detection.packing import Numbers, pack, unpack
from bot.store.sessions import Store
from bot.store.tables import Block, CheckRun, Measurements, WeeklyMeasurements

WEEK = timedelta(days=7)
ADDED_UP = ("count", "exposure", "histogram")
NO_NUMBERS = ("columns", "past", "delivery")  # what a table looked like on one day says nothing of a week
RUNS_AT_ONCE = 1000


@dataclass(frozen=True)
class Retention:
    """How long to keep what; `whole` is never less than what the judge remembers."""

    whole: timedelta = timedelta(days=120)
    weekly: timedelta = timedelta(weeks=104)
    at_once: float = 0.5  # seconds of work in one go


def tidy(store: Store, zone: str, now: datetime, retention: Retention) -> bool:
    """Roll up and delete what is old, a step at least, for about `at_once` seconds; whether nothing is left to do."""
    until, until_weekly = monday(now - retention.whole, zone), now - retention.weekly
    began = time.monotonic()
    while True:
        with store.session() as session:
            due = _oldest(session, until)
            if due is not None:
                _roll_up(session, *due, until, zone)
            elif not _delete_old(session, now - retention.whole, until_weekly):
                return True
        if time.monotonic() - began >= retention.at_once:
            return False


def monday(moment: datetime, zone: str) -> datetime:
    """The start of the local week that a moment is in."""
    local = moment.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return (local - timedelta(days=local.weekday())).astimezone(UTC)


def _oldest(session: Session, until: datetime) -> tuple[str, datetime] | None:
    """A measure with windows that ended before a moment, and when its first one began."""
    table = Measurements
    oldest = sa.select(col(table.measure), sa.func.min(col(table.window_start))).group_by(col(table.measure))
    found = session.execute(oldest.where(col(table.window_end) <= until).limit(1)).first()
    return (found[0], found[1]) if found else None


def _roll_up(session: Session, measure: str, first: datetime, until: datetime, zone: str) -> None:
    """One week of one measure, and nothing of its windows left. A week that is there already stays as it is."""
    start = monday(first, zone)
    end = monday(start + WEEK + timedelta(hours=12), zone)
    same = select(Measurements).where(
        Measurements.measure == measure, Measurements.window_start >= start, Measurements.window_end <= until
    )
    blocks = session.exec(same.where(Measurements.window_start < end)).all()
    if blocks[0].kind not in NO_NUMBERS:
        row = {"measure": measure, "window_start": start, "window_end": end} | combine(blocks)
        session.execute(insert_new(session, WeeklyMeasurements), [row])
    session.execute(sa.delete(Measurements).where(col(Measurements.id).in_([block.id for block in blocks])))


def combine(blocks: Sequence[Block]) -> dict[str, Any]:
    """The columns of one block for several: counts are added up, everything else is averaged, weighted with n."""
    kind = blocks[0].kind
    bins = max(block.bins for block in blocks)
    parts = [unpack(block.ids).astype(np.int64) for block in blocks]
    ids, places = np.unique(np.concatenate(parts), return_inverse=True)
    shape = (len(ids), bins) if bins else (len(ids),)
    total, weight, n = np.zeros(shape), np.zeros(shape), np.zeros(len(ids))
    for block, place in zip(blocks, np.split(places, np.cumsum([len(part) for part in parts])[:-1]), strict=True):
        rows = unpack(block.n).astype(float)
        n[place] += rows
        if block.bins == bins:
            values = unpack(block.values).astype(float).reshape(len(place), *shape[1:])
            _add(total, weight, place, values, np.ones(len(rows)) if kind in ADDED_UP or bins else rows)
    none = np.full(shape, np.nan)
    values = (
        np.where(weight > 0, total, np.nan)
        if kind in ADDED_UP or bins
        else np.divide(total, weight, out=none, where=weight > 0)
    )
    everyone = any(block.everyone for block in blocks)
    return {
        "kind": kind,
        "slices": len(ids) - everyone,
        "everyone": everyone,
        "valued": any(block.valued for block in blocks),
        "rows": sum(block.rows for block in blocks),
        "bins": bins,
        "ids": pack(ids),
        "n": pack(n),
        "values": pack(values),
    }


def _add(total: Numbers, weight: Numbers, place: NDArray[np.int64], values: Numbers, each: Numbers) -> None:
    """Add a block's values, those that are there, each with its weight; in place."""
    weights = np.where(np.isfinite(values), each.reshape(-1, *[1] * (values.ndim - 1)), 0.0)
    total[place] += np.where(weights > 0, values, 0.0) * weights
    weight[place] += weights


def _delete_old(session: Session, until: datetime, until_weekly: datetime) -> bool:
    """Forget weeks, and runs of checks, that are too old; runs that found something are kept as long as weeks are."""
    weeks = sa.delete(WeeklyMeasurements).where(col(WeeklyMeasurements.window_end) <= until_weekly)
    quiet = sa.and_(col(CheckRun.window_end) <= until, col(CheckRun.outcome) != "finding")
    old = sa.select(col(CheckRun.id)).where(sa.or_(quiet, col(CheckRun.window_end) <= until_weekly))
    runs = sa.delete(CheckRun).where(col(CheckRun.id).in_(old.limit(RUNS_AT_ONCE).scalar_subquery()))
    return sum(session.connection().execute(each).rowcount for each in (weeks, runs)) > 0
