"""A plain Bolt app lives in the sandbox unchanged, over Socket Mode and over signed HTTP."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.starlette import SlackRequestHandler
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.slack.driver_client import Driver, wait_for
from sandbox.slack.server import SandboxSlack
from sandbox.slack.timing import Timing
from tests.sandbox.slack.example_bot import build


@pytest.fixture(scope="module", params=["socket mode", "http"])
def slack(request: pytest.FixtureRequest) -> Iterator[SandboxSlack]:
    """A workspace with the bot in it; the same story is told over both ways."""
    with SandboxSlack(rate_limits=False, timing=Timing(ack_seconds=1.5)).running() as running:
        app = build(WebClient(running.bot_token, base_url=running.api_url), running.signing_secret)
        live = _by_socket if request.param == "socket mode" else _by_http
        yield from live(running, app)


def _by_socket(slack: SandboxSlack, app: App) -> Iterator[SandboxSlack]:
    handler = SocketModeHandler(app, slack.app_token)
    handler.connect()  # type: ignore[no-untyped-call]
    wait_for(Driver(slack.url).connected)
    yield slack
    handler.close()  # type: ignore[no-untyped-call]


def _by_http(slack: SandboxSlack, app: App) -> Iterator[SandboxSlack]:
    handler = SlackRequestHandler(app)

    async def endpoint(request: Request) -> Response:
        response: Response = await handler.handle(request)
        return response

    web = Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(web, port=0, log_config=None))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_for(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    slack.use_http(f"http://127.0.0.1:{port}/slack/events")
    yield slack
    server.should_exit = True
    thread.join()


def incident(driver: Driver) -> str:
    """Opens an incident card with a command; its ts."""
    before = {m["ts"] for m in driver.channel("recsys-alerts")}
    driver.command("oncall", "recsys-alerts", "/diagnose item 123")
    return str(next(m["ts"] for m in driver.channel("recsys-alerts") if m["ts"] not in before))


def test_a_command_is_answered_at_once_and_again_later(driver: Driver) -> None:
    answered = driver.command("launches", "launches", "/diagnose item 123")
    assert (answered["ok"], answered["response"]["text"]) == (True, "working on item 123")
    texts = {m["text"] for m in driver.ephemerals("launches")}
    assert texts == {"working on item 123", "only for you: done"}
    assert driver.channel("launches")[-1]["blocks"][0]["text"]["text"] == "incident, version 1"


def test_what_only_one_person_saw_is_gone_after_a_reload(driver: Driver) -> None:
    driver.command("owner", "launches", "/diagnose")
    assert any(m.get("ephemeral") for m in driver.channel("launches", as_="owner"))
    assert not any(m.get("ephemeral") for m in driver.channel("launches", as_="owner", fresh=True))
    assert driver.ephemerals("owner") == []


def test_a_button_edits_the_card_in_place(driver: Driver) -> None:
    ts = incident(driver)
    assert driver.click("oncall", "recsys-alerts", ts, "ack")["ok"]
    card = wait_for(lambda: [m for m in driver.channel("recsys-alerts") if m["ts"] == ts and m["text"] == "seen"])[0]
    assert card["edited"]["user"] == "U0BOT"


def test_a_modal_refuses_with_reasons_and_then_takes_the_answer(driver: Driver) -> None:
    ts = incident(driver)
    driver.click("lead", "recsys-alerts", ts, "why")
    (view,) = wait_for(lambda: driver.views("lead"))
    assert driver.submit("lead", view["id"])["errors"] == {"why": "Please complete this required field."}
    assert driver.submit("lead", view["id"], {"why": {"text": "no"}})["errors"] == {"why": "Say a little more."}
    (again,) = driver.views("lead")
    assert again["errors"] == {"why": "Say a little more."}
    assert again["state"]["values"]["why"]["text"]["value"] == "no"  # what was typed is kept
    assert driver.submit("lead", view["id"], {"why": {"text": "stale features"}})["ok"]
    assert driver.views("lead") == []
    assert wait_for(lambda: driver.thread("recsys-alerts", ts)[1:])[0]["text"] == "because: stale features"


def test_closing_a_modal_is_heard_by_an_app_that_wanted_to_know(driver: Driver) -> None:
    ts = incident(driver)
    driver.click("lead", "recsys-alerts", ts, "why")
    (view,) = wait_for(lambda: driver.views("lead"))
    driver.close_view("lead", view["id"])
    assert driver.views("lead") == []
    assert wait_for(lambda: driver.thread("recsys-alerts", ts)[1:])[0]["text"] == "never mind"


def test_a_mention_in_a_thread_is_answered_there(driver: Driver) -> None:
    root = driver.post("owner", "recsys-alerts", "sales are down")
    driver.post("owner", "recsys-alerts", "@recsysops is it us?", thread_ts=root)
    texts = wait_for(lambda: [m["text"] for m in driver.thread("recsys-alerts", root)][2:])
    assert texts == ["you said: <@U0BOT> is it us?"]


def test_home_is_drawn_when_looked_at_and_redrawn_by_its_button(driver: Driver) -> None:
    assert driver.home("owner") is None
    driver.open_home("owner")
    view = wait_for(lambda: driver.home("owner"))
    assert view is not None
    driver.click_in_view("owner", view["id"], "refresh")
    wait_for(lambda: (driver.home("owner") or view)["blocks"][0]["text"]["text"] == "fresh")


def test_an_event_delivered_twice_is_answered_twice_by_an_app_that_does_not_look(driver: Driver) -> None:
    """What makes the fault worth having: a bot without an inbox says everything twice."""
    driver.faults(duplicate_next=2)  # the message and the mention
    root = driver.post("oncall", "recsys-alerts", "@recsysops hello")
    wait_for(lambda: len(driver.thread("recsys-alerts", root)) == 3)


def test_a_command_that_is_never_acknowledged_fails_before_the_persons_eyes(driver: Driver) -> None:
    begun = time.monotonic()
    assert driver.command("oncall", "recsys-alerts", "/slow")["ok"] is False
    assert time.monotonic() - begun < 5
