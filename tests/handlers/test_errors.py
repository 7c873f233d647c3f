"""What nobody expected: the person hears an id that finds the log line, and Slack tries again where it can."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.clock import SystemClock
from bot.slack.inbox import Inbox
from bot.store.sessions import Store
from tests.handlers.conftest import Ears
from tests.handlers.payloads import click, command, mention, submission


class FullDisk(Inbox):
    """An inbox that cannot be written."""

    def put(self, key: str, kind: str, body: dict[str, Any]) -> bool:
        raise OSError("no space left on device")


@pytest.fixture
def deaf(ears: Ears, store: Store) -> Ears:
    return Ears(ears.slack, FullDisk(store, SystemClock()))


def test_a_command_that_cannot_be_noted_down_says_so_with_an_id_that_is_in_the_log(deaf: Ears) -> None:
    with capture_logs() as logs:
        answer = json.loads(deaf.hear(command()).body)
    assert answer["response_type"] == "ephemeral"
    found = re.search(r"Error id `(\w+)`", answer["text"])
    assert found is not None
    assert found[1] in [entry.get("error_id") for entry in logs]


def test_a_dialog_that_cannot_be_noted_down_stays_open_with_the_id(deaf: Ears) -> None:
    answer = json.loads(deaf.hear(submission()).body)
    assert answer["response_action"] == "update"
    assert "Error id" in json.dumps(answer["view"])


def test_an_event_that_cannot_be_noted_down_is_refused_so_that_slack_sends_it_again(deaf: Ears) -> None:
    assert deaf.hear(mention()).status == 500


def test_a_click_that_cannot_be_noted_down_is_told_to_the_person_by_the_response_url(deaf: Ears) -> None:
    assert deaf.hear(click(response_url="http://127.0.0.1:9/nobody-listens")).status == 200
