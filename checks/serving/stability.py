"""S04: lists that change far more than usual, or no longer change."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sqlalchemy import case, func

from checks.base import EVERYONE, About, Finding, History, Measure, Schema, Series
from checks.derived import find_derived, slices_in
from checks.evidence import Claim, Judged, judge_all, make_finding, narrow
from checks.judging import Judge
from checks.wording import percent, where

ALL, SAME = "repeats.all", "repeats.same_version"
OTHERWISE = 0.15  # of the items
MOSTLY = 0.5  # of the windows must have lists of one version after another, to look at those alone
LACKING = "it is not known who saw which list: map impressions.member_id and impressions.request_id in recsysops.toml"


class Stability:
    """What members see is thrown over, or frozen."""

    about = About(
        code="S04",
        title="List stability",
        notices="The overlap (Jaccard) of the top ten of a member's list with their last one within seven days has "
        "fallen (noise in the scores, candidates that come and go) or risen (a stale cache) by 15 points or more; for "
        "everyone or in one slice. Where versions last, only lists of the same model version are compared: a new one "
        "may show other items.",
        misses="Members who come less often than once a week; lists that change as much as ever, for the worse.",
        needs=("impressions.member_id", "impressions.request_id"),
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """Mean overlap of all lists with the member's last, and of those by the same version; by slice."""
        columns, slices = find_derived(schema, "repeats", LACKING), slices_in(schema, "repeats")
        overlap = columns["jaccard"]
        same = case((columns["same"] == 1, overlap))
        return [
            Measure(ALL, "repeats", "mean", func.avg(overlap), func.count(overlap), slices),
            Measure(SAME, "repeats", "mean", func.avg(same), func.count(same), slices),
        ]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """Where lists repeat themselves otherwise than usual."""
        same = history.series(SAME)
        series = same if _lasts(same) else history.series(ALL)
        judged = judge_all(series, judge, "mean", ("up", "down"), OTHERWISE, False)
        return [self._tell(history, one) for one in narrow(judged)]

    def _tell(self, history: History, one: Judged) -> Finding:
        verdict, place = one.judgement, where(one.series.slice)
        frozen = verdict.direction == "up"
        title = "Lists hardly change any more" if frozen else "Lists change more than usual"
        words = (
            f"A member's list{place} shares {percent(verdict.value)} of its items with the one before, "
            f"usually {percent(verdict.low)} to {percent(verdict.high)}."
        )
        return make_finding(self.about, history, one, Claim(title, words, "lists", touched=abs(one.gap)))


def _lasts(same: Sequence[Series]) -> bool:
    """Whether versions serve long enough to compare lists of one version: not where each window has a new one."""
    everyone = next((series for series in same if series.slice == EVERYONE), None)
    return everyone is not None and bool(np.isfinite(everyone.values).mean() >= MOSTLY)
