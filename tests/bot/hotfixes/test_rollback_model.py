"""A rollback shows its price on logged requests before anything is done."""

from __future__ import annotations

import pytest

from bot.hotfixes.base import HotfixRefused, Preview
from bot.hotfixes.catalogue import EVERY_HOTFIX, find
from bot.hotfixes.rollback_model import RollbackModel, serving_now
from bot.recommender.contract import Override, RecommenderFailed, UnknownVersion

from .fakes import DAY, NOW, FakeOverrides, FakeRegistry, FakeScorer, FakeWarehouse, logged_requests, recommender

ROLLBACK = RollbackModel()


def silent(_words: str) -> None: ...


def test_the_preview_ranks_logged_requests_with_both_versions_and_counts_who_is_affected() -> None:
    steps: list[str] = []
    preview = ROLLBACK.preview(recommender(), {}, NOW, steps.append)
    assert (preview.from_version, preview.to_version) == ("3", "2")
    # 19 candidates were free to be shown; the two versions agree on one place in the middle of them only.
    assert (preview.requests, preview.requests_changed) == (4, 4)
    assert (preview.items_affected, preview.members_affected) == (18, 2)
    assert preview.top_n_overlap == pytest.approx(0.1)
    assert preview.mean_rank_change == pytest.approx(9.0)
    assert "On 4 logged requests, 4 get another top 10" in preview.words
    assert len(steps) == 3


def test_items_launched_after_the_older_version_was_trained_are_named() -> None:
    preview = ROLLBACK.preview(recommender(), {}, NOW, silent)
    assert preview.unknown_items == ("new",)
    assert "1 item is newer than it and would be cold again" in preview.words


def test_an_older_version_that_reads_fewer_features_can_be_previewed_and_one_that_reads_more_is_refused() -> None:
    assert ROLLBACK.preview(recommender(), {"version": "1"}, NOW, silent).to_version == "1"
    greedy = FakeRegistry()
    greedy.scorers["2"] = FakeScorer({"fit": 1.0, "mood": 1.0})
    with pytest.raises(HotfixRefused, match="reads mood, which logged requests do not have"):
        ROLLBACK.preview(recommender(registry=greedy), {}, NOW, silent)


def test_two_versions_that_rank_alike_change_nothing() -> None:
    same = FakeRegistry()
    same.scorers["3"] = FakeScorer({"fit": 2.0})
    preview = ROLLBACK.preview(recommender(registry=same), {}, NOW, silent)
    assert (preview.requests_changed, preview.items_affected, preview.top_n_overlap) == (0, 0, 1.0)


def test_by_default_it_goes_back_from_what_serves_now_even_when_that_is_pinned() -> None:
    pinned = FakeOverrides()
    pinned.apply(Override("x", "serve_version", {"model": "ranker", "version": "2"}, NOW - DAY, NOW + DAY, ""))
    world = recommender(overrides=pinned)
    assert serving_now(world, NOW).version == "2"
    assert ROLLBACK.check_params(world, {}, NOW) == {"model": "ranker", "version": "1", "from": "2"}
    assert serving_now(world, NOW + 2 * DAY).version == "3"


def test_an_instruction_that_names_no_version_pins_nothing() -> None:
    by_hand = FakeOverrides()
    by_hand.apply(Override("x", "serve_version", {"model": "ranker"}, NOW - DAY, NOW + DAY, ""))
    assert serving_now(recommender(overrides=by_hand), NOW).version == "3"


@pytest.mark.parametrize(
    ("params", "sentence"),
    [({"version": "3"}, "Version 3 is serving already"), ({"version": "9"}, "no version 9; there are 1, 2, 3")],
)
def test_a_version_that_makes_no_sense_is_one_clear_sentence(params: dict[str, str], sentence: str) -> None:
    with pytest.raises((HotfixRefused, UnknownVersion), match=sentence):
        ROLLBACK.preview(recommender(), params, NOW, silent)


def test_a_rollback_goes_back_and_never_forward() -> None:
    pinned = FakeOverrides()
    pinned.apply(Override("x", "serve_version", {"model": "ranker", "version": "1"}, NOW - DAY, NOW + DAY, ""))
    with pytest.raises(HotfixRefused, match="undo it"):
        ROLLBACK.check_params(recommender(overrides=pinned), {"version": "2"}, NOW)
    with pytest.raises(HotfixRefused, match="oldest in the registry"):
        ROLLBACK.check_params(recommender(overrides=pinned), {}, NOW)


def test_a_corrupt_older_version_is_known_before_anything_is_done_and_a_corrupt_serving_one_is_no_hindrance() -> None:
    with pytest.raises(RecommenderFailed, match="fetch it again"):
        ROLLBACK.preview(recommender(registry=FakeRegistry(corrupt=("2",))), {}, NOW, silent)
    preview = ROLLBACK.preview(recommender(registry=FakeRegistry(corrupt=("3",))), {}, NOW, silent)
    assert preview.items_affected == 18  # the logged scores rank as version 3 did


def test_without_a_registry_there_is_nothing_to_roll_back() -> None:
    with pytest.raises(HotfixRefused, match=r"add \[registry\]"):
        ROLLBACK.preview(recommender(registry=None), {}, NOW, silent)


def test_without_logged_requests_the_preview_says_what_it_cannot_say() -> None:
    for tables in ({}, {"requests": logged_requests().head(0)}):
        preview = ROLLBACK.preview(recommender(warehouse=FakeWarehouse(tables)), {}, NOW, silent)
        assert preview.requests == 0
        assert "No whole requests are logged" in preview.words


def test_a_preview_survives_being_stored() -> None:
    preview = ROLLBACK.preview(recommender(), {}, NOW, silent)
    assert Preview.from_dict(preview.to_dict()) == preview


@pytest.mark.parametrize(
    ("words", "params"),
    [
        ("rollback model", {}),
        ("Rollback  model to 5", {"version": "5"}),
        ("rollback model v12", {"version": "12"}),
        ("rollback model to version 2026-03-01", {"version": "2026-03-01"}),
    ],
)
def test_words_name_the_hotfix_and_the_version(words: str, params: dict[str, str]) -> None:
    assert find(words) == (EVERY_HOTFIX[0], params)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("rolback modle", "Did you mean `/hotfix rollback model`"),
        ("make tea", "There is: rollback model"),
        ("rollback model to", "`/hotfix rollback model to 5`"),
        ("rollback model five or six", "do not understand"),
    ],
)
def test_words_that_name_none_get_the_nearest(words: str, hint: str) -> None:
    with pytest.raises(HotfixRefused, match=hint):
        find(words)
