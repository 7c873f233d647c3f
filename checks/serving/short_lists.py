"""S02: lists that are empty, or shorter than usual."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from sqlalchemy import func

from checks.base import About, Finding, History, Measure, NotApplicable, Schema, Series
from checks.derived import slices_in
from checks.evidence import Claim, Judged, judge_all, make_finding, narrow
from checks.judging import Judge
from checks.sql import count_if, histogram, share_if
from checks.wording import percent, where

SIZES, EMPTY = "lists.sizes", "calls.empty"
EDGES = (0.0, *(float(size) for size in range(1, 21)), 25.0, 30.0, 40.0, 50.0, 75.0, 100.0)
FULL = 0.25  # lists shorter than three quarters of all usual lists are short
MORE = 0.05  # of the lists: how many more are short ...
MORE_EMPTY = 0.01  # ... and how many more calls bring nothing at all


class ShortLists:
    """More lists are short than usual, or empty."""

    about = About(
        code="S02",
        title="Empty and short lists",
        notices="The share of lists shorter than the usual short ones has risen, or more calls than usual brought no "
        "item at all; for everyone or in one slice.",
        misses="Empty lists where there is no calls table: nothing is logged for them (see D01); full lists of poor "
        "items.",
        needs=("impressions.request_id", "calls.returned"),
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """How many lists of each size, and the share of answered calls that returned nothing; by slice."""
        measures = []
        if "size" in schema.relations.get("lists", {}):
            size = histogram(schema.column("lists", "size"), EDGES)
            measures.append(Measure(SIZES, "lists", "histogram", size, func.count(), slices_in(schema, "lists")))
        if "returned" in schema.relations.get("calls", {}):
            returned = schema.column("calls", "returned")
            known = returned.is_not(None)
            empty = share_if(returned == 0, among=known)
            measures.append(Measure(EMPTY, "calls", "rate", empty, count_if(known), slices_in(schema, "calls")))
        if not measures:
            raise NotApplicable("map impressions.request_id, or calls.returned, in recsysops.toml")
        return measures

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """Where more lists are short; where more calls bring nothing."""
        short = [_shares(series) for series in history.series(SIZES) if series.values.ndim == 2]
        judged = judge_all(short, judge, "share", ("up",), MORE, False)
        empty = judge_all(history.series(EMPTY), judge, "rate", ("up",), MORE_EMPTY, False)
        found = [self._tell_empty(history, one) for one in narrow(empty)]
        return found + [self._tell(history, one) for one in narrow(judged)]

    def _tell_empty(self, history: History, one: Judged) -> Finding:
        verdict, place = one.judgement, where(one.series.slice)
        words = f"{percent(verdict.value)} of calls{place} returned no item, usually {percent(verdict.expected)}."
        return make_finding(self.about, history, one, Claim("Lists are empty", words, "lists", touched=one.gap))

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
