"""At which hours of the day rows come: a log filed in another time zone has all its rows, at other hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
from sqlalchemy import extract, func

from .base import About, Finding, History, Measure, Schema, Series
from .evidence import Claim, Judged, make_finding
from .judging import Judge
from .mix import rows_a_list
from .rhythm import DAY, SLACK
from .shift import Shift, measure_shift
from .sql import histogram
from .wording import percent

STEPS = (2.5, 5.5, 8.5, 11.5, 14.5, 17.5, 20.5)  # hours: eight parts of the day
PSI, DISTANCE = 0.25, 0.1  # as for features: a major shift, and beyond the usual distance


def hour_measures(schema: Schema, tables: Sequence[str]) -> list[Measure]:
    """Rows of each of these tables by part of the day, in UTC."""
    return [
        Measure(_name(table), table, "histogram", histogram(extract("hour", columns["ts"]), STEPS), func.count())
        for table in tables
        if "ts" in (columns := schema.relations.get(table, {}))
    ]


def find_slips(about: About, history: History, judge: Judge, tables: Sequence[str]) -> list[Finding]:
    """One finding a table whose rows come at other hours than on other days; shorter windows tell nothing."""
    if history.window.end - history.window.start < DAY - SLACK:
        return []
    found = []
    for table in tables:
        for series in history.series(_name(table)):
            shift = measure_shift(series)
            one = _judge(series, shift, judge) if shift else None
            if one and shift and shift.psi >= max(PSI, shift.noise * rows_a_list(history)):
                found.append(_tell(about, history, table, one, shift))
    return found


def _judge(series: Series, shift: Shift, judge: Judge) -> Judged | None:
    verdict = judge.judge(shift.distances, "mean", directions=("up",), floor=DISTANCE, relative=False)
    return Judged(shift.distances, verdict) if verdict is not None and verdict.abnormal else None


def _tell(about: About, history: History, table: str, one: Judged, shift: Shift) -> Finding:
    title = f"Rows of {table} come at other hours of the day"
    fewer, more = int(np.argmin(shift.latest - shift.pooled)), int(np.argmax(shift.latest - shift.pooled))
    words = (
        f"{percent(float(shift.latest[more]))} of the rows of {table} are from {_part(more)} UTC, usually "
        f"{percent(float(shift.pooled[more]))}; {percent(float(shift.latest[fewer]))} from {_part(fewer)}, usually "
        f"{percent(float(shift.pooled[fewer]))}: times of another zone, or a part of the day that did not arrive."
    )
    data = {"psi": shift.psi, "usual": shift.pooled.tolist(), "now": shift.latest.tolist()}
    return make_finding(about, history, one, Claim(title, words, f"table:{table}", data=data))


def _part(step: int) -> str:
    length = timedelta(hours=24) // (len(STEPS) + 1)
    first = step * length // timedelta(hours=1)
    return f"{first:02}:00 to {first + length // timedelta(hours=1):02}:00"


def _name(table: str) -> str:
    return f"hours:{table}"
