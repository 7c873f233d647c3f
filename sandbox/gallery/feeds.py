"""A weekly chart that is delivered whole, and the ways in which its delivery goes wrong: what the bot says of each."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.detection.policy import Policy
from bot.detection.runner import Detector
from bot.recommender.opening import open_recommender
from bot.settings import load
from bot.store.sessions import open_store
from checks.base import Finding
from checks.catalogue import EVERY_CHECK
from sandbox.recommender.clock import SandboxClock

DAY, WEEK = timedelta(days=1), timedelta(days=7)
FIRST = datetime(2026, 1, 7, 13, 30, tzinfo=UTC)  # a Wednesday
WEEKS = 7  # that came as they should
TITLES = 10
CONFIG = """
[feeds.weekly_chart]
path = "deliveries/*.tsv"
delivered = "name"
key = ["week", "rank"]
period = "week"
owner = "chart team"
"""
Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Mishap:
    """One delivery that goes wrong, the check that ought to say so, and how many days after it is looked."""

    code: str
    cause: str
    change: Callable[[Rows], Rows | None]  # None: nothing is delivered
    wait: timedelta = timedelta(0)


def every_mishap() -> list[Mishap]:
    """In code order."""
    return [
        Mishap("D02", "The chart that comes every Wednesday has not come by Friday.", lambda _: None, 2 * DAY),
        Mishap("D04", "The chart is delivered with hours renamed to views.", _rename),
        Mishap("D10", "The chart is delivered with another title in an old week, and as many rows as ever.", _retell),
    ]


def live_feed(mishap: Mishap) -> Finding | None:
    """Deliver the chart for some weeks, then wrongly; what the check says of it."""
    with tempfile.TemporaryDirectory(prefix="recsysops-gallery-") as place:
        folder = Path(place)
        (folder / "deliveries").mkdir()
        (folder / "recsysops.toml").write_text(CONFIG)
        settings, clock = load(folder / "recsysops.toml", {}), SandboxClock(FIRST)
        store = open_store(f"sqlite:///{folder / 'bot.db'}")
        detector = Detector(store, clock, open_recommender(settings), EVERY_CHECK, Policy.from_settings(settings))
        for week in range(WEEKS):
            _deliver(folder, _chart(week + 1), FIRST + week * WEEK)
        _judge(detector, clock, FIRST + (WEEKS - 1) * WEEK)
        at, rows = FIRST + WEEKS * WEEK, mishap.change(_chart(WEEKS + 1))
        if rows is not None:
            _deliver(folder, rows, at)
        found = _judge(detector, clock, at + mishap.wait)
        store.close()
        return next((finding for finding in found if finding.code == mishap.code), None)


def _judge(detector: Detector, clock: SandboxClock, day: datetime) -> tuple[Finding, ...]:
    clock.move_to(day.replace(hour=0, minute=30) + DAY)
    return tuple(detector.run(clock.now()).findings)


def _chart(weeks: int) -> Rows:
    """All weeks so far, in the order of publication."""
    mondays = [(FIRST + (week - 1) * WEEK).date().isoformat() for week in range(weeks)]
    return [
        {"week": monday, "rank": str(rank), "title": f"Title {rank}", "hours": str(1000 - 7 * rank)}
        for monday in mondays
        for rank in range(1, TITLES + 1)
    ]


def _deliver(folder: Path, rows: Rows, at: datetime) -> None:
    lines = ["\t".join(rows[0]), *("\t".join(row.values()) for row in rows)]
    (folder / "deliveries" / f"{at:%Y-%m-%dT%H-%M-%S}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _rename(rows: Rows) -> Rows:
    return [{("views" if name == "hours" else name): value for name, value in row.items()} for row in rows]


def _retell(rows: Rows) -> Rows:
    return [row | ({"title": "Another name"} if number == 3 else {}) for number, row in enumerate(rows)]
