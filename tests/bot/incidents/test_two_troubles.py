"""Two troubles over several days: what joins, what opens a thread of its own, and what may rename one."""

from __future__ import annotations

from sqlmodel import Session

from bot.incidents import keeping
from bot.incidents.causes import one_cause_or_many
from bot.incidents.keeping import Touched, settle, take_in
from bot.recommender.contract import Change
from bot.store.tables import Incident
from checks.base import Finding

from .faults import NORTH, WEST
from .making import finding, judged, news_of, see, sight, window

RATE, VISITS = "feature:item_rate", "feature:visits"


def missing(day: int, since: int = 0, where: str = WEST, subject: str = RATE) -> Finding:
    return finding("D03", subject, where, day=day, since=since, value=0.1, expected=0.0)


def fallen(code: str, day: int, since: int, where: str = "", subject: str = "") -> Finding:
    return sight(code, where, subject, day=day, since=since, fallen=True)


def leads(session: Session) -> list[tuple[int, str, list[str]]]:
    """Open incidents: number, subject of the leading finding, codes."""
    return [
        (each.id or 0, str(each.findings[0]["subject"]), list(each.codes)) for each in keeping.open_incidents(session)
    ]


def see_with(session: Session, day: int, changes: list[Change], *findings: Finding) -> list[Touched]:
    """A window in which people are known to have changed something."""
    when = window(day)
    for code in {found.code for found in findings}:
        judged(session, code, day, "finding")
    causes = one_cause_or_many(findings, changes)
    touched = take_in(session, causes, when, when.end, "C1")
    return touched + settle(session, causes, when, when.end)


def test_an_ingestion_stop_the_day_after_neither_hides_in_nor_renames_the_incident_there_is(session: Session) -> None:
    see(session, 0, finding("M02"), fallen("M06", 0, 0))
    stop = sight("D02", day=1, since=1)
    assert news_of(see(session, 1, stop, finding("M02", day=1, since=0), fallen("M06", 1, 0))) == ["opened"]
    assert leads(session) == [(1, "model:ranker", ["M02", "M06"]), (2, "table:impressions", ["D02"])]
    assert session.get_one(Incident, 1).title == "the scores of ranker have shifted"


def test_an_ingestion_stop_takes_what_began_with_it_and_leaves_what_was_there(session: Session) -> None:
    see(session, 0, missing(0), fallen("M06", 0, 0, WEST))
    today = [sight("D02", day=2, since=2), fallen("D07", 2, 2), fallen("P03", 2, 2)]
    assert news_of(see(session, 2, missing(2), fallen("M06", 2, 0, WEST), *today)) == ["opened"]
    assert leads(session) == [(1, RATE, ["D03", "M06"]), (2, "table:impressions", ["D02", "D07", "P03"])]


def test_a_symptom_that_comes_late_joins_the_open_incident_that_explains_it_best(session: Session) -> None:
    see(session, 0, missing(0), missing(0, 0, NORTH, VISITS))
    _, joined = see(session, 4, missing(4), missing(4, 0, NORTH, VISITS), fallen("M06", 4, 4, WEST))
    assert (joined.news, joined.incident.subject) == ("joined", RATE)
    [alone] = see(session, 5, sight("P01", NORTH, day=5))
    assert (alone.news, alone.incident.subject) == ("joined", VISITS)


def test_a_second_cause_opens_a_second_incident_though_the_first_shares_a_symptom(session: Session) -> None:
    see(session, 0, missing(0), fallen("M06", 0, 0))
    index = [sight("S02", day=3, since=3), fallen("I03", 3, 3), sight("P02", day=3, since=3)]
    assert news_of(see(session, 3, missing(3), fallen("M06", 3, 0), *index)) == ["opened"]
    assert leads(session) == [(1, RATE, ["D03", "M06"]), (2, "lists", ["S02", "I03", "P02"])]


def test_what_lies_behind_an_incident_that_showed_only_symptoms_gives_it_its_name(session: Session) -> None:
    see(session, 0, fallen("M06", 0, 0), fallen("P03", 0, 0))
    see(session, 1, fallen("M06", 1, 0), fallen("P03", 1, 0), fallen("D07", 1, 0))
    assert leads(session) == [(1, "joins", ["D07", "M06", "P03"])]


def test_what_is_about_something_else_does_not_rename_an_incident_that_showed_only_symptoms(session: Session) -> None:
    see(session, 0, sight("I04"), sight("P04"))
    see(session, 1, sight("I04", day=1, since=0), sight("P04", day=1, since=0), sight("D10", day=1, since=1))
    assert [subject for _, subject, _ in leads(session)] == ["members", "table:impressions"]


def test_a_trouble_with_a_known_cause_is_never_renamed(session: Session) -> None:
    see(session, 0, missing(0))
    see(session, 1, missing(1), sight("D04", day=1, since=0))
    assert [subject for _, subject, _ in leads(session)] == [RATE, "table:impressions"]


def test_worse_scores_that_began_with_a_release_are_not_put_to_a_feature_missing_somewhere(session: Session) -> None:
    see(session, 0, missing(0))
    release = Change(window(4).start, "deploy", "model:ranker", "version 9 became champion")
    bad = [finding("M02", day=4), fallen("M06", 4, 4)]
    assert news_of(see_with(session, 4, [release], missing(4), *bad)) == ["opened"]
    assert [codes for _, _, codes in leads(session)] == [["D03"], ["M02", "M06"]]


def test_two_troubles_recover_and_come_back_each_for_itself(session: Session) -> None:
    for day in range(3):
        see(session, day, missing(day), *([sight("S02", day=day, since=0)] if day == 0 else []))
    assert {each.subject: each.state for each in keeping.open_incidents(session)} == {
        RATE: "open",
        "lists": "mitigated",
    }
    assert news_of(see(session, 3, missing(3), sight("S02", day=3, since=3))) == ["reopened"]


def test_the_bots_own_trouble_has_a_thread_of_its_own_beside_a_fresh_incident(session: Session) -> None:
    see(session, 0, finding("M02"))
    assert news_of(see(session, 1, finding("M02", day=1, since=0), sight("W01", day=1))) == ["opened"]
    assert news_of(see(session, 2, sight("W03", day=2))) == ["opened"]
    assert len(keeping.open_incidents(session)) == 3
