"""One thread per cause, for as long as it lasts, and again when it returns."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, select

from bot.incidents import keeping
from bot.incidents.causes import one_cause_or_many
from bot.store.sessions import Store
from bot.store.tables import Incident
from checks.base import Finding, Severity

from .making import DAY, ON_CALL, finding, judged, news_of, see, window

MISSING = "feature:genre_affinity"


def missing(day: int, since: int = 0, value: float = 0.1, severity: Severity = Severity.medium) -> Finding:
    return finding("D03", MISSING, "region=West", day=day, since=since, value=value, expected=0.0, severity=severity)


def only(session: Session) -> Incident:
    return session.exec(select(Incident)).one()


def test_a_cause_opens_an_incident_with_all_there_is_to_know(session: Session) -> None:
    [touched] = see(session, 0, missing(0), finding("M02"))
    assert touched.news == "opened"
    incident = touched.incident
    assert (incident.state, incident.channel, incident.codes) == ("open", "C1", ["D03", "M02"])
    assert incident.impact == {"members": 80, "impressions": 400, "share": 0.1}
    assert [entry.kind for entry in keeping.timeline(session, incident.id or 0)] == ["opened"]
    assert keeping.open_incidents(session) == [incident]


def test_running_a_window_twice_changes_nothing(store: Store) -> None:
    with store.session() as session:
        see(session, 0, missing(0), finding("M02"))
    with store.session() as session:
        before = only(session).model_dump()
        causes = one_cause_or_many([missing(0), finding("M02")])
        again = keeping.take_in(session, causes, window(0), window(0).end, "C1")
        again += keeping.settle(session, causes, window(0), window(0).end)
        assert news_of(again) == []
        assert only(session).model_dump() == before
        assert len(keeping.timeline(session, 1)) == 1


def test_a_persisting_faults_later_symptoms_join_its_thread(session: Session) -> None:
    see(session, 0, missing(0))
    assert news_of(see(session, 1, missing(1))) == []
    [joined] = see(session, 5, missing(5), finding("M06", day=5, value=0.2, expected=0.3))
    assert (joined.news, [found.code for found in joined.fresh]) == ("joined", ["M06"])
    assert only(session).codes == ["D03", "M06"]


def test_a_symptom_that_comes_alone_while_its_cause_is_open_joins_it_too(session: Session) -> None:
    see(session, 0, missing(0))
    [joined] = see(session, 1, finding("P01", where="region=West", day=1))
    assert joined.news == "joined"
    assert only(session).last_seen_at == window(1).end


def test_an_unrelated_fault_gets_a_thread_of_its_own(session: Session) -> None:
    see(session, 0, missing(0))
    assert news_of(see(session, 6, missing(6), finding("D03", "feature:popularity", day=6))) == ["opened"]
    assert len(keeping.open_incidents(session)) == 2


def test_when_the_root_is_seen_after_its_symptom_the_incident_is_named_anew_and_stays_one(session: Session) -> None:
    see(session, 0, finding("M02"))
    see(session, 1, finding("M02", day=1, since=0), missing(1, since=1))
    incident = only(session)
    assert incident.title == "genre_affinity is missing in 10 % of region=West"
    assert incident.open_key == incident.fingerprint == "missing|feature:genre_affinity|region=West"
    assert incident.onset == window(0).start


def test_a_diagnosis_is_not_overwritten_by_a_first_guess(session: Session) -> None:
    see(session, 0, finding("M02"))
    incident = only(session)
    incident.cause = "the West loader drops the column"
    keeping.note(session, 1, "diagnosed:1", "diagnosed", incident.cause, window(0).end)
    see(session, 1, finding("M02", day=1, since=0), missing(1, since=1))
    assert only(session).cause == "the West loader drops the column"


def test_it_is_news_when_it_gets_worse_and_the_title_keeps_up(session: Session) -> None:
    see(session, 0, missing(0))
    version = only(session).version
    [worse] = see(session, 1, missing(1, value=0.6, severity=Severity.critical))
    assert worse.news == "worse"
    assert worse.incident.title == "genre_affinity is missing in 60 % of region=West"
    assert (worse.incident.severity, worse.incident.version) == (4, version + 1)


def test_after_two_clean_windows_it_has_recovered_and_waits_for_a_person_to_resolve_it(session: Session) -> None:
    see(session, 0, missing(0))
    assert see(session, 1) == []
    [recovered] = see(session, 2)
    assert (recovered.news, recovered.incident.state) == ("recovered", "mitigated")
    assert see(session, 3) == []


def test_a_window_settled_twice_counts_once(session: Session) -> None:
    see(session, 0, missing(0))
    for _ in range(3):
        keeping.settle(session, [], window(1), window(1).end)
    judged(session, "D03", 1, "quiet")
    for _ in range(3):
        keeping.settle(session, [], window(1), window(1).end)
    assert only(session).clean_windows == 1


def test_a_window_that_its_check_could_not_judge_is_not_clean(session: Session) -> None:
    see(session, 0, missing(0))
    for day in (1, 2, 3):
        judged(session, "D03", day, "no-data")
        judged(session, "M02", day, "quiet")
        assert keeping.settle(session, [], window(day), window(day).end) == []
    assert (only(session).state, only(session).clean_windows) == ("open", 0)


def test_what_comes_back_after_it_recovered_reopens_in_the_same_thread(session: Session) -> None:
    for day in range(5):
        see(session, day, *([missing(day)] if day == 0 else []))
    [back] = see(session, 5, missing(5, since=5))
    assert (back.news, back.incident.state, back.incident.reopened) == ("reopened", "open", 1)


def test_a_resolved_incident_reopens_within_its_cool_down_and_not_after(session: Session) -> None:
    see(session, 0, missing(0))
    keeping.resolve(session, 1, ON_CALL, window(0).end, None)
    assert news_of(see(session, 2, missing(2, since=2))) == ["reopened"]
    keeping.resolve(session, 1, ON_CALL, window(2).end, None)
    assert news_of(see(session, 6, missing(6, since=6))) == ["opened"]
    assert [incident.id for incident in keeping.open_incidents(session)] == [2]


def test_the_window_in_which_it_was_resolved_does_not_reopen_it(session: Session) -> None:
    see(session, 0, missing(0))
    keeping.resolve(session, 1, ON_CALL, window(1).start + timedelta(hours=9), None)
    assert news_of(see(session, 1, missing(1), finding("M06", day=1, value=0.2, expected=0.3))) == []
    assert only(session).state == "resolved"


def test_a_snoozed_incident_is_recorded_in_silence_until_it_wakes(session: Session) -> None:
    see(session, 0, missing(0))
    keeping.snooze(session, 1, ON_CALL, window(0).end + 2 * DAY, "release day", window(0).end)
    quiet = see(session, 1, missing(1, severity=Severity.critical), finding("M02", day=1))
    assert news_of(quiet) == []
    assert only(session).codes == ["D03", "M02"]
    [woken] = keeping.wake(session, window(3).start)
    assert woken.snoozed_until is None
    assert news_of(see(session, 3, missing(3), finding("M06", day=3, value=0.2, expected=0.3))) == ["joined"]


def test_what_is_not_an_issue_stays_silent_and_closes_by_itself_once_it_is_gone(session: Session) -> None:
    see(session, 0, missing(0))
    keeping.not_an_issue(session, 1, ON_CALL, "we turned it off there", window(0).end)
    assert keeping.open_incidents(session) == []
    assert news_of(see(session, 1, missing(1, severity=Severity.critical))) == []
    assert news_of(see(session, 2) + see(session, 3)) == []
    assert only(session).state == "resolved"
    assert news_of(see(session, 4, missing(4, since=4))) == []


def test_two_workers_that_open_the_same_cause_open_one_incident(store: Store) -> None:
    causes = one_cause_or_many([missing(0)])
    with Session(store.engine) as slow:
        assert slow.exec(select(Incident)).all() == []  # it has looked, and found none
        with store.session() as quick:
            keeping.take_in(quick, causes, window(0), window(0).end, "C1")
        [late] = keeping.take_in(slow, causes, window(0), window(0).end, "C1")
        slow.commit()
    assert late.news == "seen"
    with store.session() as session:
        assert only(session).open_key is not None


def test_nothing_is_opened_when_the_callers_transaction_fails(store: Store) -> None:
    class Crash(Exception):
        pass

    try:
        with store.session() as session:
            see(session, 0, missing(0))
            raise Crash
    except Crash:
        pass
    with store.session() as session:
        assert session.exec(select(Incident)).all() == []
        assert news_of(see(session, 0, missing(0))) == ["opened"]


def test_a_launch_without_artwork_has_a_thread_beside_the_systems(session: Session) -> None:
    see(session, 0, missing(0))
    cold = finding("I01", "item:9", day=1, value=0.0, expected=40, data={"set_up": "no artwork"})
    assert news_of(see(session, 1, missing(1), cold)) == ["opened"]
    assert news_of(see(session, 2, missing(2), finding("I01", "item:12", day=2, value=0.0, expected=40))) == ["joined"]


def test_a_launch_starved_by_a_rollback_joins_the_mitigated_incident_without_reopening_it(session: Session) -> None:
    see(session, 0, missing(0))
    keeping.mitigate(session, 1, ON_CALL, "rolled back", window(0).end)
    [joined] = see(session, 1, finding("I01", "item:5", "item_id=5", day=1, value=0.0, expected=40))
    assert (joined.news, joined.incident.state) == ("joined", "mitigated")
    assert news_of(see(session, 2, missing(2, since=2))) == ["reopened"]


def test_an_item_with_an_incident_of_its_own_does_not_recover_when_a_wider_trouble_explains_it(
    session: Session,
) -> None:
    def cold(day: int) -> Finding:
        return finding("I01", "item:5", "item_id=5", day=day, since=0, value=0.0, expected=40)

    see(session, 0, cold(0))
    for day in (4, 5, 6):
        assert "recovered" not in news_of(see(session, day, cold(day), finding("S02", "lists", day=day, since=4)))
    assert [incident.state for incident in keeping.open_incidents(session)] == ["open"]


def test_a_wider_trouble_does_not_move_into_the_thread_of_a_launch_without_artwork(session: Session) -> None:
    def cold(day: int, item: int) -> Finding:
        data = {"set_up": "no artwork"} if item == 1 else {}
        return finding("I01", f"item:{item}", f"item_id={item}", day=day, value=0.0, expected=40, data=data)

    see(session, 0, cold(0, 1))
    assert news_of(see(session, 4, finding("S02", "lists", day=4), *(cold(4, item) for item in (1, 2, 3)))) == [
        "opened"
    ]
    see(session, 5, finding("S02", "lists", day=5, since=4), *(cold(5, item) for item in (1, 2, 3)))
    assert [incident.subject for incident in keeping.open_incidents(session)] == ["item:1", "lists"]
    assert {incident.clean_windows for incident in keeping.open_incidents(session)} == {0}


def test_a_window_that_a_hotfix_cuts_in_two_neither_renames_the_incident_nor_hides_its_size(session: Session) -> None:
    see(session, 0, missing(0, value=0.9))
    see(session, 1, missing(1, value=0.2))
    assert only(session).title == "genre_affinity is missing in 90 % of region=West"
    assert only(session).findings[0]["value"] == 0.9
    assert only(session).last_seen_at == window(1).end
    see(session, 2, missing(2, value=0.85))
    assert only(session).title == "genre_affinity is missing in 85 % of region=West"


def test_an_incident_about_one_item_is_about_several_as_soon_as_others_share_its_trouble(session: Session) -> None:
    def cold(day: int, item: int) -> Finding:
        return finding("I01", f"item:{item}", f"item_id={item}", day=day, since=0, value=0.0, expected=40)

    see(session, 0, cold(0, 1))
    assert only(session).subject == "item:1"
    see(session, 1, cold(1, 1), cold(1, 2))
    assert (only(session).subject, only(session).slice) == ("items", "")
    assert only(session).title == "2 items are hardly shown"
    see(session, 2, cold(2, 2))
    assert only(session).last_seen_at == window(2).end
