"""Ten symptoms of one cause are one incident; two causes are two."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bot.incidents.causes import one_cause_or_many
from bot.incidents.families import FAMILIES
from bot.incidents.wording import how_much
from bot.recommender.contract import Change
from checks.base import Finding, Severity
from checks.catalogue import EVERY_CHECK

from .making import FIRST, TITLES, finding, window


def test_a_healthy_window_has_no_cause() -> None:
    assert one_cause_or_many([]) == []


def test_a_missing_feature_in_one_region_and_all_its_symptoms_are_one_cause_named_by_the_feature() -> None:
    [cause] = one_cause_or_many(
        [
            finding("M06", value=0.2, expected=0.3, severity=Severity.high),
            finding("M02"),
            finding("D06", "feature:genre_affinity", "region=West"),
            finding("D03", "feature:genre_affinity", value=0.02, expected=0.0),
            finding("D03", "feature:genre_affinity", "region=West", value=0.1, expected=0.0),
            finding("I01", "item:7"),
        ]
    )
    assert cause.title == "genre_affinity is missing in 10 % of region=West"
    assert cause.slice.key == "region=West"
    assert cause.codes == ("D03", "D06", "M02", "M06", "I01")
    assert cause.cause_class == "inputs"
    assert "genre_affinity" in cause.cause
    assert cause.severity is Severity.high


def test_a_truncated_index_is_one_cause_led_by_candidates_even_when_it_starves_launches_without_artwork() -> None:
    set_up = {"set_up": "no artwork"}
    [cause] = one_cause_or_many(
        [
            finding("I03", "catalogue", value=0.3, expected=0.6),
            finding("S02", "lists", value=0.2, expected=0.01),
            finding("D06", "feature:popularity"),
            finding("M02"),
            finding("P01"),
            *(finding("I01", f"item:{number}", data=set_up if number == 3 else {}) for number in range(1, 5)),
        ]
    )
    assert cause.codes[0] == "S02"
    assert len(cause.findings) == 9


def test_a_launch_without_artwork_is_a_cause_of_its_own_beside_a_wider_trouble() -> None:
    causes = one_cause_or_many([finding("D03", "feature:x"), finding("I01", "item:9", data={"set_up": "no artwork"})])
    assert [cause.cause_class for cause in causes] == ["inputs", "set-up"]
    assert "no artwork" in causes[1].cause
    assert causes[1].subject == "item:9"


def test_many_launches_without_artwork_are_one_cause() -> None:
    [cause] = one_cause_or_many([finding("I01", f"item:{n}", data={"set_up": "no artwork"}) for n in range(5)])
    assert cause.subject == "items"
    assert cause.title == "5 items are hardly shown: no artwork"


def test_two_faults_in_two_regions_are_two_causes_and_share_no_symptom_twice() -> None:
    causes = one_cause_or_many(
        [
            finding("D03", "feature:x", "region=West"),
            finding("S02", "lists", "region=North"),
            finding("M06", value=0.2, expected=0.3),
        ]
    )
    assert [cause.codes[0] for cause in causes] == ["D03", "S02"]
    assert sum(len(cause.findings) for cause in causes) == 3


def test_one_deploy_ties_two_regions_together_but_a_nightly_retrain_does_not() -> None:
    findings = [finding("D03", "feature:x", "region=West", day=6), finding("S02", "lists", "region=North", day=6)]
    deploy = [Change(window(6).start - timedelta(hours=2), "deploy", "feature pipeline", "v12")]
    nightly = [Change(window(day).start, "retrain", "ranker") for day in range(7)]
    [cause] = one_cause_or_many(findings, deploy)
    assert "deploy of feature pipeline (v12)" in cause.cause
    assert len(one_cause_or_many(findings, nightly)) == 2


def test_a_late_symptom_joins_a_feature_gone_for_days_but_a_second_feature_going_missing_is_another_cause() -> None:
    first = finding("D03", "feature:x", day=9, since=1)
    assert len(one_cause_or_many([first, finding("M06", day=9, value=0.2, expected=0.3)])) == 1
    assert len(one_cause_or_many([first, finding("D03", "feature:y", day=9)])) == 2


def test_what_was_wrong_long_before_is_not_blamed_on_what_came_after() -> None:
    assert len(one_cause_or_many([finding("M02", day=9, since=1), finding("D03", "feature:x", day=9)])) == 2


def test_when_two_regions_suffer_alike_it_is_everyone_who_is_named() -> None:
    [cause] = one_cause_or_many(
        [
            finding("D03", "feature:x", value=0.1, expected=0.0),
            finding("D03", "feature:x", "region=West", value=0.3, expected=0.0),
            finding("D03", "feature:x", "region=North", value=0.3, expected=0.0),
        ]
    )
    assert cause.slice.key == ""


def test_fewer_outcomes_are_a_symptom_of_worse_lists_but_the_cause_of_quality_that_cannot_be_measured() -> None:
    fewer = finding("D01", "table:outcomes", value=50, expected=100)
    quality = finding("M06", value=0.2, expected=0.3)
    assert one_cause_or_many([fewer, finding("M02"), quality])[0].codes == ("M02", "D01", "M06")
    assert one_cause_or_many([fewer, quality])[0].codes == ("D01", "M06")
    candidates = finding("D01", "table:requests", value=20, expected=80)
    assert one_cause_or_many([candidates, finding("I03", "items", value=9, expected=80)])[0].codes == ("I03", "D01")


def test_a_launch_that_was_before_the_fault_is_starved_by_it_all_the_same_and_dates_nothing_back() -> None:
    [cause] = one_cause_or_many([finding("S02", "lists", day=9), finding("I01", "item:5", "item_id=5", day=9, since=4)])
    assert cause.codes == ("S02", "I01")
    assert cause.onset == window(9).start


def test_a_release_at_the_onset_makes_a_shifted_input_the_models_matter_and_a_launch_changes_nothing() -> None:
    shifted = [finding("D06", "feature:similarity", day=6), finding("M06", day=6, value=0.2, expected=0.3)]
    launch = Change(window(6).start, "launch", "item:7", "a title launched")
    release = Change(window(6).start, "deploy", "model:ranker", "version 9 became champion")
    [calm] = one_cause_or_many(shifted, [launch])
    assert (calm.cause_class, calm.cause) == ("inputs", "Suspect the source of the feature similarity, or its unit.")
    [cause] = one_cause_or_many(shifted, [launch, release])
    assert cause.cause_class == "model"
    assert "Changed at the same time: deploy of model:ranker (version 9 became champion)." in cause.cause


def test_every_check_has_its_place_in_the_order() -> None:
    by_subject = {"L04"}  # it tells of what other checks look at, ahead of time
    assert {check.about.code for check in EVERY_CHECK} <= set(FAMILIES) | by_subject


def test_a_title_says_the_place_once() -> None:
    told = replace(finding("M02", where="region=West"), title="Scores have moved in region West")
    assert one_cause_or_many([told])[0].title == "Scores have moved in region West"
    missing = replace(finding("D03", "feature:x", "region=West"), title="x is missing in region West")
    assert one_cause_or_many([missing])[0].title == "x is missing in 10 % of region=West"


def test_the_fingerprint_is_the_same_in_any_window_and_of_any_size() -> None:
    one = one_cause_or_many([finding("D03", "feature:x", "region=West", day=1, value=0.1)])
    other = one_cause_or_many([finding("D03", "feature:x", "region=West", day=8, value=0.4), finding("M02", day=8)])
    assert one[0].fingerprint == other[0].fingerprint == "missing|feature:x|region=West"


FINDINGS = st.builds(
    finding,
    st.sampled_from(sorted(TITLES)),
    st.sampled_from(["feature:x", "feature:y", "model:ranker", "item:1", "item:2", "item:3", "table:impressions"]),
    st.sampled_from(["", "region=West", "region=North", "surface=home"]),
    day=st.just(9),
    since=st.integers(0, 9),
    value=st.floats(0, 1),
    data=st.sampled_from([{}, {"set_up": "no artwork"}]),
)


@given(st.lists(FINDINGS, max_size=14), st.randoms())
def test_every_finding_is_in_exactly_one_cause_whatever_the_order_they_come_in(
    findings: list[Finding], order: Random
) -> None:
    causes = one_cause_or_many(findings)
    assert sorted(map(id, findings)) == sorted(id(found) for cause in causes for found in cause.findings)
    shuffled = order.sample(findings, len(findings))
    assert sorted(c.fingerprint for c in one_cause_or_many(shuffled)) == sorted(c.fingerprint for c in causes)
    assert all(FIRST <= cause.onset <= window(9).start for cause in causes)


def test_how_old_something_is_is_not_told_as_a_multiple() -> None:
    """Its own words say since when: "no outcomes have arrived, 6.2 times the usual" means nothing."""
    for code in ("D02", "M01"):
        assert how_much(finding(code, value=62.0, expected=10.0)) == ""
    assert how_much(finding("M06", value=62.0, expected=10.0)) == ", 6.2 times the usual"


def test_when_nothing_has_arrived_at_all_it_is_one_load_that_failed_and_what_stops_later_is_another() -> None:
    gone = [finding("D02", f"table:{name}", day=9) for name in ("impressions", "outcomes", "requests")]
    [cause] = one_cause_or_many(gone)
    assert (cause.subject, len(cause.findings)) == ("table:impressions", 3)
    later = [finding("D02", "table:impressions", day=9, since=7), finding("D02", "table:outcomes", day=9)]
    assert len(one_cause_or_many(later)) == 2
