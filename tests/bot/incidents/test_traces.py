"""What a trouble in one place leaves in everyone's numbers belongs to it, as far as the place is large enough."""

from __future__ import annotations

from dataclasses import replace

from bot.incidents.causes import one_cause_or_many
from checks.base import Finding, Impact

from .faults import CHILD, FAULTS, NORTH, WEST, fewer, now

A_FIFTH = Impact(80, 400, 0.2)


def lost_in_west() -> Finding:
    """Nearly all rows of a region that had a fifth of all."""
    return replace(fewer("D01", WEST), value=56.0, expected=417.0, impact=A_FIFTH)


def unjoined(left: float) -> Finding:
    """Outcomes have no place where the row that says it is lost: everyone's rate falls."""
    return replace(fewer("D07"), value=left, expected=1.0)


def slow_in_north() -> Finding:
    return replace(now("S03", NORTH, value=388.0, expected=88.0), impact=A_FIFTH)


def test_outcomes_that_lost_their_lists_with_one_regions_rows_are_in_that_regions_thread() -> None:
    [cause] = one_cause_or_many([lost_in_west(), unjoined(0.76)])
    assert (cause.codes, cause.slice.key) == (("D01", "D07"), WEST)


def test_a_join_that_is_broken_for_more_than_the_region_had_is_a_cause_of_its_own() -> None:
    causes = one_cause_or_many([lost_in_west(), unjoined(0.4)])
    assert [cause.codes for cause in causes] == [("D01",), ("D07",)]


def test_rows_that_moved_under_another_label_are_not_lost_and_break_no_join() -> None:
    moved = [now("D11", CHILD, data={"from": "child", "to": "adult"}), fewer("D01", CHILD)]
    causes = one_cause_or_many([*moved, unjoined(0.9)])
    assert [cause.codes for cause in causes] == [("D11", "D01"), ("D07",)]


def test_lists_without_scores_and_candidates_are_what_slow_calls_leave_even_where_no_fallback_is_logged() -> None:
    [cause] = one_cause_or_many([now("S03"), now("M03", value=0.7), fewer("D01", "", "table:requests"), fewer("I03")])
    assert (cause.codes[0], cause.cause_class) == ("S03", "systems")
    assert len(one_cause_or_many([slow_in_north(), now("M03", NORTH, value=0.48)])) == 1


def test_slow_calls_in_one_region_explain_no_scores_lost_in_another_nor_everywhere() -> None:
    assert len(one_cause_or_many([slow_in_north(), now("M03", WEST, value=0.48)])) == 2
    assert len(one_cause_or_many([slow_in_north(), now("M03", value=0.48)])) == 2


def test_slow_calls_do_not_hide_a_model_whose_scores_have_shifted() -> None:
    causes = one_cause_or_many([now("S03"), *FAULTS["missing-value-bug"]])
    assert [cause.codes[0] for cause in causes] == ["S03", "M02"]


def test_fallback_lists_counted_for_everyone_are_the_slow_regions_as_far_as_it_is_large_enough() -> None:
    assert len(one_cause_or_many([slow_in_north(), now("S01", value=0.09, expected=0.0)])) == 1
    assert len(one_cause_or_many([slow_in_north(), now("S01", value=0.7, expected=0.0)])) == 2
