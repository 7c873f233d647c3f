"""S07: positions as they are logged, and how clicks fall off with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import case, func

from checks.base import About, Finding, History, Measure, NotApplicable, Schema, Series
from checks.curves import click_curves
from checks.derived import slices_in
from checks.evidence import Claim, Judged, judge_all, make_finding, narrow
from checks.judging import Judge
from checks.shift import Shift, measure_shift
from checks.sql import histogram, share_if
from checks.wording import percent, where

FIRSTS, GAPS = "positions.first", "positions.gaps"
SHOWN, CLICKED = "positions.shown", "positions.clicked"
STARTS = (-1.0, 0.0, 1.0, 2.0, 5.0, 10.0)  # a list begins at 0 or 1, or somewhere that deserves no finer bin
STARTED = ("-1 or below", "0", "1", "2", "3 to 5", "6 to 10", "11 or beyond")
PLACES = (0.0, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 30.0, 50.0)
OTHERWISE = 0.1  # of the lists
CLICKS = 100  # fewer make no curve
PSI, DISTANCE = 0.25, 0.1  # as for features (D06)

Numbers = NDArray[np.float64]


class Positions:
    """Where an item stood is logged otherwise, or the page shows it otherwise."""

    about = About(
        code="S07",
        title="Position curve",
        notices="Lists begin at another position than usual, or lack positions in between; or clicks are spread over "
        "the positions otherwise than in the last weeks (a page that hides its end, a log that counts otherwise).",
        misses="Positions that are all wrong in the same way since before the history began; fewer than 100 clicks a "
        "window for the curve.",
        needs=("impressions.position", "impressions.request_id", "outcomes.request_id"),
        owner="logging on call",
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """Where lists begin, whether they have gaps, impressions and clicks by position; all by slice."""
        schema.column("impressions", "position")
        measures = []
        lists, labelled = schema.relations.get("lists", {}), schema.relations.get("labelled", {})
        if "first_position" in lists:
            first, slices = lists["first_position"], slices_in(schema, "lists")
            lacks = share_if(lists["last_position"] - first + 1 > lists["size"])
            measures.append(Measure(FIRSTS, "lists", "histogram", histogram(first, STARTS), func.count(first), slices))
            measures.append(Measure(GAPS, "lists", "share", lacks, func.count(first), slices))
        if {"position", "chosen"} <= labelled.keys():
            at, slices = labelled["position"], slices_in(schema, "labelled")
            for name, place in ((SHOWN, at), (CLICKED, case((labelled["chosen"] == 1, at)))):
                counts = histogram(place, PLACES)
                measures.append(Measure(name, "labelled", "histogram", counts, func.count(place), slices))
        if not measures:
            raise NotApplicable("map impressions.request_id, or outcomes.request_id, in recsysops.toml")
        return measures

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """Positions that are logged otherwise; else a curve that has another shape."""
        counted = [one for one in history.series(FIRSTS) if one.values.shape[1:] == (len(STARTS) + 1,)]
        firsts = judge_all([_elsewhere(one) for one in counted], judge, "share", ("up",), OTHERWISE, False)
        found = [self._tell_first(history, one, counted) for one in narrow(firsts)]
        gaps = judge_all(history.series(GAPS), judge, "share", ("up",), OTHERWISE, False)
        found = found or [self._tell_gaps(history, one) for one in narrow(gaps)]
        return found or self._judge_curve(history, judge)

    def _judge_curve(self, history: History, judge: Judge) -> list[Finding]:
        curves = click_curves(history.series(SHOWN), history.series(CLICKED))
        shifts = [shift for series in curves if (shift := measure_shift(series, CLICKS)) is not None]
        by_place = {shift.distances.slice: shift for shift in shifts}
        moved = judge_all([shift.distances for shift in shifts], judge, "mean", ("up",), DISTANCE, False)
        clear = [(one, by_place[one.series.slice]) for one in narrow(moved)]
        return [self._tell_curve(history, one, shift) for one, shift in clear if shift.psi >= max(PSI, shift.noise)]

    def _tell_first(self, history: History, one: Judged, counted: Sequence[Series]) -> Finding:
        verdict, place = one.judgement, where(one.series.slice)
        counts = next(series for series in counted if series.slice == one.series.slice).values
        now, usual = (STARTED[int(np.argmax(row))] for row in (counts[-1], _usual(counts)))
        title = f"Positions begin at {now}" if now != usual else f"Not all lists begin at position {usual}"
        words = (
            f"{percent(verdict.value)} of lists{place} begin at another position than {usual}, "
            f"usually {percent(verdict.expected)}."
        )
        return make_finding(self.about, history, one, Claim(title, words, "positions", touched=one.gap))

    def _tell_gaps(self, history: History, one: Judged) -> Finding:
        verdict, place = one.judgement, where(one.series.slice)
        words = (
            f"{percent(verdict.value)} of lists{place} lack a position between their first and last, "
            f"usually {percent(verdict.expected)}."
        )
        return make_finding(self.about, history, one, Claim("Positions are missing", words, "positions", one.gap))

    def _tell_curve(self, history: History, one: Judged, shift: Shift) -> Finding:
        place = where(one.series.slice)
        moved = shift.latest - shift.pooled
        bin_ = int(np.argmax(np.abs(moved)))
        title = "Clicks fall off with position in another way"
        words = (
            f"Clicks{place} are spread over the positions otherwise than in the last weeks: positions {_span(bin_)} "
            f"draw {percent(shift.latest[bin_])} of them at equal exposure, usually {percent(shift.pooled[bin_])}."
        )
        data = {"usual": shift.pooled.tolist(), "now": shift.latest.tolist(), "psi": shift.psi}
        touched = float(np.abs(moved).sum() / 2)
        return make_finding(self.about, history, one, Claim(title, words, "positions", touched, data))


def _usual(counts: Numbers) -> Numbers:
    """The usual counts by bin, of the windows before the last."""
    usual: Numbers = np.median(np.nan_to_num(counts[:-1] if len(counts) > 1 else counts), axis=0)
    return usual


def _elsewhere(series: Series) -> Series:
    """The share of lists that begin elsewhere than most usually do."""
    counts = np.nan_to_num(series.values)
    rows = counts.sum(axis=1)
    most = counts[:, int(np.argmax(_usual(counts)))]
    shares = np.divide(rows - most, rows, out=np.full(len(rows), np.nan), where=rows > 0)
    return replace(series, values=shares, n=rows)


def _span(bin_: int) -> str:
    """Which positions a bin of `PLACES` holds."""
    if bin_ >= len(PLACES):
        return f"above {PLACES[-1]:.0f}"
    first = 0 if bin_ == 0 else int(PLACES[bin_ - 1]) + 1
    return f"{first} to {PLACES[bin_]:.0f}" if first < PLACES[bin_] else f"{first}"
