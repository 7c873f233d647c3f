"""From a request to its end: approved by somebody else, in force once, over in time, and all of it on record."""

from __future__ import annotations

import pytest
from sqlmodel import Session, col, select

from bot.hotfixes import applying
from bot.hotfixes.base import HotfixRefused, Preview
from bot.hotfixes.ending import end_in_time, over
from bot.hotfixes.rollback_model import RollbackModel
from bot.roles import Denied
from bot.slack.messages import Place
from bot.store.sessions import Store
from bot.store.tables import AuditEntry, Hotfix
from tests.bot.incidents.making import LEAD, ON_CALL, OUTSIDER, finding, window

from .fakes import DAY, NOW, Crash, FakeOverrides

ROLES = {"operator": [ON_CALL.key, LEAD.key], "approver": [LEAD.key, ON_CALL.key]}
PREVIEW = Preview("Version 2 would serve.", from_version="3", to_version="2", requests=4)
PLACE = Place("C1", thread_key="incident:1:card")


def ask(session: Session) -> Hotfix:
    params = {"model": "ranker", "version": "2"}
    return applying.request(session, RollbackModel(), params, PREVIEW, ON_CALL, None, PLACE, NOW, 2 * DAY)


def audit(session: Session) -> list[tuple[str, str]]:
    return [(entry.did, entry.who) for entry in session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))]


def in_force(session: Session, overrides: FakeOverrides) -> Hotfix:
    hotfix = ask(session)
    applying.approve(session, hotfix.id or 0, LEAD, ROLES, NOW)
    return applying.apply(session, hotfix.id or 0, overrides, NOW)


def test_the_whole_life_of_a_hotfix_is_on_record(session: Session) -> None:
    overrides = FakeOverrides()
    hotfix = in_force(session, overrides)
    assert (hotfix.state, hotfix.decided_by, hotfix.override_id) == ("applied", LEAD.key, "hotfix-1")
    assert overrides.told["hotfix-1"].params == {"model": "ranker", "version": "2"}
    assert overrides.told["hotfix-1"].expires_at == hotfix.expires_at == NOW + 2 * DAY
    applying.undo(session, 1, ON_CALL, ROLES, overrides, NOW + DAY)
    assert (hotfix.state, overrides.told) == ("undone", {})
    assert audit(session) == [
        ("requested", ON_CALL.key),
        ("approved", LEAD.key),
        ("applied", "recsysops"),
        ("undone", ON_CALL.key),
    ]


def test_a_late_approval_does_not_shorten_the_hotfix(session: Session) -> None:
    hotfix = ask(session)
    assert applying.approve(session, 1, LEAD, ROLES, NOW + DAY).expires_at == NOW + 3 * DAY
    assert hotfix.state == "approved"


def test_nobody_approves_their_own_request_and_the_attempt_is_on_record(store: Store) -> None:
    with store.session() as session:
        ask(session)
    with (
        pytest.raises(Denied, match="somebody else with the role approver must approve it; <@ULEAD> can"),
        store.session() as session,
    ):
        applying.approve(session, 1, ON_CALL, ROLES, NOW)
    with store.session() as session:
        assert audit(session)[-1] == ("denied", ON_CALL.key)
        assert applying.find_hotfix(session, 1).state == "requested"


def test_who_lacks_the_role_is_told_which_and_who_has_it_and_the_attempt_is_on_record(store: Store) -> None:
    with store.session() as session:
        ask(session)
    with pytest.raises(Denied, match=r"role approver .*<@ULEAD>"), store.session() as session:
        applying.approve(session, 1, OUTSIDER, ROLES, NOW)
    with pytest.raises(Denied, match=r"role approver .*<@ULEAD>"), store.session() as session:
        applying.refuse(session, 1, OUTSIDER, ROLES, "no", NOW)
    with store.session() as session:
        assert audit(session)[1:] == [("denied", OUTSIDER.key)] * 2


def test_of_two_approvers_the_second_is_told_who_was_first(store: Store) -> None:
    with store.session() as session:
        ask(session)
    roles = {"approver": [LEAD.key, OUTSIDER.key]}
    with Session(store.engine) as slow:
        assert applying.find_hotfix(slow, 1).state == "requested"
        with store.session() as quick:
            applying.approve(quick, 1, LEAD, roles, NOW)
        with pytest.raises(HotfixRefused, match="decided by <@ULEAD>: it is approved"):
            applying.approve(slow, 1, OUTSIDER, roles, NOW)


