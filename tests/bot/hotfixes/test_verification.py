"""Did it help? Only whole windows after the hotfix may say so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.hotfixes.verification import judge_verification
from checks.base import Finding, Window
from tests.bot.incidents.making import finding, window

LEAD = finding("D03", "feature:x", "region=West", value=0.3, expected=0.0)
APPLIED = window(1).start + timedelta(hours=2)
Seen = list[tuple[Window, list[Finding]]]


def bad(day: int, where: str = "region=West") -> tuple[Window, list[Finding]]:
    return window(day), [finding("D03", "feature:x", where, day=day, value=0.25, expected=0.0)]


def good(day: int) -> tuple[Window, list[Finding]]:
    return window(day), [finding("I01", "item:9", day=day)]


@pytest.mark.parametrize("seen", [[], [bad(0)], [bad(0), good(1)]])
def test_the_window_in_which_it_was_applied_says_nothing(seen: Seen) -> None:
    assert judge_verification(APPLIED, seen, [LEAD]) is None


def test_one_whole_window_without_the_leading_finding_is_enough_whatever_else_is_seen() -> None:
    verdict = judge_verification(APPLIED, [bad(1), good(2)], [LEAD])
    assert verdict is not None
    assert verdict.mended
    assert (verdict.before, verdict.after, verdict.windows) == (0.3, None, 1)
    assert "is as expected again after 1 whole window (was 0.3" in verdict.words


def test_two_windows_can_be_asked_for() -> None:
    assert judge_verification(APPLIED, [good(2)], [LEAD], needed=2) is None
    assert judge_verification(APPLIED, [bad(2), good(3)], [LEAD], needed=2) is None
    late = judge_verification(APPLIED, [bad(2), good(3), good(4)], [LEAD], needed=2)
    assert late is not None
    assert late.mended


def test_it_is_given_two_windows_before_it_has_failed_so_that_it_is_said_before_it_expires() -> None:
    assert judge_verification(APPLIED, [bad(2)], [LEAD]) is None
    verdict = judge_verification(APPLIED, [bad(3), bad(2, "region=North")], [LEAD])
    assert verdict is not None
    assert not verdict.mended
    assert (verdict.after, verdict.windows) == (0.25, 2)


def test_without_a_finding_there_is_nothing_to_verify_by() -> None:
    assert judge_verification(APPLIED, [good(2)], []) is None
