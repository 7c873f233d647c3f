"""L04: what creeps towards its line is told before it is there, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from checks.base import Finding, NotApplicable, Severity
from checks.launches.breach import PredictedBreach
from checks.limits import Limits, find_crossing
from tests.checks.fakes import FakeHistory, a_judge, a_schema, daily


def findings(values: list[float], **limits: object) -> list[Finding]:
    name = next(iter(limits))
    schema = replace(a_schema(), limits=replace(Limits(), **limits))  # type: ignore[arg-type]
    return list(PredictedBreach().findings(schema, FakeHistory([daily(f"limit:{name}", values)]), a_judge()))


def noise(count: int, spread: float, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(scale=spread, size=count)


def test_l04_fires_days_before_the_line_is_crossed_and_says_when() -> None:
    [one] = findings(list(0.01 + np.clip(np.arange(-11, 10), 0, None) * 0.003 + noise(21, 0.0015)), fallback=0.05)
    assert one.title == "The share of fallback lists will cross 5.0 % on Friday 30 January"
    assert "(between " in one.words
    assert (one.subject, one.severity) == ("calls", Severity.medium)


@pytest.mark.parametrize("seed", range(5))
def test_l04_stays_quiet_for_what_wobbles_is_reset_or_has_its_weekdays(seed: int) -> None:
    steady = list(0.03 + noise(28, 0.004, seed))
    sawtooth = [3600.0 * (1 + day % 7) for day in range(28)]
    weekly = [900.0 if day % 7 > 4 else 700.0 for day in range(28)]
    assert findings(steady, fallback=0.05) == []
    assert findings(sawtooth, feature_age=timedelta(hours=7, minutes=30)) == []
    assert findings(weekly, rows=1000.0) == []


def test_l04_stays_quiet_once_the_line_is_crossed_and_while_it_is_weeks_away() -> None:
    assert findings(list(np.linspace(0.01, 0.06, 20)), fallback=0.05) == []
    assert findings(list(np.linspace(0.001, 0.006, 20)), fallback=0.05) == []


def test_l04_is_louder_the_day_before_and_speaks_of_ages_and_quotas_in_their_own_words() -> None:
    [age] = findings(list(np.linspace(3600, 7000, 15)), feature_age=timedelta(hours=2))
    assert age.severity is Severity.high
    assert "The age of the features as served will cross 2 h" in age.title
    [rows] = findings(list(np.linspace(500, 950, 15)), rows=1000.0)
    assert "will cross 1,000" in rows.title


def test_l04_says_what_to_write_where_no_line_is_drawn() -> None:
    schema = replace(a_schema(), limits=Limits(fallback=None))
    with pytest.raises(NotApplicable, match=r"\[limits\]"):
        PredictedBreach().measures(schema)


def test_the_line_is_crossed_within_the_interval_in_four_of_five_cases() -> None:
    inside = []
    for seed in range(150):
        rng = np.random.default_rng(seed)
        pace, level = rng.uniform(0.5, 1.5), 20.0
        values = level + pace * np.arange(-13, 1) + rng.normal(scale=1.2, size=14)
        line = level + pace * 5
        if (found := find_crossing(values, line, 9)) is not None:
            inside.append(found.earliest <= 5 <= found.latest)
    assert len(inside) > 100
    assert 0.7 <= np.mean(inside) <= 0.9


def test_chance_alone_hardly_ever_has_a_pace() -> None:
    told = [find_crossing(0.03 + noise(21, 0.004, seed), 0.05, 7) for seed in range(2000)]
    assert sum(one is not None for one in told) <= 2
