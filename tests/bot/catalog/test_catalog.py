"""The same fire never twice: what was learned is found again, and an honest no when it is not."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlmodel import Session, select

from bot.catalog.learning import ResolutionForm, learn
from bot.catalog.matching import known_issues, signature_of, similar
from bot.incidents import keeping
from bot.store.tables import Incident, KnownIssue, Resolution
from checks.base import Finding
from tests.bot.incidents.making import DAY, LEAD, ON_CALL, finding, see, window

ROLLED_BACK = ResolutionForm("the new ranker was trained on a broken partition", "model", "rollback model")


def incident_of(session: Session, day: int, *findings: Finding) -> Incident:
    """An incident that this window opens."""
    return next(one.incident for one in see(session, day, *findings) if one.news in ("opened", "reopened"))


def bad_model(day: int) -> tuple[Finding, ...]:
    return finding("M02", day=day), finding("M06", day=day, value=0.2, expected=0.3)


def close(session: Session, incident: Incident, form: ResolutionForm, at: datetime) -> Resolution:
    keeping.resolve(session, incident.id or 0, ON_CALL, at, None)
    return learn(session, incident, form, ON_CALL, at)


def test_an_empty_catalogue_matches_nothing(session: Session) -> None:
    assert similar(session, signature_of(incident_of(session, 0, *bad_model(0))), window(0).end) == []


def test_the_like_is_found_again_with_how_often_its_fix_worked(session: Session) -> None:
    forms = [ROLLED_BACK, ROLLED_BACK, ResolutionForm("again", "model", "rollback model", fix_worked=False)]
    for number, form in enumerate(forms):
        close(session, incident_of(session, 10 * number, *bad_model(10 * number)), form, window(10 * number).end)
    [match] = similar(session, signature_of(incident_of(session, 40, *bad_model(40))), window(40).end)
    assert (match.seen, match.fix, match.fix_worked, match.fix_tried) == (3, "rollback model", 2, 3)
    assert match.last_seen_at == window(20).end
    assert "the same check leads (M02)" in match.why
    assert len(known_issues(session)) == 1


def test_another_kind_of_trouble_matches_nothing(session: Session) -> None:
    close(session, incident_of(session, 0, *bad_model(0)), ROLLED_BACK, window(0).end)
    others = (
        finding("D03", "feature:genre_affinity", "region=West", day=10),
        finding("S02", "lists", day=20),
        finding("I01", "item:4", day=30, data={"set_up": "no artwork"}),
    )
    for other in others:
        incident = incident_of(session, (other.window.start - window(0).start).days, other)
        assert similar(session, signature_of(incident), other.window.end) == []


def test_another_launch_without_artwork_is_the_same_known_issue_whichever_the_item(session: Session) -> None:
    form = ResolutionForm("nobody uploaded artwork", "set-up", "asked the launch manager")
    no_artwork = {"set_up": "no artwork"}
    close(session, incident_of(session, 0, finding("I01", "item:1", data=no_artwork)), form, window(0).end)
    again = incident_of(session, 5, finding("I01", "item:2", day=5, data=no_artwork))
    assert [match.fix for match in similar(session, signature_of(again), window(5).end)] == ["asked the launch manager"]
    other = incident_of(session, 6, finding("I01", "item:3", day=6, data={"set_up": "no launch date"}))
    assert similar(session, signature_of(other), window(6).end) == []


def test_of_two_alike_the_one_seen_lately_comes_first(session: Session) -> None:
    for title, at in (("long ago", window(0).end), ("lately", window(80).end)):
        incident = incident_of(session, 0 if title == "long ago" else 80, *bad_model(0 if title == "long ago" else 80))
        keeping.resolve(session, incident.id or 0, ON_CALL, at, None)
        signature = {**signature_of(incident), "cause_class": "model"}
        session.add(KnownIssue(title=title, signature=signature, cause="", first_seen_at=at, last_seen_at=at))
    session.flush()
    signature = signature_of(incident_of(session, 90, *bad_model(90)))
    assert [match.known_issue.title for match in similar(session, signature, window(90).end)] == ["lately", "long ago"]
    assert len(similar(session, signature, window(90).end, limit=1)) == 1


def test_closing_an_incident_twice_with_the_same_words_is_learned_once(session: Session) -> None:
    incident = incident_of(session, 0, *bad_model(0))
    first = close(session, incident, ROLLED_BACK, window(0).end)
    again = learn(session, incident, ROLLED_BACK, LEAD, window(3).end)
    assert (again.id, again.at, again.resolved_by) == (first.id, window(0).end, ON_CALL.key)
    [issue] = known_issues(session)
    assert (issue.seen, len(session.exec(select(Resolution)).all())) == (1, 1)


def test_a_reopened_incident_closed_anew_corrects_what_was_learned(session: Session) -> None:
    incident = incident_of(session, 0, *bad_model(0))
    close(session, incident, ROLLED_BACK, window(0).end)
    keeping.reopen(session, 1, ON_CALL, "it was not that", window(1).end)
    better = ResolutionForm("the label job joined the wrong day", "systems", "reran the job", long_term_fix="a test")
    resolution = close(session, incident, better, window(2).end)
    [issue] = known_issues(session)
    assert (resolution.fix, resolution.at) == ("reran the job", window(2).end)
    assert (issue.cause, issue.fix, issue.long_term_fix, issue.seen) == (better.cause, better.fix, "a test", 1)


def test_a_fix_that_did_not_work_is_never_what_the_catalogue_recommends(session: Session) -> None:
    failed = ResolutionForm("unknown", "model", "restarted everything", fix_worked=False)
    close(session, incident_of(session, 0, *bad_model(0)), ROLLED_BACK, window(0).end)
    close(session, incident_of(session, 10, *bad_model(10)), failed, window(10).end)
    [issue] = known_issues(session)
    assert (issue.fix, issue.seen) == ("rollback model", 2)
    [match] = similar(session, issue.signature, window(11).end)
    assert (match.fix, match.fix_worked, match.fix_tried) == ("rollback model", 1, 1)


def test_the_same_looks_with_another_cause_is_another_issue(session: Session) -> None:
    close(session, incident_of(session, 0, *bad_model(0)), ROLLED_BACK, window(0).end)
    upstream = ResolutionForm("an upstream table was late", "systems", "waited")
    close(session, incident_of(session, 10, *bad_model(10)), upstream, window(10).end)
    assert [issue.cause_class for issue in known_issues(session)] == ["systems", "model"]


@pytest.mark.parametrize("days", [0, 1, 400])
def test_age_alone_never_hides_what_looks_just_alike(session: Session, days: int) -> None:
    incident = incident_of(session, 0, *bad_model(0))
    close(session, incident, ROLLED_BACK, window(0).end)
    assert len(similar(session, signature_of(incident), window(0).end + days * DAY)) == 1
