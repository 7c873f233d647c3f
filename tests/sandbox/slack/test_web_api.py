"""How calls travel: argument styles, tokens, scopes, limits and the trouble that was asked for."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack.driver_client import Driver, wait_for
from sandbox.slack.rates import PER_CHANNEL_BURST
from sandbox.slack.server import SandboxSlack
from sandbox.slack.wire import Json
from sandbox.slack.workspace import Scheduled


def ask(slack: SandboxSlack, method: str, data: bytes | None = None, **headers: str) -> Json:
    named = {"Authorization": f"Bearer {slack.bot_token}", **{k.replace("_", "-"): v for k, v in headers.items()}}
    request = urllib.request.Request(slack.api_url + method, data, named)
    with urllib.request.urlopen(request, timeout=5) as response:
        answer: Json = json.load(response)
        return answer


def form(**values: str) -> bytes:
    return urllib.parse.urlencode(values).encode()


def test_json_form_and_query_say_the_same(slack: SandboxSlack) -> None:
    blocks = [{"type": "divider", "block_id": "line"}]
    as_json = {"channel": "C0ALERTS", "text": "t", "blocks": blocks, "unfurl_links": False}
    as_form = form(channel="C0ALERTS", text="t", blocks=json.dumps(blocks), unfurl_links="0")
    answers = [
        ask(slack, "chat.postMessage", json.dumps(as_json).encode(), Content_Type="application/json;charset=utf-8"),
        ask(slack, "chat.postMessage", as_form),
        ask(slack, f"chat.postMessage?{as_form.decode()}", b""),
    ]
    assert [a["message"]["blocks"] for a in answers] == [blocks] * 3


@pytest.mark.parametrize(
    ("method", "data", "headers", "code"),
    [
        ("chat.dance", b"", {}, "unknown_method"),
        ("auth.test", b"", {"Authorization": ""}, "not_authed"),
        ("auth.test", b"", {"Authorization": "Bearer wrong"}, "invalid_auth"),
        ("auth.test", b"", {"Authorization": "Bearer xapp-sandbox"}, "not_allowed_token_type"),
        ("apps.connections.open", b"", {}, "not_allowed_token_type"),
        ("chat.postMessage", b"{", {"Content_Type": "application/json"}, "invalid_json"),
        ("chat.postMessage", b"[]", {"Content_Type": "application/json"}, "json_not_object"),
    ],
)
def test_a_refusal_is_http_200_with_ok_false(
    standing: SandboxSlack, method: str, data: bytes, headers: dict[str, str], code: str
) -> None:
    answer = ask(standing, method, data, **headers)
    assert (answer["ok"], answer["error"]) == (False, code)


def test_the_token_may_also_travel_in_the_form(standing: SandboxSlack) -> None:
    assert ask(standing, "auth.test", form(token=standing.bot_token), Authorization="")["user_id"] == "U0BOT"


@pytest.fixture
def narrow(tmp_path: Path) -> Iterator[SandboxSlack]:
    """A workspace where the app asked for little, with Slack's real rate limits."""
    path = tmp_path / "manifest.yml"
    path.write_text("oauth_config: {scopes: {bot: [chat:write]}}\nsettings: {}\n", encoding="utf-8")
    with SandboxSlack(manifest=path).running() as running:
        yield running


def test_a_scope_that_was_not_asked_for_is_named(narrow: SandboxSlack) -> None:
    answer = ask(narrow, "users.list", b"")
    assert (answer["error"], answer["needed"], answer["provided"]) == ("missing_scope", "users:read", "chat:write")


def test_too_much_too_fast_is_429_with_the_seconds_to_wait(narrow: SandboxSlack) -> None:
    client = WebClient(narrow.bot_token, base_url=narrow.api_url)
    for _ in range(PER_CHANNEL_BURST):
        client.chat_postMessage(channel="C0ALERTS", text="t")
    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel="C0ALERTS", text="t")
    assert refused.value.response.status_code == 429
    assert refused.value.response["error"] == "ratelimited"
    assert int(refused.value.response.headers["Retry-After"]) >= 1


def test_a_storm_of_429_hits_only_the_method_it_was_asked_for(client: WebClient, driver: Driver) -> None:
    driver.faults(rate_limit_next=1, method="chat.postMessage")
    assert client.auth_test()["ok"]
    with pytest.raises(SlackApiError, match="ratelimited"):
        client.chat_postMessage(channel="C0ALERTS", text="t")
    assert client.chat_postMessage(channel="C0ALERTS", text="t")["ok"]


def test_a_lost_response_leaves_the_message_there(client: WebClient, driver: Driver) -> None:
    driver.faults(lose_response_next=1)
    with pytest.raises(http.client.RemoteDisconnected):
        client.chat_postMessage(channel="C0ALERTS", text="was it said?")
    assert [m["text"] for m in driver.channel("recsys-alerts")] == ["was it said?"]
    assert wait_for(lambda: any((seen["response"] or {}).get("response_lost") for seen in driver.traffic()))


def test_the_sdks_own_second_attempt_says_it_twice(slack: SandboxSlack, driver: Driver) -> None:
    """What a bot must expect from its default client: this is why a message needs a key of its own."""
    driver.faults(lose_response_next=1)
    WebClient(slack.bot_token, base_url=slack.api_url).chat_postMessage(channel="C0ALERTS", text="t")
    assert len(driver.channel("recsys-alerts")) == 2


def test_during_an_outage_nothing_answers_and_afterwards_everything_does(client: WebClient, driver: Driver) -> None:
    driver.faults(outage=True)
    with pytest.raises(SlackApiError) as refused:
        client.auth_test()
    assert refused.value.response.status_code == 503
    driver.faults(outage=False)
    assert client.auth_test()["ok"]


def test_latency_is_felt(client: WebClient, driver: Driver) -> None:
    driver.faults(latency_ms=80)
    client.auth_test()
    assert wait_for(lambda: any(seen["ms"] >= 80 for seen in driver.traffic()))


def test_the_sdk_uploads_a_file_into_a_thread(client: WebClient, driver: Driver, slack: SandboxSlack) -> None:
    root = driver.post("oncall", "recsys-alerts", "what happened?")
    content = b"\x89PNG" + bytes(range(256)) * 10
    client.files_upload_v2(
        content=content, filename="chart.png", channel="C0ALERTS", thread_ts=root, initial_comment="this"
    )
    reply = driver.thread("recsys-alerts", root)[1]
    assert reply["text"] == "this"
    with urllib.request.urlopen(reply["files"][0]["url_private"], timeout=5) as response:
        assert (response.read(), response.headers["Content-Type"]) == (content, "image/png")


def test_an_upload_of_another_length_than_announced_is_refused(client: WebClient) -> None:
    ticket = client.files_getUploadURLExternal(filename="a.txt", length=3)
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(urllib.request.Request(str(ticket["upload_url"]), b"four"), timeout=5)


def test_a_page_of_another_origin_may_not_drive_the_sandbox(standing: SandboxSlack) -> None:
    for headers in ({"Origin": "https://elsewhere.example"}, {"Host": "elsewhere.example"}):
        request = urllib.request.Request(f"{standing.url}/sandbox/state", headers=headers)
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(request, timeout=5)


def test_scheduled_messages_are_said_when_their_time_has_come(slack: SandboxSlack, driver: Driver) -> None:
    said: dict[str, Any] = {"text": "good morning", "user": "U0BOT"}
    slack.workspace.scheduled["Q1"] = Scheduled("Q1", "C0ALERTS", 1, said)
    assert wait_for(lambda: driver.channel("recsys-alerts"))[0]["text"] == "good morning"
