"""What is wrong at the start is one clear sentence; what is only down is waited for; what is not signed is refused."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.settings import ConfigWrong, Settings, load
from handlers.doors import demand_tokens
from handlers.running import start
from handlers.serving import serve_http
from handlers.web import HttpServing
from sandbox.recommender.worlds import open_world
from tests.handlers.conftest import Ears
from tests.handlers.poor_slack import APP_TOKEN, BOT_TOKEN, SECRET, PoorSlack
from tests.handlers.test_anywhere import free_port

NOBODY = "http://127.0.0.1:9/api"  # the discard port: nobody listens there


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(open_world("lab", tmp_path_factory.mktemp("world")).config_path)


def settings(config: Path, url: str = NOBODY, **environ: str) -> Settings:
    return load(config, {"SLACK_API_URL": url, **environ})


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({}, ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]),
        ({"SLACK_APP_TOKEN": APP_TOKEN}, ["SLACK_BOT_TOKEN"]),
        ({"SLACK_BOT_TOKEN": BOT_TOKEN}, ["SLACK_APP_TOKEN"]),
        ({"SLACK_BOT_TOKEN": BOT_TOKEN, "RECSYSOPS_HTTP_PORT": "3000"}, ["SLACK_SIGNING_SECRET"]),
    ],
)
def test_every_missing_secret_is_named_at_once(config: Path, given: dict[str, str], names: list[str]) -> None:
    with pytest.raises(ConfigWrong) as wrong:
        demand_tokens(settings(config, **given))
    assert len(wrong.value.problems) == len(names)
    assert all(name in problem for name, problem in zip(names, wrong.value.problems, strict=True))


@pytest.mark.parametrize(
    ("bot_token", "app_token", "words"),
    [
        ("xoxb-old", APP_TOKEN, "does not accept SLACK_BOT_TOKEN (invalid_auth)"),
        (BOT_TOKEN, "xapp-old", "Socket Mode does not open: invalid_auth: check SLACK_APP_TOKEN"),
    ],
)
def test_a_refused_token_ends_the_process_with_one_sentence(
    config: Path, bot_token: str, app_token: str, words: str
) -> None:
    with PoorSlack().running() as slack:
        told = run(config, SLACK_API_URL=slack.url, SLACK_BOT_TOKEN=bot_token, SLACK_APP_TOKEN=app_token)
    assert (told.returncode, told.stderr.count("\n")) == (2, 1)
    assert words in told.stderr


def run(config: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "RECSYSOPS_"))}
    command = [sys.executable, "-m", "bot", "--config", str(config)]
    return subprocess.run(command, env={**kept, **environ}, capture_output=True, text=True, timeout=180, check=False)


@pytest.mark.parametrize("html", [False, True])
def test_a_server_without_socket_mode_is_said_with_what_to_do(config: Path, html: bool) -> None:
    with PoorSlack(html=html, lacks=("apps.connections.open",)).running() as slack:
        environ = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN}
        with pytest.raises(ConfigWrong, match="this server has no Socket Mode; for HTTP, set RECSYSOPS_HTTP_PORT"):
            start(settings(config, slack.url, **environ), tick=None)


def test_a_port_in_use_is_said_with_what_to_do(config: Path, web: PoorSlack) -> None:
    port = web.request_url.split(":")[2].split("/")[0]
    environ = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_SIGNING_SECRET": SECRET, "RECSYSOPS_HTTP_PORT": port}
    with pytest.raises(ConfigWrong, match=f"Port {port} cannot be opened .*in use.*: stop what listens there"):
        start(settings(config, **environ), tick=None)


def test_a_slack_that_is_down_is_no_reason_not_to_start(config: Path) -> None:
    environ = {"SLACK_SIGNING_SECRET": SECRET, "RECSYSOPS_HTTP_PORT": str(free_port())}
    start(settings(config, SLACK_BOT_TOKEN=BOT_TOKEN, **environ), tick=None).close()


@pytest.fixture
def web(ears: Ears) -> Iterator[PoorSlack]:
    """Somebody who knows the address of a bot over HTTP."""
    serving = serve_http(ears.app, "0.0.0.0", 0)
    assert isinstance(serving, HttpServing)
    caller = PoorSlack()
    caller.request_url = f"http://127.0.0.1:{serving.port}/slack/interactive"  # not only /slack/events
    yield caller
    serving.close()


EVENT = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1"}
MENTION = {"type": "app_mention", "user": "U1", "channel": "C1", "text": "<@U0> status", "ts": "7.1"}


@pytest.mark.parametrize(("secret", "age"), [("another secret", 0), ("", 0), (None, 301)])
def test_a_request_signed_wrongly_or_long_ago_is_refused(
    ears: Ears, web: PoorSlack, secret: str | None, age: int
) -> None:
    signed = {"secret": ears.slack.signing_secret if secret is None else secret, "age": age}
    status, _ = web.post("events_api", {**EVENT, "event": MENTION}, **signed)  # type: ignore[arg-type]
    assert (status, ears.drain()) == (401, [])


def test_the_address_proves_itself_when_it_is_entered(ears: Ears, web: PoorSlack) -> None:
    asked: dict[str, Any] = {"type": "url_verification", "challenge": "c0ffee"}
    assert web.post("events_api", asked, secret=ears.slack.signing_secret) == (200, {"challenge": "c0ffee"})
