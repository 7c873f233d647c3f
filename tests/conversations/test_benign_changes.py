"""What is no fault, played through Slack: nothing opens. Each benign change: tests/bot/detection/test_stories.py."""

import pytest

from sandbox.demo.headless import play
from tests.conversations.conftest import silent

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("change", ["planned-retrain", "marketing-push"])
def test_a_benign_change_opens_nothing(change: str) -> None:
    story = play(change, "lab", silent, healthy_days=2)

    assert story.incidents == []
    assert story.false_incidents == 0


def test_a_recording_without_a_model_is_lived_through() -> None:
    story = play("none", "obd", silent)

    assert story.incidents == []
