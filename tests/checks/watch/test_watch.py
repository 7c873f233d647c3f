"""The bot watches itself: what it could not judge, say, promise or undo."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from checks.base import Finding, Severity, Window
from checks.vitals import Overdue, Run, Vitals
from checks.watch.outlived import Outlived
from checks.watch.overspent import Overspent
from checks.watch.unjudged import Unjudged
from checks.watch.unsent import Unsent
from tests.checks.fakes import START, days

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NOW = START + timedelta(days=10)
WELL = Vitals(Window(NOW - HOUR, NOW), {code: [Run(day, "quiet") for day in days(3)] for code in ("D01", "D02", "M06")})


def runs(*outcomes: str, words: str = "", overran: bool = False) -> list[Run]:
    return [Run(day, outcome, words, overran) for day, outcome in zip(days(len(outcomes)), outcomes, strict=True)]


def unjudged(**said: Sequence[Run]) -> Sequence[Finding]:
    return Unjudged().findings(replace(WELL, runs={**WELL.runs, **said}))


def test_w01_fires_once_for_all_checks_that_are_blind_for_the_same_reason() -> None:
    blind = runs("quiet", "failed", "failed", words="The impressions table is not whole.")
    (found,) = unjudged(D01=blind, D02=blind)
    assert found.title == "2 checks cannot judge"
    assert found.words == "D01, D02 could not judge 2 windows in a row. The impressions table is not whole."
    assert found.severity is Severity.high  # two of three
    assert found.onset == blind[1].window.start


def test_w01_fires_for_a_check_that_began_and_never_finished() -> None:
    (found,) = unjudged(M06=runs("quiet", "claimed", "claimed", overran=True))
    assert "M06 could not judge 2 windows in a row. It began and never finished." in found.words
    assert found.severity is Severity.medium


@pytest.mark.parametrize(
    "said",
    [
        runs("quiet", "failed"),  # once may be a file that is still being written
        runs("failed", "failed", "quiet"),
        runs("warming-up", "warming-up"),  # it is learning, and says so
        runs("not-applicable", "not-applicable"),
        runs("claimed", "claimed"),  # somebody is at it
    ],
)
def test_w01_stays_quiet_while_unknown_may_pass(said: list[Run]) -> None:
    assert not unjudged(D01=said)


def test_w02_fires_when_messages_wait_or_are_given_up() -> None:
    (waiting,) = Unsent().findings(replace(WELL, unsent=3, unsent_since=NOW - 2 * HOUR))
    assert waiting.words == "3 messages to Slack cannot be sent; the oldest has waited for 2 hours."
    assert waiting.onset == NOW - 2 * HOUR
    (dropped,) = Unsent().findings(replace(WELL, dropped=1))
    assert dropped.title == "Messages were given up"


def test_w02_stays_quiet_about_a_message_that_has_just_been_written() -> None:
    assert not Unsent().findings(replace(WELL, unsent=1, unsent_since=NOW - 5 * MINUTE))


def test_w03_fires_beyond_the_budget_and_names_who_spent_it() -> None:
    (found,) = Overspent().findings(replace(WELL, false_incidents={"D06": 2, "M04": 1}))
    assert 'called "Not an issue" (D06 2, M04 1); the budget is 1' in found.words


@pytest.mark.parametrize(("budget", "count"), [(1.0, 1), (0.2, 1), (3.0, 3)])
def test_w03_stays_quiet_within_the_budget(budget: float, count: int) -> None:
    assert not Overspent().findings(replace(WELL, budget=budget, false_incidents={"D06": count}))


def test_w04_fires_for_each_hotfix_that_is_still_in_force() -> None:
    (found,) = Outlived().findings(replace(WELL, overdue=[Overdue(7, "rollback model", NOW - 3 * HOUR)]))
    assert found.title == "Hotfix 7 (rollback model) outlived its expiry"
    assert "expired 3 hours ago and is still in force" in found.words


def test_w04_stays_quiet_until_the_next_ticks_have_had_their_chance() -> None:
    assert not Outlived().findings(replace(WELL, overdue=[Overdue(7, "rollback model", NOW - 5 * MINUTE)]))


@pytest.mark.parametrize("check", [Unjudged(), Unsent(), Overspent(), Outlived()])
def test_a_bot_that_is_well_or_has_only_just_begun_says_nothing(check: Unjudged) -> None:
    assert not check.findings(WELL)
    assert not check.findings(Vitals(WELL.window))
