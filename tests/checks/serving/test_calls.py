"""S01 fallback rate, S03 latency and errors: what the access log tells."""

from typing import Any

import numpy as np
import pytest
from sqlalchemy import ColumnElement, DateTime, String, column

from checks.base import EVERYONE, Schema, Series, Severity, Slice
from checks.quantiles import quantile_series, share_above
from checks.serving.fallback import FALLBACKS, FallbackRate
from checks.serving.latency import EDGES, ERRORS, LATENCIES, Latency
from tests.checks.fakes import NORTH, SOUTH, FakeHistory, a_judge, a_schema, daily, wobble


def _latencies(today: float = 80.0, slow: float = 0.0, calls: int = 600, where: Slice = EVERYONE) -> Series:
    """Log-normal latencies around 80 ms for 29 days; today around another middle, a share of them ten times slower."""
    rng = np.random.default_rng(4)

    def counts(middle: float, share: float) -> np.ndarray:
        took = middle * np.exp(0.4 * rng.normal(size=calls)) * np.where(rng.random(calls) < share, 10.0, 1.0)
        return np.bincount(np.searchsorted(EDGES, took), minlength=len(EDGES) + 1).astype(float)

    return daily(LATENCIES, np.array([counts(80.0, 0.0) for _ in range(29)] + [counts(today, slow)]), calls, where)


def test_s01_stays_quiet_while_few_calls_fall_back() -> None:
    history = FakeHistory([daily(FALLBACKS, [*wobble(0.01, 29, 0.2), 0.018], 900)])
    assert FallbackRate().findings(a_schema(), history, a_judge()) == []


def test_s01_fires_where_calls_fall_back() -> None:
    parts = ((EVERYONE, 0.11, 900), (NORTH, 0.41, 230), (SOUTH, 0.01, 670))
    series = [daily(FALLBACKS, [*wobble(0.01, 29, 0.2), today], n, where) for where, today, n in parts]
    (finding,) = FallbackRate().findings(a_schema(), FakeHistory(series), a_judge())
    assert (finding.slice, finding.subject) == (NORTH, "calls")
    assert "41 % of calls in region North were answered with a fallback list" in finding.words


def test_s03_stays_quiet_while_latency_wobbles() -> None:
    history = FakeHistory([_latencies(), daily(ERRORS, wobble(0.002, 30, 0.3), 600)])
    assert Latency().findings(a_schema(), history, a_judge()) == []


def test_s03_fires_when_all_calls_take_longer() -> None:
    (finding,) = Latency().findings(a_schema(), FakeHistory([_latencies(200.0)]), a_judge())
    assert finding.title == "Calls take longer"
    assert finding.words.startswith("Half of all calls take 2")
    assert finding.severity == Severity.critical  # nearly every call is slower than half of them used to be


def test_s03_fires_when_only_the_slowest_calls_are_slower() -> None:
    (finding,) = Latency().findings(a_schema(), FakeHistory([_latencies(slow=0.12)]), a_judge())
    assert finding.title == "Some calls take far longer"
    assert finding.words.startswith("One call in 20 takes")
    assert finding.severity == Severity.medium  # an eighth of the calls


def test_s03_fires_when_more_calls_fail() -> None:
    history = FakeHistory([_latencies(), daily(ERRORS, [*wobble(0.002, 29, 0.3), 0.09], 600)])
    (finding,) = Latency().findings(a_schema(), history, a_judge())
    assert finding.words == "9.0 % of calls failed, usually 0.2 %."


def test_a_percentile_of_a_handful_of_calls_is_not_told() -> None:
    assert np.isnan(quantile_series(_latencies(calls=90), EDGES, 0.95).values).all()
    assert np.isfinite(quantile_series(_latencies(calls=110), EDGES, 0.95).values).all()


@pytest.mark.parametrize("quantile", [0.5, 0.9, 0.99])
def test_percentiles_of_a_histogram_are_those_of_the_values(quantile: float) -> None:
    took = 120 * np.exp(0.6 * np.random.default_rng(1).normal(size=20_000))
    counts = np.bincount(np.searchsorted(EDGES, took), minlength=len(EDGES) + 1).astype(float)
    told = quantile_series(daily("x", counts[None, :]), EDGES, quantile)
    assert told.values[0] == pytest.approx(np.quantile(took, quantile), rel=0.03)
    assert share_above(counts, EDGES, float(np.quantile(took, quantile))) == pytest.approx(1 - quantile, abs=0.01)


def test_the_percentile_of_calls_beyond_every_edge_is_the_last_edge() -> None:
    counts = np.zeros(len(EDGES) + 1)
    counts[-1] = 100
    assert quantile_series(daily("x", counts[None, :]), EDGES, 0.5).values[0] == pytest.approx(EDGES[-1])


def test_a_fallback_may_be_told_by_its_name() -> None:
    columns: dict[str, ColumnElement[Any]] = {"ts": column("ts", DateTime()), "fallback": column("fallback", String())}
    relations = {"calls": columns}
    (measure,) = FallbackRate().measures(Schema(relations, (), ()))
    assert "lower(fallback) NOT IN" in str(measure.value)
