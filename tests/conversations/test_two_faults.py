"""Two faults on one day, through the whole chain: two threads, each with its own cause, symptoms and diagnosis."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot import flow
from bot.store.tables import Incident
from sandbox.demo.stage import Stage, staged, workspace
from tests.conversations.conftest import silent
from tests.conversations.talks import card_of, incidents, thread_of, words_of


@pytest.fixture(scope="module")
def both(stage: Stage) -> Stage:
    """A feature goes missing in one region, and on the same day the candidate index loses most of its items."""
    stage.world.break_with("feature-missing-in-region")
    stage.world.break_with("index-truncated")
    stage.next_day()
    stage.all_said()
    return stage


def by_lead(stage: Stage) -> dict[str, Incident]:
    """Each incident by the code that leads it."""
    return {incident.codes[0]: incident for incident in incidents(stage)}


def test_each_opens_a_thread_of_its_own_named_by_its_cause_with_its_symptoms_folded(both: Stage) -> None:
    missing, index = incidents(both)
    assert (missing.subject, missing.slice, missing.cause_class) == ("feature:item_rate_28d", "region=West", "inputs")
    assert (index.slice, index.cause_class) == ("", "systems")
    assert {"D03"} <= set(missing.codes)
    assert {"I03", "M02"} <= set(index.codes)
    assert not set(missing.codes) & set(index.codes)
    assert "item_rate_28d is missing" in words_of(card_of(both, 1))
    assert "fewer titles are shown" in words_of(card_of(both, 2))
    assert not any("item_rate_28d" in words for words in thread_of(both, 2))


def test_each_is_diagnosed_for_itself(both: Stage) -> None:
    _, first = flow.diagnose(both.bot.mate, 1, lambda _step: None)
    assert (first.verdict.subject, first.verdict.cause_class) == ("feature:item_rate_28d", "inputs")


def test_an_ingestion_stop_the_day_after_is_a_third_thread_and_renames_neither(both: Stage) -> None:
    titles = [incident.title for incident in incidents(both)]
    both.world.break_with("partition-lost")
    both.next_day()
    both.all_said()
    assert [incident.subject for incident in incidents(both)[2:]] == ["table:impressions"]
    kept = [incident.subject for incident in incidents(both)[:2]]
    assert kept == ["feature:item_rate_28d", "items"]
    assert titles[0].split(" in ")[0] in incidents(both)[0].title


@contextmanager
def broken_by(*faults: str) -> Iterator[Stage]:
    """A lab world on the evening of the day on which all these faults began."""
    slack = workspace()
    with slack.running(), staged("lab", silent, slack, history=0) as stage:
        stage.look()
        for fault in faults:
            stage.world.break_with(fault)
        stage.next_day()
        stage.all_said()
        yield stage


@pytest.mark.slow
@pytest.mark.parametrize(
    ("faults", "leads"),
    [
        (("crawler-burst", "missing-value-bug"), {"D08", "M02"}),
        (("fallback-storm", "artwork-missing"), {"S03", "I01"}),
        (("feature-missing-in-region", "constant-feature"), {"D03"}),
        (("outcome-join-broken", "unit-change"), {"D07", "D04"}),
        (("position-off-by-one", "stale-features"), {"S07", "M01"}),
        (("duplicate-delivery", "segment-flipped"), {"D05", "D11"}),
        (("ungated-model", "artwork-missing"), {"M08", "I01"}),
        (("partition-lost", "stale-features"), {"D01", "M01"}),
        (("filter-too-wide", "outcome-join-broken"), {"S06", "D07"}),
        (("crawler-burst", "serving-only-missing"), {"D08", "D03"}),
        (("faulty-training-segment", "position-off-by-one"), {"M02", "S07"}),
    ],
    ids=lambda each: " and ".join(each) if isinstance(each, tuple) else None,
)
def test_two_faults_open_two_threads(faults: tuple[str, str], leads: set[str]) -> None:
    with broken_by(*faults) as stage:
        assert set(by_lead(stage)) == leads
        assert len(incidents(stage)) == 2
