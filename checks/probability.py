"""Scores read as chances of being chosen: how many choices they foresaw, and how much they told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import special
from sqlalchemy import case, func

from .base import EVERYONE, History, Measure, NotApplicable, Schema, Series
from .numbers import only_real
from .sql import share_if

Numbers = NDArray[np.float64]

PREDICTED, OBSERVED, LOSS = "calibration.predicted", "calibration.observed", "calibration.log_loss"
OUTSIDE = "calibration.outside"
RATIO, ENTROPY = "calibration.ratio", "quality.entropy"  # made of the above
SURELY = 1e-6  # a chance of exactly 0 or 1 would cost infinitely much when it is wrong
STRAY = 0.001  # of the rows: scores outside 0 to 1 that may be a slip
PLAUSIBLE = float(np.log(2))  # a score that foresees more than twice, or less than half, as a rule is no chance
WINDOWS = 7  # of history that say whether it is one


def probability_measures(schema: Schema) -> list[Measure]:
    """Mean score, share chosen and mean log loss by slice, and the share of scores that can be no chance."""
    labelled = schema.relations.get("labelled", {})
    if not {"score", "chosen"} <= labelled.keys():
        raise NotApplicable("scores cannot be joined to what was chosen: map impressions.score and outcomes.request_id")
    slices = tuple(name for name in schema.slices if name in labelled)
    score = only_real(labelled["score"])
    chosen = case((score.is_not(None), labelled["chosen"]))
    chance = func.least(func.greatest(score, SURELY), 1 - SURELY)
    loss = case((chosen == 1, -func.ln(chance)), (chosen == 0, -func.ln(1 - chance)))
    rows = func.count(score)
    return [
        Measure(PREDICTED, "labelled", "mean", func.avg(score), rows, slices),
        Measure(OBSERVED, "labelled", "rate", func.avg(chosen), rows, slices),
        Measure(LOSS, "labelled", "mean", func.avg(loss), rows, slices),
        Measure(OUTSIDE, "labelled", "rate", share_if((score < 0) | (score > 1)), rows),
    ]


def ratio_series(history: History) -> list[Series]:
    """The logarithm of choices foreseen over choices seen, by slice and window; n is the larger of the two.

    Half a choice is added to both. Choices being few among many rows, the ratio wobbles by about one over the square
    root of n for chance alone. Predicted over observed: He et al., Practical lessons from predicting clicks on ads at
    Facebook, 2014.
    """
    made = []
    for one, foreseen, seen in _choices(history):
        values = np.where(np.isfinite(foreseen), np.log(np.maximum(foreseen, 0) + 0.5) - np.log(seen + 0.5), np.nan)
        made.append(replace(one, measure=RATIO, values=values, n=np.nan_to_num(np.fmax(foreseen, seen))))
    return made


def entropy_series(history: History) -> list[Series]:
    """Normalised entropy by slice and window: log loss over that of always foretelling the window's own choice rate.

    Below 1 the scores tell something; NaN where nothing (or everything) was chosen. He et al., Practical lessons from
    predicting clicks on ads at Facebook, 2014.
    """
    losses = {one.slice: one for one in history.series(LOSS)}
    made = []
    for one, foreseen, seen in _choices(history):
        if one.slice in losses:
            base = special.entr(one.values) + special.entr(1 - one.values)
            known = np.isfinite(base) & (base > 0)
            values = np.divide(losses[one.slice].values, base, out=np.full(len(base), np.nan), where=known)
            made.append(replace(one, measure=ENTROPY, values=values, n=np.nan_to_num(np.fmax(foreseen, seen))))
    return made


def is_probability(history: History) -> bool:
    """Whether history says that the score is a chance: always within 0 to 1, and as a rule about as often right."""
    outside = next((one.values[:-1] for one in history.series(OUTSIDE) if one.slice == EVERYONE), None)
    ratios = next((one.values[:-1] for one in ratio_series(history) if one.slice == EVERYONE), None)
    if outside is None or ratios is None or np.isfinite(ratios).sum() < WINDOWS:
        return False
    stray, off = (float(np.median(values[np.isfinite(values)])) for values in (np.nan_to_num(outside), ratios))
    return stray <= STRAY and abs(off) <= PLAUSIBLE


def _choices(history: History) -> list[tuple[Series, Numbers, Numbers]]:
    """Each slice's series of rows with how many choices were foreseen and seen, window by window."""
    predicted = {one.slice: one for one in history.series(PREDICTED)}
    return [
        (one, predicted[one.slice].values * one.n, one.values * one.n)
        for one in history.series(OBSERVED)
        if one.slice in predicted
    ]
