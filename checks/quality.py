"""Ranking quality on delayed outcomes, as measures that several checks look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from sqlalchemy import case, func

from .base import Measure, NotApplicable, Schema, Series
from .evidence import Judged, judge_all
from .judging import Judge
from .sql import histogram

NDCG = "quality.ndcg"
CHOSEN, UNCHOSEN = "score.chosen", "score.unchosen"
WORSE = 0.07  # relative fall of NDCG that matters ...
WORSE_AUC = 0.05  # ... and absolute fall of AUC


def quality_measures(schema: Schema) -> list[Measure]:
    """NDCG over lists with outcomes, and the scores of what was chosen and what was not; what can be had of them."""
    measures = []
    lists = schema.relations.get("lists", {})
    if "ndcg" in lists:
        ndcg = lists["ndcg"]
        slices = tuple(name for name in schema.slices if name in lists)
        measures.append(Measure(NDCG, "lists", "mean", func.avg(ndcg), func.count(ndcg), slices))
    labelled = schema.relations.get("labelled", {})
    if {"score", "chosen"} <= labelled.keys() and "score" in schema.edges:
        slices = tuple(name for name in schema.slices if name in labelled)
        for name, label in ((CHOSEN, 1), (UNCHOSEN, 0)):
            score = case((labelled["chosen"] == label, labelled["score"]))
            counts = histogram(score, schema.edges["score"])
            measures.append(Measure(name, "labelled", "histogram", counts, func.count(score), slices))
    if not measures:
        raise NotApplicable("outcomes cannot be joined to the lists that were shown: map outcomes.request_id")
    return measures


def auc_series(chosen: Sequence[Series], unchosen: Sequence[Series]) -> list[Series]:
    """AUC of the score against being chosen, by slice and window, from two histograms; n is how many were chosen.

    The chance that a chosen item's score is above an unchosen one's, ties (one bin) counting half.
    Hanley & McNeil, The meaning and use of the area under a ROC curve, 1982.
    """
    others = {series.slice: series for series in unchosen}
    return [_auc(series, others[series.slice]) for series in chosen if series.slice in others]


def _auc(chosen: Series, unchosen: Series) -> Series:
    good, bad = np.nan_to_num(chosen.values), np.nan_to_num(unchosen.values)
    pairs = good.sum(axis=1) * bad.sum(axis=1)
    won = (good * (np.cumsum(bad, axis=1) - bad / 2)).sum(axis=1)
    values = np.divide(won, pairs, out=np.full(len(pairs), np.nan), where=pairs > 0)
    return replace(chosen, measure="quality.auc", values=values, n=good.sum(axis=1))


def judge_quality(
    ndcg: Sequence[Series], auc: Sequence[Series], judge: Judge
) -> tuple[Sequence[Judged], Sequence[Judged]]:
    """NDCG and AUC judged for a fall."""
    return (
        judge_all(ndcg, judge, "mean", ("down",), WORSE, True),
        judge_all(auc, judge, "mean", ("down",), WORSE_AUC, False),
    )
