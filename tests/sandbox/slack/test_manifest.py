from pathlib import Path

import pytest

from sandbox.slack import events
from sandbox.slack.manifest import Manifest, read_manifest
from sandbox.slack.people import found_channels
from tests.sandbox.slack.conftest import Desk

WRITTEN = """
display_information: {name: recsysops}
features:
  slash_commands:
    - {command: /diagnose, description: "Why did it happen?", usage_hint: item 123, should_escape: true}
  shortcuts:
    - {name: Known issue, type: message, callback_id: remember, description: Remember this}
oauth_config: {scopes: {bot: [chat:write, commands, app_mentions:read]}}
settings: {event_subscriptions: {bot_events: [app_mention, message.channels]}, socket_mode_enabled: true}
"""


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    path = tmp_path / "manifest.yml"
    path.write_text(WRITTEN, encoding="utf-8")
    return read_manifest(path)


def test_the_manifest_is_read_as_slack_reads_it(manifest: Manifest) -> None:
    assert manifest.command("/diagnose") is not None
    assert manifest.command("/other") is None
    assert manifest.shortcut("remember") is not None
    assert manifest.shortcut("forget") is None
    assert manifest.grants("chat:write")
    assert not manifest.grants("files:write")


def test_an_event_without_its_scope_is_not_sent(manifest: Manifest) -> None:
    channel = found_channels()[0]
    message, mention = events.of_message(channel, {"ts": "1.0", "user": "U0ONCALL", "text": "<@U0BOT> hi"})
    assert events.wanted(mention, manifest)
    assert not events.wanted(message, manifest)  # subscribed, but channels:history is missing


def test_an_event_nobody_subscribed_to_is_not_sent(manifest: Manifest) -> None:
    desk = Desk(manifest)
    desk.ws.react(desk.ws.channels["C0ALERTS"], desk.says(), "eyes", "U0ONCALL")
    assert desk.events == []


def test_without_a_manifest_everything_is_allowed() -> None:
    assert read_manifest(None).grants("anything:write")
    assert read_manifest(None).command("/any") == {"command": "/any"}


def test_a_file_that_is_no_manifest_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "manifest.yml"
    path.write_text("just words", encoding="utf-8")
    with pytest.raises(ValueError, match="is not a Slack app manifest"):
        read_manifest(path)
