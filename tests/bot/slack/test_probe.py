"""Doctor's questions to Slack: each answer is a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk.web import SlackResponse

from bot.examined import Line
from bot.slack.client import make_client
from bot.slack.probe import SCOPES, probe
from tests.bot.slack.conftest import Gateway, OddClient


def by_subject(lines: list[Line]) -> dict[str, Line]:
    return {line.subject: line for line in lines}


def test_all_is_well(gateway: Gateway) -> None:
    lines = probe(make_client(gateway.slack.bot_token, gateway.slack.api_url), "#recsys-alerts")
    assert [line.state for line in lines if line.state == "problem"] == []
    assert by_subject(lines)["Slack channel"].words == "#recsys-alerts: I am in it"


def test_a_public_channel_is_joined_by_the_way(gateway: Gateway) -> None:
    lines = probe(make_client(gateway.slack.bot_token, gateway.slack.api_url), "#general")
    assert by_subject(lines)["Slack channel"].state == "ok"
    assert gateway.calls("conversations.join") == 1


def test_a_wrong_token_is_told_with_what_to_do(gateway: Gateway) -> None:
    lines = probe(make_client("xoxb-wrong", gateway.slack.api_url), "#general")
    assert [line.state for line in lines] == ["problem"]
    assert "invalid_auth" in lines[0].words
    assert "xoxb-" in lines[0].what_to_do


def test_a_slack_that_cannot_be_reached_is_not_called_a_wrong_token() -> None:
    lines = probe(make_client("xoxb-1", "http://127.0.0.1:9/api/"), "#general")
    assert "cannot be reached" in lines[0].words


@pytest.mark.parametrize(("channel", "words"), [("", "names no channel"), ("#nowhere", "there is no #nowhere")])
def test_a_channel_that_is_not_there_is_told(gateway: Gateway, channel: str, words: str) -> None:
    lines = probe(make_client(gateway.slack.bot_token, gateway.slack.api_url), channel)
    assert by_subject(lines)["Slack channel"].state == "problem"
    assert words in by_subject(lines)["Slack channel"].words


def test_an_archived_channel_is_told(gateway: Gateway) -> None:
    gateway.driver.archive("recsys-alerts")
    lines = probe(make_client(gateway.slack.bot_token, gateway.slack.api_url), "C0ALERTS")
    assert "archived" in by_subject(lines)["Slack channel"].words


def with_scopes(gateway: Gateway, scopes: str) -> OddClient:
    def around(name: str, call: Callable[[], SlackResponse]) -> SlackResponse:
        answer: Any = call()
        answer.headers["X-OAuth-Scopes"] = scopes
        return answer  # type: ignore[no-any-return]

    return OddClient(gateway.slack, around)


def test_a_missing_scope_is_named_with_what_it_is_for(gateway: Gateway) -> None:
    scopes = ",".join(scope for scope in SCOPES if scope != "files:write")
    line = by_subject(probe(with_scopes(gateway, scopes), "#recsys-alerts"))["Slack scopes"]
    assert (line.state, line.words) == ("problem", "missing: files:write (to upload charts)")


def test_all_scopes_are_counted(gateway: Gateway) -> None:
    line = by_subject(probe(with_scopes(gateway, ",".join(SCOPES)), "#recsys-alerts"))["Slack scopes"]
    assert line.state == "ok"


def test_a_server_that_does_not_tell_its_scopes_is_no_fault(gateway: Gateway) -> None:
    line = by_subject(probe(with_scopes(gateway, ""), "#recsys-alerts"))["Slack scopes"]
    assert line.state == "unknown"
