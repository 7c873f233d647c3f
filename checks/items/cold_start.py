"""I01: a title that is shown far less after its launch than comparable titles were after theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import func

from checks.base import EVERYONE, About, Finding, History, Measure, Schema, Series, Severity, Slice
from checks.events import Launch
from checks.evidence import Claim, Judged, make_finding
from checks.judging import Judge, Judgement
from checks.wording import times

EXPOSURE = "item.exposure"
FOLLOWED = 7  # windows after its launch in which an item is judged
COMPARABLES = 6  # fewer past launches say too little
LESS = 0.7  # of the exposure of comparable launches that must be lacking
PLENTY = 8.0  # impressions expected by now: with fewer, none at all may be chance
SET_UP = {"has_artwork": "no artwork", "has_trailer": "no trailer", "language": "no language", "genres": "no genres"}


@dataclass(frozen=True)
class Start:
    """How an item's exposure began: impressions and all impressions, window by window from its first whole one."""

    launch: Launch
    first: int  # index of that window
    shown: tuple[float, ...]
    of: tuple[float, ...]

    def share(self, windows: int) -> float:
        """Its share of all impressions in the first so many windows."""
        return sum(self.shown[:windows]) / max(1.0, sum(self.of[:windows]))


class ColdStart:
    """A launch that is not being shown."""

    about = About(
        code="I01",
        title="Cold start",
        notices="A title launched within the last seven windows has had far less exposure since than past launches had "
        "at the same age; it names the title, and what its set-up lacks.",
        misses="Titles without a launch date; a whole generation of launches that all start badly; the right number of "
        "impressions shown to the wrong members.",
        needs=("items.launch_date", "impressions.item_id"),
        severity="At least medium: a launch happens once. Higher by the share of impressions it ought to have had.",
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """How often each newly launched item was shown."""
        schema.column("items", "launch_date")
        schema.column("impressions", "item_id")
        return [Measure(EXPOSURE, "impressions", "exposure", func.count(), func.count())]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """One finding a title."""
        starts = _starts(history)
        last = len(history.windows) - 1
        found = []
        for start in starts:
            age = last - start.first + 1
            if age <= FOLLOWED:
                before = [other for other in starts if other.first < start.first and len(other.shown) >= age]
                found += self._judge(history, judge, start, before[-30:], age)
        return found

    def _judge(self, history: History, judge: Judge, start: Start, before: list[Start], age: int) -> list[Finding]:
        if len(before) < COMPARABLES:
            return []
        total = sum(start.of[:age])
        series = Series(
            f"{EXPOSURE}.launch",
            Slice((("item_id", start.launch.item_id),)),
            tuple(history.windows[one.first] for one in [*before, start]),
            np.array([one.share(age) * total for one in [*before, start]]),
            np.full(len(before) + 1, total),
        )
        verdict = judge.judge(series, "count", directions=("down",), floor=LESS, least=COMPARABLES)
        if verdict is None:
            return []
        lacks = _lacks(start.launch.facts)
        barred = bool(lacks) and verdict.value == 0 and verdict.expected >= PLENTY
        if not verdict.abnormal and not barred:
            return []
        return [self._tell(history, start, Judged(series, verdict), lacks)]

    def _tell(self, history: History, start: Start, one: Judged, lacks: list[str]) -> Finding:
        launch, verdict = start.launch, one.judgement
        name = f"{launch.title or 'Item'} ({launch.item_id})"
        title = f"{name} is hardly shown since its launch" if verdict.value else f"{name} has never been shown"
        words = (
            f"{name} was shown {times(verdict.value)} since its launch, comparable launches "
            f"{times(verdict.expected)} by then" + (f"; its set-up has {' and '.join(lacks)}." if lacks else ".")
        )
        data: dict[str, Any] = {"set_up": ", ".join(lacks), "owner": launch.facts.get("owner"), "title": launch.title}
        data["launched_at"] = launch.at
        touched = verdict.expected / max(1.0, float(one.series.n[-1]))
        finding = make_finding(
            self.about,
            history,
            Judged(one.series, _in_time(history, start, verdict)),
            Claim(title, words, f"item:{launch.item_id}", touched=touched, data=data),
        )
        return replace(finding, severity=max(Severity.medium, finding.severity))


def _starts(history: History) -> list[Start]:
    """Every launch in the history with its exposure so far, oldest first."""
    series = {one.slice: one for one in history.series(EXPOSURE)}
    total = series.get(EVERYONE)
    if total is None or not np.isfinite(total.values[-1]):
        return []
    starts = []
    for launch in history.launches():
        mine = series.get(Slice((("item_id", launch.item_id),)))
        first = _first_whole(history, launch.at)
        if mine is None or first is None or not np.isfinite(mine.values[first]):
            continue
        shown = np.nan_to_num(mine.values[first : first + FOLLOWED])
        starts.append(Start(launch, first, tuple(shown), tuple(np.nan_to_num(total.values[first : first + FOLLOWED]))))
    return sorted(starts, key=lambda start: start.first)


def _first_whole(history: History, at: datetime | None) -> int | None:
    return next((i for i, window in enumerate(history.windows) if at is not None and window.start >= at), None)


def _lacks(facts: Mapping[str, Any]) -> list[str]:
    """What the catalogue says is not set up."""
    return [words for field, words in SET_UP.items() if field in facts and facts[field] in (None, False, "", 0)]


def _in_time(history: History, start: Start, verdict: Judgement) -> Judgement:
    """The judgement with the item's own beginning as its onset; launches of others make no timeline."""
    return replace(verdict, onset=history.windows[start.first].start, points=())
