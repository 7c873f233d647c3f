"""The whole story, through Slack: noticed, opened, diagnosed, rolled back, verified, resolved, remembered."""

import pytest

from sandbox.demo.headless import play
from tests.conversations.conftest import silent


@pytest.mark.parametrize("http", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["socket-mode", "http"])
def test_a_fault_that_a_rollback_mends_is_noticed_rolled_back_verified_and_resolved(http: bool) -> None:
    story = play("constant-feature", "lab", silent, http=http, healthy_days=2)

    assert story.false_incidents == 0
    assert len(story.incidents) == 1
    assert story.cycles_to_notice == 1
    assert story.hotfix is not None
    assert story.hotfix["verified"]
    assert story.hotfix["approved_by"] != story.hotfix["requested_by"]
    assert story.resolution is not None
    assert story.incidents[0]["state"] == "resolved"
    assert len(story.incidents[0]["thread_messages"]) >= 5


def test_healthy_days_open_nothing() -> None:
    story = play("none", "lab", silent, healthy_days=4)

    assert story.incidents == []
    assert story.false_incidents == 0
