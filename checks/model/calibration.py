"""M04: scores that promise more, or less, than members then choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from checks.base import About, Finding, History, Measure, Point, Schema
from checks.evidence import Claim, Judged, judge_all, make_finding, model_subject, narrow
from checks.judging import Judge, Judgement
from checks.probability import is_probability, probability_measures, ratio_series
from checks.wording import number, where

OFF = float(np.log(1.15))  # foreseen over seen: 15 % more than usual, or as much less


class Calibration:
    """The model's chances no longer come true as often as they used to."""

    about = About(
        code="M04",
        title="Calibration",
        notices="Choices foreseen (the sum of the scores) over choices seen has moved away from its usual value, for "
        "everyone or in one slice. Judged only where scores have been chances: within 0 to 1, and right on the whole.",
        misses="Errors that cancel out within a slice (see M05 and M06). Lower positions are looked at less, and "
        "explored items are shown by chance: both are part of the usual ratio, so a change of page or of exploration "
        "moves it.",
        needs=("impressions.score", "outcomes.request_id"),
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """Mean score and share chosen by slice, log loss beside them; the share of scores that can be no chance."""
        return probability_measures(schema)

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """One finding a place."""
        if not is_probability(history):
            return []
        judged = judge_all(ratio_series(history), judge, "mean", ("up", "down"), OFF, False)
        return [self._tell(history, _as_ratio(one)) for one in narrow(judged)]

    def _tell(self, history: History, one: Judged) -> Finding:
        verdict, place = one.judgement, where(one.series.slice)
        more = verdict.direction == "up"
        title = f"Scores promise {'more' if more else 'less'} than members choose"
        usual = f"{number(verdict.low)} to {number(verdict.high)}"
        times = number(verdict.value)
        words = f"The scores{place} foresaw {times} times the choices that were made, usually {usual} times."
        return make_finding(self.about, history, one, Claim(title, words, model_subject(history)))


def _as_ratio(one: Judged) -> Judged:
    """What was judged as logarithms, as the ratios people read."""
    said = one.judgement
    value, expected, low, high = (float(np.exp(x)) for x in (said.value, said.expected, said.low, said.high))
    points = tuple(_point(point) for point in said.points)
    plain: Judgement = replace(said, value=value, expected=expected, low=low, high=high, points=points)
    return Judged(one.series, plain)


def _point(point: Point) -> Point:
    expected, low, high = (None if x is None else float(np.exp(x)) for x in (point.expected, point.low, point.high))
    return Point(point.at, float(np.exp(point.value)), expected, low, high)
