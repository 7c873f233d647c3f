"""A weekly ranking that is delivered whole: quiet for months, then each way in which deliveries go wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.detection.policy import Policy
from bot.detection.runner import Detector
from bot.recommender.opening import open_recommender
from bot.settings import load
from bot.store.sessions import open_store
from checks.base import Finding, Severity
from checks.data.duplicates import Duplicates
from checks.data.freshness import Freshness
from checks.data.restated import Restatement
from checks.data.schema import SchemaChange
from checks.data.volume import Volume
from tests.bot.detection.conftest import StoppedClock

DAY, WEEK = timedelta(days=1), timedelta(days=7)
FIRST = datetime(2026, 1, 7, 13, 30, tzinfo=UTC)  # a Wednesday
HEADER = ["week", "rank", "title", "hours"]
CONFIG = """
[feeds.ranking]
path = "deliveries/*.tsv"
delivered = "name"
key = ["week", "rank"]
period = "week"
owner = "chart team"
"""
Row = list[str]


def ranking(weeks: int) -> list[Row]:
    """All weeks so far, ten titles each, in the order of publication."""
    mondays = [(FIRST + (week - 1) * WEEK).date().isoformat() for week in range(weeks)]
    return [[monday, str(rank), f"Title {rank}", str(1000 - 7 * rank)] for monday in mondays for rank in range(1, 11)]


def as_text(rows: list[Row], header: Row = HEADER) -> str:
    return "\n".join("\t".join(row) for row in [header, *rows]) + "\n"


@dataclass
class Inbox:
    """The folder that deliveries come into, and the bot that watches it."""

    folder: Path
    detector: Detector
    clock: StoppedClock
    weeks: int = 0

    def deliver(self, text: str, at: datetime) -> None:
        (self.folder / "deliveries" / f"{at:%Y-%m-%dT%H-%M-%S}.tsv").write_text(text, encoding="utf-8")

    def judge(self, day: datetime) -> list[Finding]:
        """What the checks say of that day."""
        self.clock.at = day.replace(hour=0, minute=30) + DAY
        detection = self.detector.run(self.clock.at)
        assert {outcome.state for outcome in detection.outcomes} <= {"quiet", "finding", "warming-up", "no-data"}
        return list(detection.findings)

    def next_week(self, change: Callable[[list[Row]], list[Row]] = list) -> list[Finding]:
        """One more Wednesday with its delivery."""
        at = FIRST + self.weeks * WEEK
        self.weeks += 1
        self.deliver(as_text(change(ranking(self.weeks))), at)
        return self.judge(at)


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    """After seven quiet weeks."""
    (tmp_path / "deliveries").mkdir()
    (tmp_path / "recsysops.toml").write_text(CONFIG)
    store = open_store(f"sqlite:///{tmp_path / 'bot.db'}")
    settings, clock = load(tmp_path / "recsysops.toml", {}), StoppedClock(FIRST)
    checks = (Volume(), Freshness(), SchemaChange(), Duplicates(), Restatement())
    detector = Detector(store, clock, open_recommender(settings), checks, Policy.from_settings(settings))
    watched = Inbox(tmp_path, detector, clock)
    for _ in range(6):
        watched.deliver(as_text(ranking(watched.weeks + 1)), FIRST + watched.weeks * WEEK)
        watched.weeks += 1
    assert watched.next_week() == []
    yield watched
    store.close()


def test_weeks_that_come_as_ever_are_quiet_and_so_are_the_days_between(inbox: Inbox) -> None:
    assert inbox.next_week() == []
    for back in (1, 3, 6):
        assert inbox.judge(FIRST + (inbox.weeks - 1) * WEEK + back * DAY) == []


def test_a_delivery_a_day_late_is_no_alarm_and_one_that_stays_away_is(inbox: Inbox) -> None:
    due = FIRST + inbox.weeks * WEEK
    assert inbox.judge(due) == []
    (late,) = inbox.judge(due + 2 * DAY)
    assert (late.code, late.title) == ("D02", "ranking has not come")
    assert "is 9.4 days old; one usually comes every 7 days" in late.words
    assert late.data["owner"] == "chart team"


@pytest.mark.parametrize("body", ['<a href="https://example.org/moved">Moved Permanently</a>.\n\n', "null", ""])
def test_what_is_no_table_is_said_with_how_it_begins(inbox: Inbox, body: str) -> None:
    at = FIRST + inbox.weeks * WEEK
    inbox.deliver(body, at)
    (found,) = inbox.judge(at)
    assert (found.code, found.title) == ("D04", "What came as ranking is not a table")
    assert f'it begins "{body.split()[0][:10] if body else "nothing"}' in found.words
    assert found.severity is Severity.high


def test_after_what_was_no_table_the_next_whole_delivery_is_quiet(inbox: Inbox) -> None:
    inbox.deliver("null", FIRST + inbox.weeks * WEEK - DAY)
    assert inbox.judge(FIRST + inbox.weeks * WEEK - DAY)
    assert inbox.next_week() == []


def test_new_and_lost_columns_are_named(inbox: Inbox) -> None:
    at = FIRST + inbox.weeks * WEEK
    rows = [[week, rank, title, "12"] for week, rank, title, _ in ranking(8)]
    inbox.deliver(as_text(rows, ["week", "rank", "title", "views"]), at)
    (found,) = [one for one in inbox.judge(at) if one.code == "D04"]
    assert found.words == "ranking was delivered without hours and with views new."
    assert found.severity is Severity.high


def test_a_changed_title_in_an_old_week_is_a_restatement_though_the_rows_are_as_many(inbox: Inbox) -> None:
    def rename(rows: list[Row]) -> list[Row]:
        rows[3][2] = "Another name"
        return rows

    (found,) = inbox.next_week(rename)
    assert (found.code, found.severity) == ("D10", Severity.medium)
    assert found.words == "Compared with the delivery before, title changed in the week 2025-12-31."
    assert inbox.next_week(rename) == []  # it is the past now
    assert [one.code for one in inbox.next_week()] == ["D10"]  # and back again is a change too


def test_the_order_of_rows_means_nothing_and_an_old_week_may_leave_at_the_far_end(inbox: Inbox) -> None:
    assert inbox.next_week(lambda rows: rows[::-1]) == []
    assert inbox.next_week(lambda rows: rows[10:]) == []


def test_old_rows_that_vanish_are_said_though_new_ones_make_up_for_them(inbox: Inbox) -> None:
    def replace_a_week(rows: list[Row]) -> list[Row]:
        return rows[:20] + rows[30:] + [["2030-01-01", str(rank), "Filler", "1"] for rank in range(1, 11)]

    restated = [one for one in inbox.next_week(replace_a_week) if one.code == "D10"]
    assert "all rows of the week 2026-01-14 are gone" in restated[0].words


def test_half_a_delivery_and_rows_twice_are_said(inbox: Inbox) -> None:
    half = {one.code for one in inbox.next_week(lambda rows: rows[: len(rows) // 2])}
    assert {"D01"} <= half <= {"D01", "D02", "D10"}
    twice = {one.code for one in inbox.next_week(lambda rows: rows + rows[-10:])}
    assert "D05" in twice
