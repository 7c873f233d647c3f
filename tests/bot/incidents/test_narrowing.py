"""A catalogue that narrows with every version: whom its card suspects, and what joins its thread."""

from __future__ import annotations

from sqlmodel import Session

from bot.incidents import keeping
from bot.incidents.causes import one_cause_or_many
from bot.recommender.contract import Change
from checks.base import Finding

from .faults import FAULTS
from .making import see, sight, window

STEPS = {"narrowing": ["9", "10", "11"]}


def narrowing(day: int) -> Finding:
    return sight("I03", "", "index", day=day, since=0, fallen=True, data=STEPS)


def test_nobody_takes_titles_out_by_hand_at_each_version_so_the_retrains_are_suspected() -> None:
    [cause] = one_cause_or_many([narrowing(2), sight("I04", day=2, since=1)])
    assert (cause.subject, cause.cause_class, cause.codes) == ("index", "model", ("I03", "I04"))
    assert cause.cause.startswith("Suspect what each retrain leaves out")


def test_what_was_changed_about_the_retrains_is_mentioned_and_no_single_release_is_blamed() -> None:
    retrains = Change(window(0).start, "config", "retraining", "retrains are daily from now on")
    release = Change(window(0).start, "deploy", "model:ranker", "version 9 became champion")
    [cause] = one_cause_or_many([narrowing(2)], [retrains, release])
    assert "retrains are daily from now on" in cause.cause
    assert cause.subject == "index"


def test_a_thread_about_fewer_titles_is_renamed_once_the_versions_are_seen_to_narrow_it(session: Session) -> None:
    see(session, 1, sight("I03", day=1, since=0, fallen=True))
    see(session, 2, narrowing(2))
    [incident] = keeping.open_incidents(session)
    assert (incident.subject, incident.cause_class) == ("index", "model")


def test_lists_cut_short_by_a_filter_are_the_filters_whatever_the_versions_did() -> None:
    [cause] = one_cause_or_many([sight("S06", day=2, since=0), narrowing(2)])
    assert cause.subject == "filter:rights"


def test_a_narrowing_catalogue_and_a_feature_missing_in_a_region_are_two_threads() -> None:
    missing = FAULTS["feature-missing-in-region"][0]
    assert len(one_cause_or_many([missing, sight("I03", "", "index", day=9, fallen=True, data=STEPS)])) == 2
