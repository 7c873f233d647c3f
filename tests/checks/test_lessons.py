"""What people have called fine raises the bar, for a while; and who cries wolf is believed less."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from checks.base import EVERYONE, Slice
from checks.judge import HistoryJudge
from checks.judging import Judgement
from checks.lessons import REMEMBERED, CalledFine, Lessons, trust_of
from tests.checks.fakes import BUDGET, DAY, NORTH, SOUTH, START, daily, wobble

PLACE = Slice((("surface", "home"),))
NOW = START + 30 * DAY
HOLIDAY = CalledFine(7, "rows", EVERYONE, "down", value=1200.0, expected=2000.0, at=NOW)


def _judged(last: float, *fine: CalledFine, where: Slice = EVERYONE) -> Judgement:
    judge = HistoryJudge(BUDGET, lessons=Lessons({"rows": fine}))
    verdict = judge.judge(
        daily("rows", [*wobble(2000), last], where=where), "count", directions=("up", "down"), floor=0.3
    )
    assert verdict is not None
    return verdict


def test_the_same_again_is_no_longer_abnormal_and_something_worse_still_is() -> None:
    assert _judged(1200).abnormal
    assert not _judged(1200, HOLIDAY).abnormal
    assert _judged(900, HOLIDAY).abnormal


def test_it_says_nothing_of_the_other_direction() -> None:
    assert _judged(3200, HOLIDAY).abnormal


def test_it_is_forgotten_little_by_little() -> None:
    half = replace(HOLIDAY, at=NOW - REMEMBERED / 2)
    assert _judged(1200, half).abnormal
    assert HOLIDAY.strength(NOW) == 1
    assert half.strength(NOW) == pytest.approx(0.5)
    assert HOLIDAY.strength(NOW + REMEMBERED + timedelta(days=1)) == 0


def test_what_was_fine_in_one_region_is_fine_in_another_but_not_for_everyone_or_on_a_surface() -> None:
    there = replace(HOLIDAY, slice=NORTH)
    assert not _judged(1200, there, where=NORTH).abnormal
    assert not _judged(1200, there, where=SOUTH).abnormal
    assert _judged(1200, there).abnormal
    assert _judged(1200, there, where=PLACE).abnormal


def test_what_was_fine_for_everyone_is_fine_in_every_part() -> None:
    assert not _judged(1200, HOLIDAY, where=NORTH).abnormal


def test_a_check_earns_and_loses_its_share_by_how_its_incidents_were_closed() -> None:
    assert trust_of(0, 0) == 1
    assert trust_of(10, 0) > 1.2
    assert trust_of(0, 5) < 0.5
    judge = HistoryJudge(replace(BUDGET, trust={"D01": trust_of(0, 5), "D03": trust_of(10, 0)}))
    series = daily("rows", [1.0])
    wolf, sure, new = (judge.budget.alpha(series, code) for code in ("D01", "D03", "D02"))
    assert wolf < new < sure == judge.budget.share(1.0)
    assert judge.asked_by("D01").code == "D01"
