"""S02: lists that are empty, or shorter than usual."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from sqlalchemy import func

from checks.base import About, Finding, History, Measure, Schema, Series
from checks.evidence import Claim, Judged, judge_all, make_finding, narrow
from checks.judging import Judge
from checks.sql import histogram
from checks.wording import percent, where

SIZES = "lists.sizes"
EDGES = (0.0, *(float(size) for size in range(1, 21)), 25.0, 30.0, 40.0, 50.0, 75.0, 100.0)
FULL = 0.25  # lists shorter than three quarters of all usual lists are short
MORE = 0.05  # of the lists


class ShortLists:
    """More lists are short than usual."""

    about = About(
        code="S02",
        title="Empty and short lists",
        notices="The share of lists shorter than the usual short ones has risen, for everyone or in one slice.",
        misses="Empty lists, where nothing at all is logged for them (see D01); full lists of poor items.",
        needs=("impressions.request_id",),
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """How many lists of each size, by slice."""
        size = schema.column("lists", "size")
        slices = tuple(name for name in schema.slices if name in schema.relations["lists"])
        return [Measure(SIZES, "lists", "histogram", histogram(size, EDGES), func.count(), slices)]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """Where more lists are short."""
        short = [_shares(series) for series in history.series(SIZES) if series.values.ndim == 2]
        judged = judge_all(short, judge, "rate", ("up",), MORE, False)
        return [self._tell(history, one) for one in narrow(judged)]

    def _tell(self, history: History, one: Judged) -> Finding:
        verdict, place = one.judgement, where(one.series.slice)
        title = "Lists are short"
        words = (
            f"{percent(verdict.value)} of lists{place} are shorter than three lists in four usually are; as a rule "
            f"{percent(verdict.expected)} are."
        )
        return make_finding(self.about, history, one, Claim(title, words, "lists", touched=one.gap))


def _shares(series: Series) -> Series:
    """The share of lists in the bins below the usual lower quartile of sizes."""
    counts = np.nan_to_num(series.values)
    rows = counts.sum(axis=1)
    usual = np.cumsum(np.median(counts[:-1], axis=0)) if len(counts) > 1 else np.cumsum(counts[0])
    first_full = int(np.searchsorted(usual, FULL * usual[-1])) if usual[-1] > 0 else 0
    below = counts[:, :first_full].sum(axis=1)
    shares = np.divide(below, rows, out=np.full(len(rows), np.nan), where=rows > 0)
    return replace(series, values=shares, n=rows)
