"""Faults of the sandbox, played through Slack to their end."""

import pytest

from sandbox.demo.headless import play
from sandbox.recommender.faults.base import Fault
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
FAULTS = [fault for fault in EVERY_FAULT if fault.name in STORIES]

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("world", ["lab", "movielens"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_opens_one_thread_at_once_and_is_diagnosed_rightly(fault: Fault, world: str) -> None:
    story = play(fault.name, world, silent)

    assert story.false_incidents == 0
    assert len(story.incidents) == 1
    assert story.cycles_to_notice == 1
    assert set(story.incidents[0]["codes"]) & set(fault.codes)
    assert story.diagnosis is not None
    assert story.diagnosis["cause_class"] == fault.cause_class
    assert story.resolution is not None
    assert (story.hotfix is not None) == fault.rollback_mends
    assert story.hotfix is None or story.hotfix["verified"]
