"""Quiet days are watched like any others; whatever opens in them is false, and is told in the card's words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sandbox.drill.records import NOTHING, Trial
from sandbox.drill.year import Year, live_years
from tests.sandbox.drill.making import DAY, card, quiet, sign


def test_false_incidents_are_told_by_quarter_check_and_seed() -> None:
    false = card(1, sign("S03", "serving", day=5))
    noisy = quiet(*[()] * 5, (false,), (false,), (replace(false, reopened=1),))
    told = Year("lab", 8, (noisy, quiet(*[()] * 8))).to_json()
    assert (told["false_incidents"], told["per_seed"], told["per_check"]) == (2, [2, 0], {"S03": 2})
    assert told["per_quarter"] == [0, 0, 1, 1]
    assert told["false_incidents_per_30_days"] == 30 * 2 / 16
    assert [(each["day"], each["again"]) for each in told["incidents"]] == [(6, False), (8, True)]
    assert told["incidents"][0]["words"] == "S03 says so"


def test_what_had_opened_before_the_year_is_not_counted() -> None:
    old = card(1, sign("S03", "serving"))
    year = Trial(NOTHING, "lab", 1, 0.0, quiet(()).start, DAY, (old,), quiet((old,)).windows)
    assert Year("lab", 1, (year,)).to_json()["false_incidents"] == 0


@pytest.mark.slow
def test_a_fortnight_with_a_retrain_is_lived_through() -> None:
    shares: list[float] = []
    year = live_years("lab", 1, 14, lambda _, share: shares.append(share), jobs=1)
    told = year.to_json()
    assert told["failed"] == {}
    assert year.trials[0].days == 14
    assert told["false_incidents"] <= 1
    assert shares[-1] == 1.0
