"""What is no fault, played through Slack: nothing is opened. Other worlds: tests/bot/detection/test_calibration.py."""

import pytest

from sandbox.demo.headless import play
from sandbox.recommender.faults.base import Fault
from sandbox.recommender.faults.catalogue import EVERY_FAULT
from tests.conversations.conftest import silent

BENIGN = [fault for fault in EVERY_FAULT if fault.kind == "benign"]

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("change", BENIGN, ids=lambda change: change.name)
def test_a_benign_change_opens_nothing(change: Fault) -> None:
    story = play(change.name, "lab", silent)

    assert story.incidents == []
    assert story.false_incidents == 0


def test_a_recording_without_a_model_is_lived_through() -> None:
    story = play("none", "obd", silent)

    assert story.incidents == []
