"""M02: scores that are distributed differently, or pile up at an end."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func

from checks.base import About, Finding, History, Measure, NotApplicable, Schema
from checks.evidence import Claim, Judged, judge_all, make_finding, model_subject, narrow
from checks.judging import Judge
from checks.mix import context_measures, is_new_version
from checks.quality import CHOSEN, NDCG, UNCHOSEN, auc_series, judge_quality, quality_measures
from checks.shift import MINIMUM_ROWS, Shift
from checks.shifts import measure_shifts
from checks.sql import histogram
from checks.wording import percent, where

SCORES = "score.histogram"
PSI = 0.2
NEW_VERSION_PSI = 0.4  # a new version may score on a scale of its own: only quality, or a break, makes that a fault
DISTANCE = 0.1
FEW, BREAK = 100, 2.0  # with so few rows only a break can be told
END = 0.4  # a first or last bin (usually a tenth of the rows) that holds this much is a floor or ceiling


class ScoreShift:
    """The model's scores have moved."""

    about = About(
        code="M02",
        title="Score distribution",
        notices="Scores are distributed differently from the pooled last weeks, or pile up at the lowest or highest "
        "values. A new version may move them mildly as long as ranking quality holds.",
        misses="A model that orders items badly with the same spread of scores (see M06).",
        needs=("impressions.score",),
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """A histogram of scores with learned edges, by slice; versions and quality to tell a retrain from a fault."""
        score = schema.column("impressions", "score")
        if "score" not in schema.edges:
            raise NotApplicable("the score column holds no numbers yet")
        slices = tuple(name for name in schema.slices if name in schema.relations["impressions"])
        counts = histogram(score, schema.edges["score"])
        return [Measure(SCORES, "impressions", "histogram", counts, func.count(score), slices), *_beside(schema)]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """Where scores have moved; with a new version only when quality suffers or the move is a break."""
        shifts = measure_shifts(history.series(SCORES), FEW)
        shifts = shifts.where((shifts.n >= MINIMUM_ROWS) | (shifts.psi >= BREAK))
        judged = judge_all(shifts.distances, judge, "mean", ("up",), DISTANCE, False)
        bar = NEW_VERSION_PSI if is_new_version(history) and not _worse(history, judge) else PSI
        moved = ((one, shifts.of(one.series.slice)) for one in narrow(judged))
        return [self._tell(history, one, shift) for one, shift in moved if _clears(shift, bar)]

    def _tell(self, history: History, one: Judged, shift: Shift) -> Finding:
        place = where(one.series.slice)
        end = _pile(shift)
        title = f"Scores pile up at the {end[0]}" if end else "Scores have moved"
        words = (
            f"Scores{place} are distributed differently than in the last weeks: stability index (PSI) {shift.psi:.2f}, "
            f"chance alone stays below {shift.noise:.2f}."
            + (f" {percent(end[1])} of them stand at the {end[0]}." if end else "")
        )
        data = {"psi": shift.psi, "noise": shift.noise, "usual": shift.pooled.tolist(), "now": shift.latest.tolist()}
        return make_finding(self.about, history, one, Claim(title, words, model_subject(history), data=data))


def _clears(shift: Shift, bar: float) -> bool:
    return shift.psi >= max(bar, shift.noise) or (_pile(shift) is not None and shift.psi >= shift.noise)


def _pile(shift: Shift) -> tuple[str, float] | None:
    """The end where scores pile up that did not before, with their share."""
    for end, bin_ in (("floor", 0), ("ceiling", -1)):
        if shift.latest[bin_] >= END and shift.latest[bin_] >= 2 * shift.pooled[bin_]:
            return end, float(shift.latest[bin_])
    return None


def _worse(history: History, judge: Judge) -> bool:
    auc = auc_series(history.series(CHOSEN), history.series(UNCHOSEN))
    return any(one.judgement.abnormal for half in judge_quality(history.series(NDCG), auc, judge) for one in half)


def _beside(schema: Schema) -> list[Measure]:
    """What helps to tell a retrain from a fault, as far as it can be had."""
    try:
        return [*context_measures(schema), *quality_measures(schema)]
    except NotApplicable:
        return context_measures(schema)
