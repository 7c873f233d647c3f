"""M05: scores that tell less about what is chosen than they used to."""

from __future__ import annotations

from collections.abc import Sequence

from checks.base import About, Finding, History, Measure, Schema
from checks.evidence import Claim, Judged, judge_all, make_finding, model_subject, narrow
from checks.judging import Judge
from checks.probability import entropy_series, is_probability, probability_measures
from checks.wording import number, where

WORSE = 0.03  # relative rise that matters


class NormalisedEntropy:
    """The model's chances say less about what members choose."""

    about = About(
        code="M05",
        title="Normalised entropy",
        notices="The log loss of the scores, over that of a model that always foretells the average choice rate, has "
        "risen; for everyone or in one slice. It sees lost order and lost calibration alike. Judged only where scores "
        "have been chances.",
        misses="Scores that are no chances; slices with fewer than 30 choices a window.",
        needs=("impressions.score", "outcomes.request_id"),
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """The same as for calibration: one scan serves both."""
        return probability_measures(schema)

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """One finding a place."""
        if not is_probability(history):
            return []
        judged = judge_all(entropy_series(history), judge, "mean", ("up",), WORSE, True)
        return [self._tell(history, one) for one in narrow(judged, relative=True)]

    def _tell(self, history: History, one: Judged) -> Finding:
        verdict, place = one.judgement, where(one.series.slice)
        title = "Scores tell less about what is chosen"
        words = (
            f"Normalised entropy{place} is {number(verdict.value)}, usually {number(verdict.low)} to "
            f"{number(verdict.high)}; at 1 the scores would tell no more than the average choice rate."
        )
        return make_finding(self.about, history, one, Claim(title, words, model_subject(history)))
