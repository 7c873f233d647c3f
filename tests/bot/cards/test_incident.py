"""One card says what a reader needs, in every state, within Slack's limits."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlmodel import Session

from bot.cards import actions
from bot.cards.incident import card, evidence, news, resolve_button
from bot.catalog.learning import ResolutionForm, learn
from bot.catalog.matching import signature_of, similar
from bot.incidents import keeping
from bot.incidents.keeping import Touched
from bot.store.tables import Hotfix, Incident
from checks.base import Severity
from tests.bot.incidents.making import DAY, ON_CALL, finding, see, window

from .showing import elements, shown

NOW = window(0).end
EVERY_BUTTON = {
    actions.ACKNOWLEDGE,
    actions.DIAGNOSE,
    actions.HOTFIX,
    actions.SNOOZE,
    actions.NOT_AN_ISSUE,
    actions.RESOLVE,
}


@pytest.fixture
def incident(session: Session) -> Incident:
    lead = finding("D03", "feature:genre_affinity", "region=West", expected=0.0, severity=Severity.high)
    return see(session, 0, lead, finding("M02"))[0].incident


def test_the_card_says_what_how_grave_whose_since_when_how_much_for_whom_and_why(incident: Incident) -> None:
    said = card(incident)
    words = shown(said)
    for part in (
        "High: genre_affinity is missing in 10 % of region=West",
        "*Open* · nobody has it yet · since <!date^",
        "80 members, 400 impressions (10 % of all) in *region=West*",
        "Suspect the table or job that fills the feature genre_affinity.",
        "matches nothing in the catalogue",
        "Incident 1 · noticed <!date^",
        "by D03, M02",
    ):
        assert part in words
    assert said.text.startswith("Incident 1, high, open: genre_affinity is missing in 10 % of region=West, since")


def test_every_button_carries_the_incident_and_the_version_that_was_seen(incident: Incident) -> None:
    buttons = elements(card(incident))
    assert set(buttons) == EVERY_BUTTON
    for action, element in buttons.items():
        values = [each["value"] for each in element["options"]] if action == actions.SNOOZE else [element["value"]]
        for value in map(json.loads, values):
            assert (value["incident"], value["version"]) == (1, incident.version)
    assert [json.loads(each["value"])["for"] for each in buttons[actions.SNOOZE]["options"]] == ["1h", "4h", "1d", "3d"]
    assert "confirm" in buttons[actions.NOT_AN_ISSUE]


def test_only_what_can_be_done_can_be_pressed(session: Session, incident: Incident) -> None:
    keeping.acknowledge(session, 1, ON_CALL, NOW, None)
    assert set(elements(card(incident))) == EVERY_BUTTON - {actions.ACKNOWLEDGE}
    assert "with <@UONCALL>" in shown(card(incident))
    keeping.mitigate(session, 1, ON_CALL, "", NOW)
    assert set(elements(card(incident))) == {actions.DIAGNOSE, actions.HOTFIX, actions.RESOLVE}
    keeping.resolve(session, 1, ON_CALL, NOW, None)
    assert set(elements(card(incident))) == {actions.REOPEN}
    assert "*Resolved*" in shown(card(incident))


def test_what_is_not_an_issue_says_so_and_can_be_called_one_again_or_resolved(
    session: Session, incident: Incident
) -> None:
    keeping.not_an_issue(session, 1, ON_CALL, "", NOW)
    assert "*Not an issue*" in shown(card(incident))
    assert set(elements(card(incident))) == {actions.REOPEN, actions.RESOLVE}


def test_a_snooze_shows_its_end_and_can_be_ended(session: Session, incident: Incident) -> None:
    keeping.snooze(session, 1, ON_CALL, NOW + DAY, "", NOW)
    assert "snoozed until <!date^" in shown(card(incident))
    assert actions.WAKE in elements(card(incident))
    assert actions.SNOOZE not in elements(card(incident))


def test_a_hotfix_that_the_diagnosis_suggests_is_the_green_button(incident: Incident) -> None:
    plain, suggested = elements(card(incident)), elements(card(incident, suggested="rollback model"))
    assert [name for name, button in plain.items() if button.get("style") == "primary"] == [actions.ACKNOWLEDGE]
    assert [name for name, button in suggested.items() if button.get("style") == "primary"] == [actions.HOTFIX]
    assert json.loads(suggested[actions.HOTFIX]["value"])["words"] == "rollback model"


def test_a_changed_card_has_other_block_ids_and_an_unchanged_one_the_same(session: Session, incident: Incident) -> None:
    def ids(said_of: Incident) -> list[str]:
        return [block["block_id"] for block in card(said_of).blocks]

    before = ids(incident)
    assert ids(incident) == before
    incident.cause = "the West loader drops the column"
    assert ids(incident) != before


def test_a_known_issue_is_shown_with_how_often_its_fix_worked(session: Session, incident: Incident) -> None:
    keeping.resolve(session, 1, ON_CALL, NOW, None)
    learn(session, incident, ResolutionForm("the loader dropped a column", "inputs", "rollback model"), ON_CALL, NOW)
    matches = similar(session, signature_of(incident), NOW)
    words = shown(card(incident, matches))
    assert "seen once, last <!date^" in words
    assert "`rollback model` worked 1 of 1" in words
    assert "the loader dropped a column" in words


def test_hotfixes_and_the_environment_are_on_the_card(incident: Incident) -> None:
    hotfix = Hotfix(id=3, kind="rollback model", state="applied", created_at=NOW, expires_at=NOW + DAY)
    said = card(incident, hotfixes=[hotfix], environment="staging")
    assert "*Hotfix 3:* `rollback model` in force, ends <!date^" in shown(said)
    assert said.text.startswith("[staging] ")


def test_words_from_outside_call_nobody_and_fit(incident: Incident) -> None:
    incident.title, incident.cause = "<!channel> " + "x" * 5000, "<@U1> & *" + "y" * 9000
    said = card(incident, environment="e")
    assert "<!channel>" not in shown(said).split("\n", 1)[1]
    assert "<!channel>" not in said.text


def test_evidence_has_the_words_first_and_the_numbers_after() -> None:
    first, second = shown(evidence(finding("M02", where="region=West", value=1234.5678))).split("\n")
    assert first == "*M02* the scores of ranker have shifted: 1234.57 where 0.01 is usual."
    assert "`measure.M02:ranker` in region=West: 1235, expected 0.01 (0 to 0.02), n = 1,000" in second


@pytest.mark.parametrize("kind", ["opened", "reopened", "worse", "joined", "recovered", "seen"])
def test_every_kind_of_news_has_its_words(incident: Incident, kind: keeping.News) -> None:
    incident.clean_windows = 2
    fresh = tuple(finding(f"X{number:02}") for number in range(9))
    said = news(Touched(incident, kind, fresh))
    assert "… and 4 more checks" in shown(said)
    assert "incident 1" in said.text


def test_news_of_a_recovery_reminds_that_somebody_must_say_what_it_was(incident: Incident) -> None:
    incident.clean_windows = 2
    assert "press Resolve and say what it was" in shown(news(Touched(incident, "recovered")))


def test_resolving_in_a_thread_is_one_click_away(incident: Incident) -> None:
    said = resolve_button(incident)
    assert set(elements(said)) == {actions.RESOLVE}
    assert shown(said).startswith("To close incident 1")


def test_onset_and_detection_are_told_apart(incident: Incident) -> None:
    incident.onset = NOW - timedelta(days=3)
    words = shown(card(incident))
    assert f"since <!date^{int(incident.onset.timestamp())}" in words
    assert f"noticed <!date^{int(incident.detected_at.timestamp())}" in words


def test_eight_symptoms_are_folded_into_one_line_and_each_thing_is_said_once(session: Session) -> None:
    lead = finding("D03", "feature:genre_affinity", expected=0.0)
    codes = ("D06", "M02", "M04", "M05", "M06", "P01", "P03", "S04")
    symptoms = [finding(code, "feature:genre_affinity" if code == "D06" else "model:ranker") for code in codes]
    twice = finding("M02", where="region=West")
    [touched] = see(session, 0, lead, *symptoms, twice)
    words = shown(card(touched.incident))
    [line] = [line for line in words.split("\n") if line.startswith("*Also seen:*")]
    assert line.endswith(" and 5 more")
    assert line.count("the scores of ranker have shifted (M02)") == 1
    assert "by D03, D06, M02, M04, M05, M06, P01, P03, S04" in words


def test_a_finding_alone_has_no_symptoms_to_fold(session: Session) -> None:
    [touched] = see(session, 0, finding("D03", "feature:genre_affinity"))
    assert "Also seen" not in shown(card(touched.incident))
