"""What status counts: the same incidents as Slack lists, the newest word of each check, and never a green guess."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.cards.reading import status_said
from bot.health import Health, checks_of, health_of
from bot.incidents.timeline import open_incidents
from bot.store.sessions import Store
from bot.store.tables import CheckRun, Incident
from checks.catalogue import EVERY_CHECK
from tests.bot.stores import session, store

__all__ = ["session", "store"]
NOW = datetime(2026, 3, 10, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def run(store: Store, code: str, outcome: str, days_ago: int = 0) -> None:
    end = NOW.replace(hour=0) - days_ago * DAY
    with store.session() as session:
        session.add(CheckRun(code=code, window_start=end - DAY, window_end=end, outcome=outcome, at=NOW))


def add_incident(store: Store, **facts: Any) -> None:
    base: dict[str, Any] = {
        "fingerprint": "f",
        "open_key": "f",
        "state": "open",
        "severity": 2,
        "title": "t",
        "cause": "c",
    }
    times = dict.fromkeys(("onset", "detected_at", "last_seen_at"), NOW)
    with store.session() as session:
        session.add(Incident(**{**base, "subject": "s", "codes": ["D03"], **times, **facts}))


def look(store: Store) -> Health:
    return health_of(store, EVERY_CHECK, NOW, 1.0, DAY)


def test_a_false_alarm_is_open_nowhere(store: Store) -> None:
    add_incident(store, not_an_issue=True)
    add_incident(store, fingerprint="g", open_key="g")
    with store.session() as session:
        in_slack = [incident.id for incident in open_incidents(session)]
    assert [incident.id for incident in look(store).incidents] == in_slack == [2]


def test_of_each_check_only_the_newest_word_counts(store: Store) -> None:
    for days_ago in (0, 2, 1):
        run(store, "D03", "quiet" if days_ago == 0 else "failed", days_ago)
    run(store, "D01", "failed", 3)
    said = {state.code: state.outcome for state in checks_of(store, EVERY_CHECK)}
    assert (said["D03"], said["D01"], said["M06"]) == ("quiet", "failed", "not run yet")


def test_something_found_without_an_incident_is_not_healthy(store: Store) -> None:
    for check in EVERY_CHECK:
        run(store, check.about.code, "finding" if check.about.code == "D03" else "quiet")
    seen = look(store)
    assert status_said(seen).text.startswith(
        "1 check found something; no incident has been opened: is the bot running?"
    )
    assert seen.judged_until == NOW.replace(hour=0)


@pytest.mark.parametrize("told", [{"not_an_issue": True}, {"state": "resolved", "open_key": None, "resolved_at": NOW}])
def test_what_has_been_dealt_with_is_not_counted_as_untold(store: Store, told: dict[str, object]) -> None:
    run(store, "D03", "finding")
    add_incident(store, **told)
    assert look(store).untold == 0


def test_an_older_resolved_incident_tells_nothing_of_what_was_found_since(store: Store) -> None:
    run(store, "D03", "finding")
    add_incident(store, state="resolved", open_key=None, resolved_at=NOW - 3 * DAY)
    assert look(store).untold == 1
