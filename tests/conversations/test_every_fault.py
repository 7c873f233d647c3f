"""Faults of the sandbox, played through Slack to their end."""

import pytest

from sandbox.demo.headless import play
from sandbox.recommender.faults.catalogue import EVERY_FAULT
from tests.conversations.conftest import silent

# Told to their end, diagnosis and hotfix included; what all the others come to is measured by the drill.
STORIES = (
    "partition-lost",
    "feature-missing-in-region",
    "artwork-missing",
    "constant-feature",
    "stale-features",
    "serving-only-missing",
    "missing-value-bug",
    "faulty-training-segment",
    "ungated-model",
    "index-truncated",
    "unit-change",
)
IN_MOVIELENS = ("partition-lost", "stale-features", "missing-value-bug", "ungated-model")
FAULTS = {fault.name: fault for fault in EVERY_FAULT}
HEALTHY_DAYS = 2  # that the bot lives through first; longer ones: tests/bot/detection/test_calibration.py

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("world", "name"), [*(("lab", name) for name in STORIES), *(("movielens", name) for name in IN_MOVIELENS)]
)
def test_a_fault_opens_one_thread_at_once_and_is_diagnosed_rightly(world: str, name: str) -> None:
    story, fault = play(name, world, silent, healthy_days=HEALTHY_DAYS), FAULTS[name]

    assert story.false_incidents == 0
    assert len(story.incidents) == 1
    assert story.cycles_to_notice == 1
    assert set(story.incidents[0]["codes"]) & set(fault.codes)
    assert story.diagnosis is not None
    assert story.diagnosis["cause_class"] == fault.cause_class
    assert story.resolution is not None
    assert (story.hotfix is not None) == fault.rollback_mends
    assert story.hotfix is None or story.hotfix["verified"]
