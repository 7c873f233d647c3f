"""What the figures of a drill mean, on incidents made by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sandbox.drill.matching import is_about, lists_cause, names_cause
from sandbox.drill.records import Trial, median
from sandbox.drill.report import Report
from sandbox.drill.scoring import first_seen, judge, of_check, overall
from tests.sandbox.drill.making import CAMPAIGN, DAY, LOCAL, LOST, START, card, quiet, sign, trial


def test_a_fault_is_caught_in_the_window_in_which_an_incident_first_tells_of_it() -> None:
    late = card(1, sign("D01", day=2))
    judged = judge(trial(LOST, (), (), (late,)))
    assert [(delay, each.id) for delay, each in judged.own] == [(2, 1)]
    assert judged.false == ()


def test_an_incident_from_before_does_not_catch_what_came_later() -> None:
    old = card(1, sign("D01", day=-3))
    assert not judge(trial(LOST, (old,), (old,), before=(old,))).caught


def test_an_old_incident_catches_a_fault_only_when_it_is_named_by_it() -> None:
    old = card(1, sign("I03", "items", day=-3))
    as_symptom = card(1, sign("I03", "items", day=-3), sign("D01"))
    as_cause = card(1, sign("D01"), sign("I03", "items", day=-3))
    assert not judge(trial(LOST, (as_symptom,), before=(old,))).caught
    assert judge(trial(LOST, (as_cause,), before=(old,))).caught


def test_an_incident_without_any_check_subject_or_slice_of_the_fault_is_a_false_one_even_while_it_lasts() -> None:
    judged = judge(trial(LOCAL, (card(1, sign("D03", "feature:age", "region=West")), card(2, sign("S03", "serving")))))
    assert [each.id for each in judged.false] == [2]
    assert len(judged.own) == 1


@pytest.mark.parametrize(
    "told",
    [
        sign("D06", "feature:other"),  # by a check that ought to notice
        sign("X01", "feature:age"),  # by its subject
        sign("X01", "traffic", "region=West"),  # by its slice
    ],
    ids=["check", "subject", "slice"],
)
def test_an_incident_is_about_a_fault_by_check_subject_or_slice(told: object) -> None:
    assert is_about(card(1, told), trial(LOCAL))  # type: ignore[arg-type]


def test_everyone_is_no_slice_that_ties_an_incident_to_a_fault() -> None:
    assert not is_about(card(1, sign("X01", "traffic")), trial(LOST))


def test_whatever_opens_in_benign_or_quiet_days_is_false() -> None:
    for days in (trial(CAMPAIGN, (card(1, sign("D01", "traffic")),)), quiet((card(1, sign("D01")),))):
        assert len(judge(days).false) == 1


def test_an_incident_that_opens_again_is_false_again() -> None:
    first = card(1, sign("D01"))
    again = replace(first, reopened=1)
    assert len(judge(quiet((first,), (first,), (again,), (again,))).false) == 2


def test_false_incidents_are_counted_per_30_days_without_a_fault() -> None:
    false = card(1, sign("S03", "serving"))
    figures = overall([judge(quiet(*[()] * 9, (false,))), judge(trial(CAMPAIGN, *[()] * 5))])
    assert figures.false_incidents_per_30_days == 30 * 1 / 15
    assert figures.recall is None  # nothing was there to be caught


def test_recall_counts_faults_and_delay_only_those_caught() -> None:
    seen, later = trial(LOST, (card(1, sign("D01")),)), trial(LOST, (), (card(1, sign("D01", day=1)),))
    figures = overall([judge(one) for one in (seen, later, trial(LOST, (), ()))])
    assert figures.recall == pytest.approx(2 / 3)
    assert figures.median_delay_windows == 0.5


def test_several_threads_about_one_cause_show_in_incidents_per_cause() -> None:
    several = trial(LOST, (card(1, sign("D01")), card(2, sign("D07", "table:impressions"))))
    assert overall([judge(several)]).incidents_per_cause == 2


def test_the_cause_is_right_when_subject_slice_and_class_are() -> None:
    right = card(1, sign("D03", "feature:age", "region=West"), cause_class="inputs")
    assert names_cause(right, LOCAL)
    assert not names_cause(replace(right, cause_class="model"), LOCAL)
    assert not names_cause(replace(right, slice=""), LOCAL)
    assert not names_cause(replace(right, subject="feature:other"), LOCAL)


def test_versions_and_item_ids_are_no_places() -> None:
    of_item = replace(LOST, subject="item:i1")
    assert names_cause(card(1, sign("I01", "item:i1", "item_id=i1")), of_item)
    assert names_cause(card(1, sign("D01", where="model_version=5")), LOST)


def test_a_subject_without_a_name_of_its_own_is_right_from_a_check_that_the_fault_lists() -> None:
    index = replace(LOST, subject="index", codes=("S02", "D06"))
    assert names_cause(card(1, sign("S02", "lists")), index)
    assert not names_cause(card(1, sign("I03", "items")), index)
    assert not names_cause(card(1, sign("D06", "feature:age")), index)  # somebody in particular, who is innocent


def test_a_label_is_an_attribute_of_the_members_table_and_there_is_one_model() -> None:
    assert names_cause(card(1, sign("D11", "label:age_group")), replace(LOST, subject="table:members"))
    assert names_cause(card(1, sign("M02", "model:other")), replace(LOST, subject="model:ranker"))


def test_the_short_list_is_the_first_three_distinct_suspects() -> None:
    others = [sign("X01", "a"), sign("X02", "a"), sign("X03", "b")]
    third = card(1, *others, sign("D01"), cause_class="model")
    fourth = card(1, *others, sign("X04", "c"), sign("D01"), cause_class="model")
    assert lists_cause(third, LOST)
    assert not names_cause(third, LOST)
    assert not lists_cause(fourth, LOST)


def test_the_card_counts_as_it_stood_when_the_fault_was_caught() -> None:
    first, later = card(1, sign("D01"), cause_class="model"), card(1, sign("D01"))
    assert overall([judge(trial(LOST, (first,), (later,)))]).cause_top1 == 0


def test_a_check_is_scored_on_the_faults_that_list_it() -> None:
    both = trial(LOCAL, (card(1, sign("D03", "feature:age", "region=West"), cause_class="inputs"),))
    figures = of_check("D06", [judge(both), judge(trial(LOST, ()))])
    assert (figures.recall, figures.more["injections"]) == (0, 1)
    assert figures.cause_top1 is None  # no card is named by it
    assert of_check("D03", [judge(both)]).cause_top1 == 1


def test_a_check_that_had_been_firing_before_has_not_seen_the_fault() -> None:
    still = sign("D01", onset=START - 4 * DAY)
    assert first_seen("D01", trial(LOST, (card(1, still),))) is None


def test_false_incidents_are_charged_to_the_check_that_names_them() -> None:
    judged = [judge(quiet((card(1, sign("D01"), sign("S03", "serving")),), ()))]
    assert of_check("D01", judged).more["false_incidents"] == 1
    assert of_check("S03", judged).more["false_incidents"] == 0


def test_the_report_says_what_was_missed_what_was_false_and_what_was_misnamed() -> None:
    trials: list[Trial] = [
        trial(LOST, ()),
        trial(LOCAL, (card(1, sign("D03", "feature:other", "region=West"), cause_class="inputs"),)),
        quiet((card(1, sign("S03", "serving")),)),
    ]
    told = Report.of("lab", 1, 1, trials, ["D01", "D03", "S03"]).to_json()
    assert [each["name"] for each in told["missed"]] == ["partition-lost"]
    assert [each["said"] for each in told["misnamed"]] == ["feature:other in region=West (inputs)"]
    assert [each["check"] for each in told["false"]] == ["S03"]
    assert set(told["overall"]) >= {
        "recall", "median_delay_windows", "false_incidents_per_30_days",
        "incidents_per_cause", "cause_top1", "cause_top3",
    }  # fmt: skip
    assert set(told["checks"]) == {"D01", "D03", "S03"}
    assert set(told["faults"]) == {"partition-lost", "feature-missing"}


def test_the_middle_of_an_even_number_lies_between() -> None:
    assert (median([3, 1]), median([5, 1, 3]), median([])) == (2.0, 3.0, None)
