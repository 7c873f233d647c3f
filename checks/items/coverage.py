"""I03: how much of the catalogue is shown at all."""

from __future__ import annotations

from collections.abc import Sequence

from checks.base import EVERYONE, About, Finding, History, Measure, Schema
from checks.evidence import Claim, Judged, find_abnormal, judge_all, make_finding
from checks.judging import Judge
from checks.mix import FEWER, SHOWN, shown_measure
from checks.wording import count, percent


class Coverage:
    """Far fewer different items are shown."""

    about = About(
        code="I03",
        title="Catalogue coverage",
        notices="The number of different items shown in a window has fallen by a quarter or more.",
        misses="A fall spread over weeks; a few items that vanish (see I01); items shown, but hardly ever.",
        needs=("impressions.item_id",),
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """About how many different items were shown."""
        return [shown_measure(schema)]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """At most one."""
        judged = judge_all(history.series(SHOWN), judge, "count", ("down",), FEWER, True)
        return [self._tell(history, one) for one in find_abnormal(judged) if one.series.slice == EVERYONE]

    def _tell(self, history: History, one: Judged) -> Finding:
        verdict = one.judgement
        share = abs(one.gap) / max(verdict.expected, 1)
        title = f"{percent(share)} fewer titles are shown than usual"
        words = f"{count(verdict.value)} titles were shown, usually {count(verdict.low)} to {count(verdict.high)}."
        return make_finding(self.about, history, one, Claim(title, words, "items", touched=share))
