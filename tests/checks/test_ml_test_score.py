"""The ML Test Score counts what judges, not what exists."""

from checks.catalogue import EVERY_CHECK
from checks.ml_test_score import ROLLBACK, RUBRIC, RUN_TIME, score

ALL_QUIET = {check.about.code: "quiet" for check in EVERY_CHECK}


def test_the_rubric_has_28_tests_in_four_sections_and_half_of_them_run_by_themselves() -> None:
    assert len(RUBRIC) == 28
    assert len({test.name for test in RUBRIC}) == 28
    assert len(RUN_TIME) == 14


def test_every_code_it_counts_on_is_a_check() -> None:
    codes = {code for test in RUBRIC for code in test.codes} - {ROLLBACK}
    assert codes <= set(ALL_QUIET)


def test_a_whole_installation_that_says_nothing_of_the_rest_scores_its_lowest_section() -> None:
    scored = score(ALL_QUIET, True, (), ())
    assert not scored.lacking
    assert scored.of("monitoring") == 7
    assert (scored.lowest, scored.total) == ("data", 1)


def test_a_check_that_cannot_judge_scores_nothing() -> None:
    scored = score(ALL_QUIET | {"M09": "not-applicable", "S03": "failed"}, False, (), ())
    assert [test.name for test in scored.lacking] == ["model-5", "infrastructure-7", "monitoring-6"]


def test_what_people_do_elsewhere_counts_half_by_hand_and_whole_by_itself_and_never_twice() -> None:
    scored = score(ALL_QUIET, True, ("data-2", "data-1"), ("data-3",))
    assert scored.of("data") == 1 + 0.5 + 1
