"""How a number went over two years: the weeks that were rolled up, then the weeks of what is still kept whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

import numpy as np
from sqlmodel import Session, select

from bot.detection.measurements import read_numbers
from bot.detection.packing import unpack
from bot.detection.retention import ADDED_UP, combine, monday
from bot.store.sessions import Store
from bot.store.tables import Block, Measurements, WeeklyMeasurements
from checks.base import Slice


class UnknownMeasure(ValueError):
    """Nothing of that name, or nothing in that slice, has been measured; the message says what comes near."""


@dataclass(frozen=True)
class Week:
    """One week of a measure in one slice: a sum for counts, else the mean, weighted with the rows."""

    start: datetime
    value: float | None  # None: nothing was measured
    n: float
    windows: int  # that it is made of, as far as still known; 0: rolled up


def read_trend(store: Store, measure: str, where: Slice, zone: str) -> tuple[bool, list[Week]]:
    """Whether the weeks are sums, and every week there is, oldest first; UnknownMeasure when there is none."""
    with store.session() as session:
        old = session.exec(select(WeeklyMeasurements).where(WeeklyMeasurements.measure == measure)).all()
        whole = session.exec(select(Measurements).where(Measurements.measure == measure)).all()
        numbers = read_numbers(session, {where.key})
        if not old and not whole:
            raise UnknownMeasure(_advise(session, measure))
        if any(block.bins for block in (*old, *whole)):
            raise UnknownMeasure(f"{measure} is a histogram: it has no single number a week.")
    number = numbers.get(where.key)
    blocks: dict[datetime, list[Block]] = defaultdict(list)
    for block in whole:
        blocks[monday(block.window_start, zone)].append(block)
    weeks = {start: _week(start, group, number, len(group)) for start, group in blocks.items()}
    weeks |= {week.window_start: _week(week.window_start, [week], number, 0) for week in old}
    found = [weeks[start] for start in sorted(weeks)]
    if not any(week.n or week.value is not None for week in found):
        raise UnknownMeasure(f"{measure} has not been measured in {where}.")
    return (old or whole)[0].kind in ADDED_UP, found


def _week(start: datetime, blocks: Sequence[Block], number: int | None, windows: int) -> Week:
    row = combine(blocks)
    at = np.flatnonzero(unpack(row["ids"]).astype(np.int64) == (-1 if number is None else number))
    if not len(at):
        return Week(start, None, 0.0, windows)
    value, n = float(unpack(row["values"])[at[0]]), float(unpack(row["n"])[at[0]])
    return Week(start, value if np.isfinite(value) else None, n, windows)


def _advise(session: Session, measure: str) -> str:
    names = sorted(set(session.exec(select(Measurements.measure).distinct())))
    near = get_close_matches(measure, names, n=3, cutoff=0.3) or names[:3]
    beside = f" Near it: {', '.join(near)}." if near else " Nothing has been measured yet: run recsysops check first."
    return f"There is no measure {measure}.{beside}"
