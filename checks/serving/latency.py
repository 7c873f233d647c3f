"""S03: calls that take longer than usual, or fail."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import String, cast, func

from checks.base import About, Finding, History, Measure, NotApplicable, Schema, Series
from checks.derived import slices_in
from checks.evidence import Claim, Judged, judge_all, make_finding, narrow
from checks.judging import Judge
from checks.quantiles import log_edges, quantile_series, share_above
from checks.sql import histogram, share_if
from checks.wording import number, percent, where

LATENCIES, ERRORS = "calls.latency", "calls.errors"
EDGES = log_edges(1.0, 100_000.0, 1.25)  # milliseconds
QUANTILES = {0.5: "Half of all calls{} take", 0.95: "One call in 20{} takes", 0.99: "One call in 100{} takes"}
LONGER = 0.5  # half as long again ...
LEAST = 20.0  # ... and by milliseconds that somebody could feel
MORE = 0.01  # of the calls: how many more fail


class Latency:
    """Members wait, or get nothing."""

    about = About(
        code="S03",
        title="Latency and errors",
        notices="The median, the 95th or the 99th percentile of the calls' latency has risen by half or more, or a "
        "larger share of calls fails; for everyone or in one slice.",
        misses="Calls that never reached the log; what the member's own device and network add.",
        needs=("calls.latency_ms", "calls.error"),
        owner="serving on call",
        severity="The share of calls that are slower than they would usually be, or that fail.",
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """A histogram of latencies with log-spaced edges, and the share of calls with an error; by slice."""
        schema.column("calls", "ts")
        columns, slices = schema.relations["calls"], slices_in(schema, "calls")
        measures = []
        if "latency_ms" in columns:
            took = columns["latency_ms"]
            measures.append(Measure(LATENCIES, "calls", "histogram", histogram(took, EDGES), func.count(took), slices))
        if "error" in columns:
            failed = columns["error"].is_not(None) & (cast(columns["error"], String) != "")
            measures.append(Measure(ERRORS, "calls", "rate", share_if(failed), func.count(), slices))
        if not measures:
            raise NotApplicable("the calls table has neither a latency_ms nor an error column mapped")
        return measures

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """Where calls are slow, told by the lowest percentile that shows it; and where they fail."""
        counted = [one for one in history.series(LATENCIES) if one.values.shape[1:] == (len(EDGES) + 1,)]
        slow: list[Finding] = []
        for quantile in QUANTILES:
            judged = judge_all(
                [quantile_series(one, EDGES, quantile) for one in counted], judge, "quantity", ("up",), LONGER, True
            )
            clear = [one for one in narrow(judged, relative=True) if one.gap >= LEAST and not _is_told(one, slow)]
            slow += [self._tell(history, one, quantile, counted) for one in clear]
        failing = judge_all(history.series(ERRORS), judge, "rate", ("up",), MORE, False)
        return slow + [self._tell_failing(history, one) for one in narrow(failing)]

    def _tell(self, history: History, one: Judged, quantile: float, counted: Sequence[Series]) -> Finding:
        verdict, place = one.judgement, where(one.series.slice)
        title = "Calls take longer" if quantile == 0.5 else "Some calls take far longer"
        words = (
            f"{QUANTILES[quantile].format(place)} {number(round(verdict.value))} ms or longer, "
            f"usually {number(round(verdict.expected))} ms."
        )
        counts = next(series for series in counted if series.slice == one.series.slice).values[-1]
        above = share_above(counts, EDGES, verdict.expected)
        claim = Claim(title, words, "calls", touched=max(0.0, above - (1 - quantile)) / quantile)
        return make_finding(self.about, history, one, claim)

    def _tell_failing(self, history: History, one: Judged) -> Finding:
        verdict, place = one.judgement, where(one.series.slice)
        words = f"{percent(verdict.value)} of calls{place} failed, usually {percent(verdict.expected)}."
        return make_finding(self.about, history, one, Claim("More calls fail", words, "calls", touched=one.gap))


def _is_told(one: Judged, found: Sequence[Finding]) -> bool:
    """Whether a lower percentile says it already, of this place or one around or inside it."""
    here = one.series.slice
    return any(finding.slice.contains(here) or here.contains(finding.slice) for finding in found)
