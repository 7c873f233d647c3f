"""D10: history that should lie still and does not."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import func

from checks.base import EVERYONE, About, Finding, History, Impact, Measure, Schema, Series, Severity
from checks.evidence import loudness
from checks.feeds.restatement import find_restated, restatement_measures
from checks.judging import Judge
from checks.past import TABLES, Moved, compare, still_columns
from checks.wording import count, listed, plural

SHARE = 0.001  # of a past window's rows: how many must be others to matter
HABIT, HABIT_SHARE = (
    3,
    0.1,
)  # a table that is so old when it moves in so many looks, and this share of them, is settling
NAMED = 3  # windows and columns that are named


@dataclass(frozen=True)
class Restated:
    """A past window that is no longer what it was."""

    start: datetime
    age: int  # windows between it and the one in which that was seen
    moved: Moved


class Restatement:
    """The past is told otherwise than before."""

    about = About(
        code="D10",
        title="Restatement",
        notices="Rows of an earlier window of a table were changed, added or lost since they were last read, even when "
        "their number is the same: the latest windows are read again each time, one more in turn, and those whose "
        "files were written anew. For feeds: a period that the last delivery tells otherwise.",
        misses="Rows that arrive a window late and fill what was lacking (see D01, D02); columns that are filled in "
        "later as they should be (chosen); corrections of an age at which the table moves as a habit. Give a table "
        "that settles for long its lateness in recsysops.toml.",
        needs=("impressions.ts",),
        severity="By the share of the past window's rows; medium at least when rows are lost.",
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """Earlier windows of each table with times, read again; the past as each feed tells it."""
        if not schema.feeds:
            schema.column("impressions", "ts")
        tables = [table for table in TABLES if "ts" in schema.relations.get(table, {})]
        past = [Measure(_name(table), f"the past of {table}", "past", func.count(), func.count()) for table in tables]
        return [*past, *restatement_measures(schema.feeds)]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """One finding a table, naming the windows and columns that moved; and one a feed."""
        found = []
        for table in TABLES:
            columns = still_columns(table, schema.relations.get(table, {}))
            looks = _look_back(history.series(_name(table)), columns, len(history.windows))
            usual = _usual_rows(history.series(_name(table)))
            moved = [
                one
                for one in looks[-1]
                if _matters(one) and not _is_late(one, usual) and not _is_habit(one.age, looks[:-1])
            ]
            found += [self._tell(history, table, moved)] if moved else []
        return found + [one for feed in schema.feeds for one in find_restated(self.about.code, history, feed)]

    def _tell(self, history: History, table: str, moved: list[Restated]) -> Finding:
        share = max(one.moved.rows / max(one.moved.before, one.moved.now, 1) for one in moved)
        columns = sorted({name for one in moved if one.moved.before == one.moved.now for name in one.moved.columns})
        lost = any(one.moved.now < one.moved.before for one in moved)
        named = [_describe(one) for one in moved[:NAMED]]
        more = f", and so on in {plural(len(moved) - NAMED, 'more window')}" if len(moved) > NAMED else ""
        which = f" The values differ in {listed(columns, NAMED)}." if columns else ""
        return Finding(
            code=self.about.code,
            title=f"The past of {table} has changed",
            words=f"Rows of {table} that had been read before are others now: {'; '.join(named)}{more}.{which}",
            subject=f"table:{table}",
            measure=_name(table),
            slice=EVERYONE,
            window=history.window,
            onset=history.window.start,
            value=float(sum(one.moved.rows for one in moved)),
            expected=0.0,
            low=0.0,
            high=0.0,
            direction="up",
            n=sum(max(one.moved.before, one.moved.now) for one in moved),
            surprise=10.0,
            severity=max(loudness(share), Severity.medium if lost else Severity.low),
            impact=Impact(0, int(sum(one.moved.rows for one in moved)), share),
            data={"windows": [one.start for one in moved], "columns": columns, "share": share},
        )


def _look_back(series: Sequence[Series], columns: list[str], windows: int) -> list[list[Restated]]:
    """For each window of history, the past windows that were found changed when it was judged."""
    found: list[list[Restated]] = [[] for _ in range(windows)]
    for one in series:
        if one.slice == EVERYONE or one.values.ndim != 2:
            continue
        start = datetime.fromisoformat(one.slice.parts[0][1])
        looks = np.flatnonzero(np.isfinite(one.values[:, 0])).tolist()
        for was, now in itertools.pairwise(looks):
            moved = _compare(columns, one, was, now)
            if moved is not None:
                age = sum(start < window.start for window in one.windows[: now + 1])
                found[now].append(Restated(start, age, moved))
    return [sorted(each, key=lambda one: one.start, reverse=True) for each in found]


def _compare(columns: list[str], one: Series, was: int, now: int) -> Moved | None:
    """What moved between two looks; a window that was empty is merely late (see D02)."""
    before, after = float(one.n[was]), float(one.n[now])
    if before and not after:
        return Moved((), before, int(before), 0)
    return compare(columns, one.values[was], one.values[now], (before, after)) if before else None


def _matters(one: Restated) -> bool:
    return one.moved.rows >= SHARE * max(one.moved.before, one.moved.now, 1)


def _usual_rows(series: Sequence[Series]) -> float:
    """Of a window, by what the windows held when they were last read."""
    last = [one.n[np.isfinite(one.values[:, 0])] for one in series if one.slice != EVERYONE and one.values.ndim == 2]
    return float(np.median([rows[-1] for rows in last if len(rows)] or [0.0]))


def _is_late(one: Restated, usual: float) -> bool:
    """Whether rows of the window before have merely come late: it lacked some, and has more nearly as many as usual."""
    was, now = one.moved.before, one.moved.now
    return one.age == 1 and now > was and abs(now - usual) < abs(was - usual)


def _is_habit(age: int, looks: Sequence[Sequence[Restated]]) -> bool:
    """Whether windows of that age, or older ones, have moved often enough to be called settling."""
    times = sum(any(one.age >= age for one in each) for each in looks)
    return times >= HABIT and times >= HABIT_SHARE * len(looks)


def _describe(one: Restated) -> str:
    was, now, day = one.moved.before, one.moved.now, f"{one.start:%-d %B %Y %H:%M}".removesuffix(" 00:00")
    if was != now:
        return f"{day} had {count(was)} rows and has {count(now)}, about {count(one.moved.rows)} of them differ"
    return f"{day} has as many rows as before, {count(now)}, but about {count(one.moved.rows)} of them differ"


def _name(table: str) -> str:
    return f"past:{table}"
