"""The manifest, the listeners, the probe and the docs say the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.slack.probe import SCOPES
from bot.verbs import VERBS
from handlers.commands import COMMANDS
from handlers.mentions import EVENTS
from handlers.shortcuts import SHORTCUTS

SCOPE_OF_EVENT = {"app_mention": "app_mentions:read", "message.im": "im:history", "app_home_opened": None}
DOCS = Path("docs/your-slack.md")


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(Path("manifest.yml").read_text(encoding="utf-8"))
    return loaded


def test_every_command_is_declared_and_every_declared_command_is_listened_to(manifest: dict[str, Any]) -> None:
    declared = [command["command"] for command in manifest["features"]["slash_commands"]]
    assert declared == list(COMMANDS)


def test_every_verb_s_example_begins_with_a_declared_command_or_a_mention() -> None:
    assert {verb.example.split()[0] for verb in VERBS} <= {*COMMANDS, "@recsysops"}


def test_every_shortcut_is_declared_and_listened_to(manifest: dict[str, Any]) -> None:
    declared = {shortcut["callback_id"]: shortcut["type"] for shortcut in manifest["features"]["shortcuts"]}
    assert declared == dict.fromkeys(SHORTCUTS, "message")


def test_every_event_is_listened_to_and_none_is_asked_for_in_vain(manifest: dict[str, Any]) -> None:
    declared = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert len(declared) == len(set(declared))
    assert {event.split(".")[0] for event in declared} == {*EVENTS, "app_home_opened"}


def test_every_event_has_its_scope(manifest: dict[str, Any]) -> None:
    needed = {SCOPE_OF_EVENT[event] for event in manifest["settings"]["event_subscriptions"]["bot_events"]} - {None}
    assert needed <= set(manifest["oauth_config"]["scopes"]["bot"])


def test_scopes_are_those_the_probe_knows_a_reason_for(manifest: dict[str, Any]) -> None:
    assert manifest["oauth_config"]["scopes"]["bot"] == sorted(SCOPES)


def test_the_docs_give_the_probe_s_reason_for_each_scope() -> None:
    rows = re.findall(r"^\| `([a-z_:]+)` \| (.+?) \|$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert dict(rows) == dict(SCOPES)


def test_it_works_without_a_public_address(manifest: dict[str, Any]) -> None:
    settings, features = manifest["settings"], manifest["features"]
    assert settings["socket_mode_enabled"]
    assert settings["interactivity"]["is_enabled"]
    assert features["app_home"]["home_tab_enabled"]
    assert not any("url" in command for command in features["slash_commands"])


def test_it_keeps_slack_s_limits_for_manifests(manifest: dict[str, Any]) -> None:
    shown = manifest["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 174 <= len(shown["long_description"]) <= 4000
    assert all(len(c["usage_hint"]) <= 1000 and len(c["command"]) <= 32 for c in manifest["features"]["slash_commands"])
