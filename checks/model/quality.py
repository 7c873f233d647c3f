"""M06: how well the ranking foresees what members choose."""

from __future__ import annotations

from collections.abc import Sequence

from checks.base import About, Finding, History, Measure, Schema
from checks.evidence import Claim, Judged, judge_all, make_finding, model_subject, narrow
from checks.judging import Judge
from checks.quality import CHOSEN, NDCG, UNCHOSEN, auc_series, judge_quality, quality_measures
from checks.recall import RECALL, recall_measures
from checks.wording import number, percent, where

MEANING = {
    "NDCG": "what members choose stands lower in their lists",
    "AUC": "what members choose scores less often above what they pass over",
}
LESS_FOUND = 0.10  # of outcomes: how many fewer come from a list


class RankingQuality:
    """What members choose is ranked less well than usual."""

    about = About(
        code="M06",
        title="Ranking quality on delayed outcomes",
        notices="NDCG of the lists that led to something, AUC of the score against what was chosen, or the share of "
        "choices that came from a list at all, has fallen; for everyone or in one slice.",
        misses="A fall that outcomes show only after the window has been judged; people whom bad lists drove away.",
        needs=("outcomes.request_id", "impressions.request_id"),
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """NDCG, the two score histograms that AUC is made of, and recall; all by slice."""
        return [*quality_measures(schema), *recall_measures(schema)]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """One finding a metric and place."""
        auc = auc_series(history.series(CHOSEN), history.series(UNCHOSEN))
        by_ndcg, by_auc = judge_quality(history.series(NDCG), auc, judge)
        recall = judge_all(history.series(RECALL), judge, "rate", ("down",), LESS_FOUND, False)
        found = [self._tell(history, one, "NDCG") for one in narrow(by_ndcg, relative=True)]
        found += [self._tell(history, one, "AUC") for one in narrow(by_auc)]
        return found + [self._unfound(history, one) for one in narrow(recall)]

    def _tell(self, history: History, one: Judged, metric: str) -> Finding:
        verdict, place = one.judgement, where(one.series.slice)
        title = f"Ranking is worse than usual ({metric})"
        usual = f"{number(verdict.low)} to {number(verdict.high)}"
        words = f"{metric}{place} is {number(verdict.value)}, usually {usual}: {MEANING[metric]}."
        return make_finding(self.about, history, one, Claim(title, words, model_subject(history)))

    def _unfound(self, history: History, one: Judged) -> Finding:
        verdict, place = one.judgement, where(one.series.slice)
        title = "Fewer choices come from the lists"
        words = f"{percent(verdict.value)} of choices came from a list{place}, usually {percent(verdict.expected)}."
        claim = Claim(title, words, model_subject(history), touched=abs(one.gap))
        return make_finding(self.about, history, one, claim)