def test_a_stale_card_is_refused_and_a_decided_one_is_consumed(session: Session) -> None:
    hotfix = ask(session)
    with pytest.raises(HotfixRefused, match="has changed since"):
        applying.approve(session, 1, LEAD, ROLES, NOW, version=hotfix.version + 1)
    applying.refuse(session, 1, LEAD, ROLES, "not now", NOW, hotfix.version)
    with pytest.raises(HotfixRefused, match="it is refused"):
        applying.approve(session, 1, LEAD, ROLES, NOW)
    with pytest.raises(HotfixRefused, match="not approved"):
        applying.apply(session, 1, FakeOverrides(), NOW)


def test_the_requester_may_take_the_request_back(session: Session) -> None:
    ask(session)
    assert applying.refuse(session, 1, ON_CALL, {}, "never mind", NOW).state == "refused"


def test_applying_twice_applies_once(session: Session) -> None:
    overrides = FakeOverrides()
    before = in_force(session, overrides).model_dump()
    assert applying.apply(session, 1, overrides, NOW + DAY).model_dump() == before
    assert overrides.times == 1


def test_a_crash_after_serving_was_told_is_healed_by_applying_again(store: Store) -> None:
    overrides = FakeOverrides(crash_after=True)
    with store.session() as session:
        ask(session)
        applying.approve(session, 1, LEAD, ROLES, NOW)
    with pytest.raises(Crash), store.session() as session:
        applying.apply(session, 1, overrides, NOW)
    overrides.crash_after = False
    with store.session() as session:
        assert applying.find_hotfix(session, 1).state == "approved"
        assert applying.apply(session, 1, overrides, NOW + DAY / 24).state == "applied"
    assert list(overrides.told) == ["hotfix-1"]


def test_a_hotfix_ends_when_its_time_is_over_and_one_found_too_late_is_never_begun(session: Session) -> None:
    overrides = FakeOverrides()
    hotfix = in_force(session, overrides)
    assert over(session, NOW + DAY) == []
    assert over(session, NOW + 2 * DAY) == [1]
    assert end_in_time(session, 1, overrides, NOW + 2 * DAY) == hotfix
    assert (hotfix.state, overrides.told) == ("expired", {})
    assert end_in_time(session, 1, overrides, NOW + 3 * DAY) is None
    ask(session)
    applying.approve(session, 2, LEAD, ROLES, NOW)
    assert applying.apply(session, 2, overrides, NOW + 9 * DAY).state == "expired"
    assert overrides.told == {}


def test_a_request_that_nobody_decides_lapses_after_a_day_and_blocks_no_other(session: Session) -> None:
    hotfix = ask(session)
    assert over(session, NOW + DAY - DAY / 24) == []
    assert end_in_time(session, 1, None, NOW + DAY) == hotfix
    assert hotfix.state == "lapsed"
    with pytest.raises(HotfixRefused, match="it is lapsed"):
        applying.approve(session, 1, LEAD, ROLES, NOW + DAY)
    assert ask(session).state == "requested"


def test_an_approval_that_could_not_be_carried_out_within_an_hour_no_longer_holds(session: Session) -> None:
    overrides = FakeOverrides()
    ask(session)
    applying.approve(session, 1, LEAD, ROLES, NOW + DAY / 2)
    assert applying.apply(session, 1, overrides, NOW + DAY).state == "failed"
    assert overrides.told == {}
    assert audit(session)[-1] == ("failed", "recsysops")


def test_only_who_operates_may_undo_and_only_what_is_in_force(session: Session) -> None:
    overrides = FakeOverrides()
    in_force(session, overrides)
    with pytest.raises(Denied, match="role operator"):
        applying.undo(session, 1, OUTSIDER, ROLES, overrides, NOW)
    applying.undo(session, 1, LEAD, ROLES, overrides, NOW)
    with pytest.raises(HotfixRefused, match="is undone: there is nothing to take back"):
        applying.undo(session, 1, LEAD, ROLES, overrides, NOW)


def test_an_unknown_number_lists_the_newest(session: Session) -> None:
    ask(session)
    with pytest.raises(HotfixRefused, match=r"no hotfix 7\. The newest are: 1 \(rollback model, requested\)"):
        applying.approve(session, 7, LEAD, ROLES, NOW)


def test_verification_is_written_once_with_the_numbers_before_and_after(session: Session) -> None:
    bad = finding("M06", value=0.2, expected=0.3)
    hotfix = ask(session)
    applying.approve(session, 1, LEAD, ROLES, window(1).start)
    hotfix = applying.apply(session, 1, FakeOverrides(), window(1).start)
    assert applying.verify(session, 1, [], [bad], window(1).end) is None
    verdict = applying.verify(session, 1, [(window(1), [])], [bad], window(1).end)
    assert verdict is not None
    assert (hotfix.state, hotfix.verification["before"], hotfix.verification["windows"]) == ("verified", 0.2, 1)
    assert applying.verify(session, 1, [(window(2), [bad])], [bad], window(2).end) is None
