"""I01: titles that are shown far less after their launch than comparable titles were after theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from sqlalchemy import func

from checks.base import EVERYONE, About, Finding, History, Measure, Schema, Series, Severity, Slice
from checks.evidence import Claim, Judged, make_finding
from checks.judging import Judge, Judgement
from checks.starts import COMPARABLES, EXPOSURE, FOLLOWED, PLENTY, Start, Together, lacks, put_together, starts_of
from checks.wording import listed, times

LAUNCHED = f"{EXPOSURE}.launch"
LESS = 0.7  # of the exposure of comparable launches that must be lacking
SEVERAL = 2  # titles: one that is not shown has a trouble of its own
NAMED = 5  # titles


class ColdStart:
    """Launches that are not being shown."""

    about = About(
        code="I01",
        title="Cold start",
        notices="A title launched within the last seven windows has had far less exposure since than past launches had "
        "at the same age; it names the title, and what its set-up lacks. When most titles in their first seven windows "
        "are hardly shown in this one, it says that launched titles are, since that is no single title's trouble.",
        misses="Titles without a launch date; a whole generation of launches that all start badly, where none before "
        "went well; the right number of impressions shown to the wrong members.",
        needs=("items.launch_date", "impressions.item_id"),
        severity="At least medium: a launch happens once. Higher by the share of impressions it ought to have had.",
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """How often each newly launched item was shown."""
        schema.column("items", "launch_date")
        schema.column("impressions", "item_id")
        return [Measure(EXPOSURE, "impressions", "exposure", func.count(), func.count())]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """One finding for the launched titles together, where most of them have a trouble; and one a title."""
        starts = starts_of(history)
        last = len(history.windows) - 1
        found = self._judge_together(history, judge, starts) if starts else []
        for start in starts:
            age = last - start.first + 1
            if age <= FOLLOWED:
                before = [other for other in starts if other.first < start.first and len(other.shown) >= age]
                found += self._judge(history, judge, start, before[-30:], age)
        return found

    def _judge_together(self, history: History, judge: Judge, starts: Sequence[Start]) -> list[Finding]:
        total = np.nan_to_num(next(one.values for one in history.series(EXPOSURE) if one.slice == EVERYONE))
        all_of_them = put_together(starts, total)
        starved = [start for start, seen, due in all_of_them.young if seen <= (1 - LESS) * due]
        if len(starved) < SEVERAL or 2 * len(starved) <= len(all_of_them.young) or all_of_them.due[-1] < PLENTY:
            return []
        series = _against_due(history, all_of_them, total)
        verdict = judge.judge(series, "count", directions=("down",), floor=LESS)
        if verdict is None or not verdict.abnormal:
            return []
        return [self._tell_together(history, starved, Judged(series, verdict), all_of_them)]

    def _tell_together(self, history: History, starved: list[Start], one: Judged, together: Together) -> Finding:
        verdict, names = one.judgement, [start.name for start in starved]
        words = (
            f"The {len(together.young)} titles launched within the last {FOLLOWED} windows were shown "
            f"{times(verdict.value)} in this one, launches of their age usually {times(verdict.expected)}. "
            f"Hardly shown are {listed(names, NAMED)}."
        )
        touched = verdict.expected / max(1.0, float(one.series.n[-1]))
        claim = Claim("Launched titles are hardly shown", words, "items", touched=touched, data={"titles": names})
        finding = make_finding(self.about, history, one, claim)
        return replace(finding, severity=max(Severity.medium, finding.severity))

    def _judge(self, history: History, judge: Judge, start: Start, before: list[Start], age: int) -> list[Finding]:
        if len(before) < COMPARABLES:
            return []
        total = sum(start.of[:age])
        series = Series(
            LAUNCHED,
            Slice((("item_id", start.launch.item_id),)),
            tuple(history.windows[one.first] for one in [*before, start]),
            np.array([one.share(age) * total for one in [*before, start]]),
            np.full(len(before) + 1, total),
        )
        verdict = judge.judge(series, "count", directions=("down",), floor=LESS, least=COMPARABLES)
        if verdict is None:
            return []
        lacking = lacks(start.launch.facts)
        barred = bool(lacking) and verdict.value == 0 and verdict.expected >= PLENTY
        if not verdict.abnormal and not barred:
            return []
        return [self._tell(history, start, Judged(series, verdict), lacking)]

    def _tell(self, history: History, start: Start, one: Judged, lacking: list[str]) -> Finding:
        launch, verdict, name = start.launch, one.judgement, start.name
        title = f"{name} is hardly shown since its launch" if verdict.value else f"{name} has never been shown"
        words = (
            f"{name} was shown {times(verdict.value)} since its launch, comparable launches "
            f"{times(verdict.expected)} by then" + (f"; its set-up has {' and '.join(lacking)}." if lacking else ".")
        )
        data: dict[str, Any] = {"set_up": ", ".join(lacking), "owner": launch.facts.get("owner"), "title": launch.title}
        data["launched_at"] = launch.at
        touched = verdict.expected / max(1.0, float(one.series.n[-1]))
        finding = make_finding(
            self.about,
            history,
            Judged(one.series, _in_time(history, start, verdict)),
            Claim(title, words, f"item:{launch.item_id}", touched=touched, data=data),
        )
        return replace(finding, severity=max(Severity.medium, finding.severity))


def _against_due(history: History, together: Together, total: np.ndarray) -> Series:
    """What launched titles had in each window, as if as much had been due to them as in the last one."""
    known = together.due >= PLENTY
    ratio = np.divide(together.seen, together.due, out=np.full(len(total), np.nan), where=known)
    return Series(LAUNCHED, EVERYONE, tuple(history.windows[-len(total) :]), ratio * together.due[-1], total)


def _in_time(history: History, start: Start, verdict: Judgement) -> Judgement:
    """The judgement with the item's own beginning as its onset; launches of others make no timeline."""
    return replace(verdict, onset=history.windows[start.first].start, points=())
