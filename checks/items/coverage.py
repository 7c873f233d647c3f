"""I03: how much of the catalogue is shown at all."""

from __future__ import annotations

from collections.abc import Sequence

from checks.base import EVERYONE, About, Finding, History, Measure, Schema
from checks.evidence import Claim, Judged, find_abnormal, judge_all, make_finding, model_subject
from checks.judging import Judge
from checks.mix import FEWER, SHOWN, shown_measure
from checks.narrowing import Narrowing, find_narrowing, narrowing_measures
from checks.wording import count, percent


class Coverage:
    """Far fewer different items are shown."""

    about = About(
        code="I03",
        title="Catalogue coverage",
        notices="The number of different items shown in a window has fallen by a quarter or more; and whether each of "
        "the last versions of the index or the model showed fewer than the one before.",
        misses="A fall spread over weeks; a few items that vanish (see I01); items shown, but hardly ever.",
        needs=("impressions.item_id",),
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """About how many different items were shown; and, where that is logged, by which versions."""
        return [shown_measure(schema), *narrowing_measures(schema)]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """At most one."""
        judged = judge_all(history.series(SHOWN), judge, "count", ("down",), FEWER, True)
        return [self._tell(history, one) for one in find_abnormal(judged) if one.series.slice == EVERYONE]

    def _tell(self, history: History, one: Judged) -> Finding:
        verdict = one.judgement
        share = abs(one.gap) / max(verdict.expected, 1)
        title = f"{percent(share)} fewer titles are shown than usual"
        words = f"{count(verdict.value)} titles were shown, usually {count(verdict.low)} to {count(verdict.high)}"
        narrowing = find_narrowing(history, one.series)
        if narrowing is None:
            return make_finding(self.about, history, one, Claim(title, f"{words}.", "items", touched=share))
        claim = Claim(
            f"Each new version shows fewer titles, by now {percent(share)} fewer than usual",
            f"{words}; {_steps(narrowing)}.",
            "index" if narrowing.of_index else model_subject(history),
            touched=share,
            data={"narrowing": [version for version, _ in narrowing.levels]},
        )
        return make_finding(self.about, history, one, claim)


def _steps(narrowing: Narrowing) -> str:
    """How many titles each of the versions showed: "with index 9 it was 186, with 10 141 and with 11 110"."""
    kind = "index" if narrowing.of_index else "model version"
    told = [f"with {version} {count(level)}" for version, level in narrowing.levels]
    first = f"with {kind} {narrowing.levels[0][0]} it was {count(narrowing.levels[0][1])}"
    return f"{', '.join([first, *told[1:-1]])} and {told[-1]}"
