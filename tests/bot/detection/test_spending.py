"""The budget of a run: how many tests share it, and what closed incidents have taught."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.cards.spending import shared_by, spending_lines
from bot.detection.measurements import write
from bot.detection.policy import Policy
from bot.detection.spending import count_tests, read_learnt, read_spending, share_budget
from bot.recommender.contract import Measured
from bot.store.sessions import Store
from bot.store.tables import Incident, Resolution
from checks.base import EVERYONE, Finding, Severity, Slice, Window
from checks.records import finding_to_dict
from tests.bot.stores import session, store
from tests.checks.fakes import daily

__all__ = ["session", "store"]
NOW = datetime(2026, 3, 10, tzinfo=UTC)
DAY = timedelta(days=1)
WINDOW = Window(NOW - DAY, NOW)


def a_finding(value: float = 1200.0) -> Finding:
    return Finding(
        "D01", "Fewer rows", "", "table:impressions", "rows", EVERYONE, WINDOW, WINDOW.start,
        value, 2000.0, 1900.0, 2100.0, "down", 1200, 6.0, Severity.high,
    )  # fmt: skip


def add_incident(store: Store, number: int, cause: str | None = None, **facts: Any) -> None:
    base: dict[str, Any] = {"fingerprint": f"f{number}", "state": "resolved", "severity": 2, "title": "Fewer rows"}
    base |= {"cause": "c", "subject": "s", "codes": ["D01"], "findings": [finding_to_dict(a_finding())]}
    times = dict.fromkeys(("onset", "detected_at", "last_seen_at"), NOW - 3 * DAY)
    with store.session() as session:
        session.add(Incident(id=number, **{**base, **times, **facts}))
        session.flush()
        if cause is not None:
            session.add(Resolution(incident_id=number, cause=cause, fix="", at=NOW - DAY))


def measure(store: Store) -> None:
    def one(key: str, n: int, window: Window = WINDOW) -> Measured:
        return Measured("rows", Slice.parse(key), window, float(n), n)

    parts = [one("", 1000), *(one(f"region={name}", n) for name, n in (("N", 600), ("S", 400)))]
    with store.session() as session:
        write(session, [*parts, one("country=X", 1000)])
        write(session, [one("", 1000, Window(NOW - 2 * DAY, NOW - DAY))])


def test_every_test_of_the_window_has_its_part_and_together_they_keep_the_promise(store: Store) -> None:
    measure(store)
    with store.session() as session:
        tests, learnt = count_tests(session, WINDOW), read_learnt(session, NOW)
    budget = share_budget(Policy(), tests, learnt)
    assert tests.count == 4
    series = [daily("rows", [n], n, Slice.parse(key)) for key, n in
              (("", 1000), ("region=N", 600), ("region=S", 400), ("country=X", 1000))]  # fmt: skip
    spent = sum(budget.alpha(one) for one in series)
    assert 0.8 / 30 < spent <= 1 / 30


def test_an_incident_called_not_an_issue_teaches_its_size_and_costs_its_check_some_share(store: Store) -> None:
    add_incident(store, 1, not_an_issue=True, findings=[finding_to_dict(a_finding(v)) for v in (1400.0, 1100.0)])
    with store.session() as session:
        learnt = read_learnt(session, NOW)
    (fine,) = learnt.lessons.fine["rows"]
    assert (fine.incident, fine.value, fine.title) == (1, 1100.0, "Fewer rows")
    assert learnt.trust["D01"] < 1


def test_an_incident_with_a_cause_earns_its_check_some_share_and_one_without_teaches_nothing(store: Store) -> None:
    add_incident(store, 1, cause="the loader had stopped")
    add_incident(store, 2, cause="", codes=["D03"])
    add_incident(store, 3, codes=["D06"])
    with store.session() as session:
        learnt = read_learnt(session, NOW)
    assert set(learnt.trust) == {"D01"}
    assert learnt.trust["D01"] > 1
    assert not learnt.fine


def test_what_was_called_fine_long_ago_is_forgotten(store: Store) -> None:
    add_incident(store, 1, not_an_issue=True, last_seen_at=NOW - 120 * DAY)
    with store.session() as session:
        assert not read_learnt(session, NOW).fine


def test_status_says_how_many_share_the_budget_who_earned_it_and_what_is_ignored(store: Store) -> None:
    measure(store)
    add_incident(store, 1, not_an_issue=True)
    for number in range(2, 6):
        add_incident(store, number, cause="true", codes=["M06"])
    spending = read_spending(store, Policy(), NOW)
    assert "4 tests a window" in shared_by(spending)
    weights, ignored = spending_lines(spending)
    assert "earned by M06" in weights
    assert "lost by D01" in weights
    assert "Fewer rows (incident 1" in ignored
    told = spending.to_json()
    assert (told["tests"], told["ignored"][0]["incident"]) == (4, 1)
    assert told["chance_of_one"] == pytest.approx(spending.chance)


def test_a_new_installation_has_nothing_to_say_of_its_budget(store: Store) -> None:
    spending = read_spending(store, Policy(), NOW)
    assert (shared_by(spending), spending_lines(spending)) == ("", [])
