"""M10 canary against control."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from checks.base import EVERYONE, NotApplicable, Series, Severity, Slice
from checks.model.canary import Canary
from tests.checks.fakes import DAY, START, FakeHistory, a_judge, a_schema, daily, without, wobble

CANARY, CONTROL = Slice((("arm", "canary"),)), Slice((("arm", "control"),))
BIG, SMALL = (4000.0, 600.0), (100.0, 17.0)  # lists a day in the control, and in the canary


def _arms(measure: str, control: Sequence[float], canary: Sequence[float], lists: tuple[float, float]) -> list[Series]:
    """Both arms; the canary exists for as many last days as it has values."""
    missing = len(control) - len(canary)
    values, n = [*[np.nan] * missing, *canary], [0.0] * missing + [lists[1]] * len(canary)
    both = [daily(measure, control, lists[0], CONTROL), daily(measure, values, n, CANARY)]
    return [daily(measure, control, sum(lists), EVERYONE), *both]


def _hits(canary: Sequence[float], lists: tuple[float, float] = BIG) -> list[Series]:
    return _arms("arm.hits", wobble(0.5, 30, 0.01), canary, lists)


@pytest.mark.parametrize("lists", [BIG, SMALL], ids=["many lists", "few"])
@pytest.mark.parametrize("days", [1, 30], ids=["a new arm", "a standing one"])
def test_m10_stays_quiet_while_arms_are_alike(lists: tuple[float, float], days: int) -> None:
    history = FakeHistory(_hits(wobble(0.49, days, 0.03, seed=2), lists))
    assert Canary().findings(a_schema(), history, a_judge()) == []


def test_m10_stays_quiet_when_something_happens_to_all_arms_alike() -> None:
    series = _arms("arm.hits", [*wobble(0.5, 29, 0.01), 0.2], [*wobble(0.5, 29, 0.03, seed=2), 0.2], BIG)
    assert Canary().findings(a_schema(), FakeHistory(series), a_judge()) == []


def test_m10_stays_quiet_on_an_arm_that_was_always_a_little_worse() -> None:
    """Members of an arm may differ: its history says by how much."""
    assert Canary().findings(a_schema(), FakeHistory(_hits(wobble(0.4, 30, 0.01, seed=2))), a_judge()) == []


def test_m10_fires_on_a_new_arm_that_is_clearly_worse_from_its_first_day() -> None:
    history = FakeHistory(_hits([0.3]), shares={CANARY: 0.13})
    (finding,) = Canary().findings(a_schema(), history, a_judge())
    assert (finding.slice, finding.subject, finding.severity) == (CANARY, "model:ranker", Severity.medium)
    assert finding.title == "Fewer lists lead to a choice in arm canary"
    assert "30 % in arm canary" in finding.words
    assert "from arm control at the same time" in finding.words


def test_m10_fires_when_a_standing_arm_becomes_worse() -> None:
    history = FakeHistory(_hits([*wobble(0.5, 29, 0.01, seed=2), 0.3]))
    (finding,) = Canary().findings(a_schema(), history, a_judge())
    assert finding.onset == START + 29 * DAY
    assert finding.value == pytest.approx(0.3)


def test_m10_fires_on_a_small_arm_once_several_days_together_tell() -> None:
    for days, told in ((1, False), (7, True)):
        history = FakeHistory(_hits([*wobble(0.5, 30 - days, 0.02, seed=2), *[0.2] * days], SMALL))
        assert bool(Canary().findings(a_schema(), history, a_judge())) == told


def test_m10_fires_on_ndcg_by_its_spread_over_lists() -> None:
    sound, noisy = 0.25, 3.0
    for spread, told in ((sound, True), (noisy, False)):
        ndcg = _arms("arm.ndcg", wobble(0.7, 30, 0.005), [0.55], BIG)
        history = FakeHistory([*ndcg, *_arms("arm.ndcg_sd", [spread] * 30, [spread], BIG)])
        found = Canary().findings(a_schema(), history, a_judge())
        assert [finding.title for finding in found] == ["Ranking is worse in arm canary"] * told


def test_m10_fires_on_failing_calls_and_not_on_one_error() -> None:
    for today, told in ((1 / 600, 0), (0.06, 1)):
        history = FakeHistory(_arms("arm.errors", [0.0] * 30, [0.0] * 29 + [today], BIG))
        found = Canary().findings(a_schema(), history, a_judge())
        assert [finding.subject for finding in found] == ["calls"] * told


def _scores(canary: np.ndarray) -> list[Series]:
    usual = np.full((30, 10), 300.0)
    shown = [daily("arm.scores", usual, 3000, CONTROL), daily("arm.scores", np.tile(canary, (30, 1)), 500, CANARY)]
    overlap = daily("arm.overlap", [0.62] * 30, 500, CANARY)
    return [daily("arm.scores", usual, 3500), *shown, overlap]


def test_m10_fires_on_scores_of_another_scale_and_says_how_much_the_arms_share() -> None:
    mild, broken = np.linspace(20, 80, 10), np.array([500.0, *[0.0] * 9])
    assert Canary().findings(a_schema(), FakeHistory(_scores(mild)), a_judge()) == []
    (finding,) = Canary().findings(a_schema(), FakeHistory(_scores(broken)), a_judge())
    assert finding.onset == START
    assert "62 % of what it shows the other arms show as often" in finding.words


def test_m10_needs_arms() -> None:
    with pytest.raises(NotApplicable, match="arm"):
        Canary().measures(without(a_schema(), "impressions", "arm"))
