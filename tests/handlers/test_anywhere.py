"""The whole bot against a server that is not ours, and that knows and forgives little: over a socket and over HTTP."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot import rounds
from bot.clock import ReplayClock
from bot.health import health_of
from bot.settings import load
from handlers.running import RunningBot, start
from sandbox.recommender.world import RunningWorld
from sandbox.recommender.worlds import open_world
from tests.handlers.poor_slack import APP_TOKEN, BOT_TOKEN, CHANNEL, SECRET, TEAM, Json, PoorSlack

ONCALL = "U0ONCALL"
Factory = pytest.TempPathFactory


def until(condition: Callable[[], Any], seconds: float = 15) -> Any:
    """What the condition says once it holds; fails when it never does."""
    end = time.monotonic() + seconds
    while not (held := condition()):
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.05)
    return held


@dataclass
class Place:
    """A broken world, a poor Slack, and the bot between the two."""

    world: RunningWorld
    slack: PoorSlack
    http: bool
    folder: Path
    channel: str = ""
    turn: list[int] = field(default_factory=lambda: [0])

    @contextmanager
    def bot(self) -> Iterator[RunningBot]:
        environ = {"SLACK_API_URL": self.slack.url, "SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN}
        environ |= {"RECSYSOPS_DATABASE_URL": f"sqlite:///{self.folder / 'bot.db'}"}
        if self.http:
            port = free_port()
            environ |= {"RECSYSOPS_HTTP_PORT": str(port), "SLACK_SIGNING_SECRET": SECRET}
            self.slack.request_url = f"http://127.0.0.1:{port}/slack/events"
        settings = load(self.world.config_path, environ)
        if self.channel:
            settings = settings.model_copy(
                update={"slack": settings.slack.model_copy(update={"channel": self.channel})}
            )
        bot = start(settings, ReplayClock(self.world.clock.now()), tick=None, pace=0.0)
        try:
            rounds.tick(bot.mate)
            yield bot
        finally:
            bot.close()

    def next(self) -> str:
        self.turn[0] += 1
        return f"{time.time():.3f}.{self.turn[0]}"

    def command(self, command: str, text: str) -> Json:
        ids = {"team_id": TEAM, "user_id": ONCALL, "channel_id": CHANNEL, "trigger_id": self.next()}
        return self.slack.tell("slash_commands", {"command": command, "text": text, "response_url": "", **ids})

    def mention(self, text: str, thread_ts: str, **more: Any) -> Json:
        said = {"type": "app_mention", "user": ONCALL, "channel": CHANNEL, "text": text, "ts": self.next()}
        event = {**said, "thread_ts": thread_ts, **more}
        return {"type": "event_callback", "team_id": TEAM, "event_id": f"Ev{self.next()}", "event": event}

    def click(self, action_id: str) -> Json:
        card = self.slack.messages[0]
        found = [button for block in card["blocks"] for button in block.get("elements", [])]
        pressed = next(button for button in found if button.get("action_id") == action_id)
        payload = {
            "type": "block_actions",
            **self._person(),
            "channel": {"id": CHANNEL},
            "message": card,
            "container": {"type": "message", "message_ts": card["ts"], "channel_id": CHANNEL},
            "actions": [{**pressed, "action_ts": self.next()}],
        }
        return self.slack.tell("interactive", payload)

    def submit(self, values: dict[str, str], choices: dict[str, str]) -> Json:
        typed: Json = {block: {f"{block}.text": {"value": words}} for block, words in values.items()}
        chosen = {b: {f"{b}.choice": {"selected_option": {"value": v}}} for b, v in choices.items()}
        view = {**self.slack.views[-1], "state": {"values": {**typed, **chosen}}}
        return self.slack.tell("interactive", {"type": "view_submission", **self._person(), "view": view})

    def _person(self) -> Json:
        return {"user": {"id": ONCALL}, "team": {"id": TEAM}, "trigger_id": self.next()}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def unsent(bot: RunningBot) -> int:
    return health_of(bot.mate.store, (), bot.mate.clock.now(), 1.0).unsent


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> RunningWorld:
    """A lab world on the first day of a fault: every bot reads it, each with a store of its own."""
    world = open_world("lab", tmp_path_factory.mktemp("world"))
    assert isinstance(world, RunningWorld)
    world.break_with("constant-feature")
    world.serve_day()
    return world


@pytest.fixture(scope="module", params=["socket", "http"])
def place(request: pytest.FixtureRequest, broken: RunningWorld, tmp_path_factory: Factory) -> Iterator[Place]:
    """With a bot in it that has opened an incident; over HTTP the server refuses with pages in HTML."""
    http = request.param == "http"
    with PoorSlack(html=http).running() as slack:
        opened = Place(broken, slack, http, tmp_path_factory.mktemp("bot"))
        with opened.bot():
            until(lambda: slack.cards and len(slack.thread(slack.cards[0]["ts"])) >= 4)
            yield opened


def test_one_incident_is_one_card_and_its_thread_tells_what_pictures_would_show(place: Place) -> None:
    assert len(place.slack.cards) == 1
    thread = place.slack.thread(place.slack.cards[0]["ts"])
    assert any("It shows: " in text for text in thread)
    assert len(thread) == len(set(thread))


def test_commands_are_answered(place: Place) -> None:
    place.command("/recsys", "status")
    until(lambda: any("1 open" in text for text in place.slack.texts()))
    place.command("/diagnose", "incident 1")
    until(lambda: any(text.startswith("Diagnosis of ") for text in place.slack.texts()), 30)
    until(lambda: sum("Change of each feature" in text for text in place.slack.texts()) == 2)


def test_a_mention_in_a_thread_is_answered_there_once_however_often_it_is_delivered(place: Place) -> None:
    card = place.slack.cards[0]["ts"]
    before = len(place.slack.thread(card))
    mention = place.mention("<@U0BOT> incidents", card)
    for _ in range(2):
        place.slack.tell("events_api", mention)
    until(lambda: len(place.slack.thread(card)) == before + 1)
    place.slack.tell("events_api", place.mention("<@U0BOT> whoami", card))
    until(lambda: place.slack.thread(card)[-1].startswith(f"For <@{ONCALL}>: You are"))
    assert len(place.slack.thread(card)) == before + 2


def test_a_button_changes_the_card_and_a_dialog_resolves_the_incident(place: Place) -> None:
    place.click("incident.acknowledge")
    until(lambda: "acknowledged" in place.slack.messages[0]["text"])
    place.click("incident.resolve")
    until(lambda: place.slack.views)
    wrong = place.submit({"cause": "", "fix": "rolled back"}, {"cause_class": "inputs", "fix_worked": "yes"})
    assert wrong["response_action"] == "errors"
    place.submit({"cause": "bad deploy", "fix": "rolled back"}, {"cause_class": "inputs", "fix_worked": "yes"})
    until(lambda: "resolved" in place.slack.messages[0]["text"])


def test_a_restart_says_nothing_twice_and_a_lost_answer_is_no_second_card(broken: RunningWorld, tmp_path: Path) -> None:
    """The server stored the card and its first reply, but its answers were lost; then the bot was restarted."""
    with PoorSlack().running() as slack:
        slack.lose_answers = 2
        place = Place(broken, slack, False, tmp_path)
        with place.bot():
            until(lambda: slack.cards)
        with place.bot():
            until(lambda: any("It shows: " in text for text in slack.texts()), 40)
        told = slack.texts()
        with place.bot() as bot:
            until(lambda: unsent(bot) == 0)
        assert slack.texts() == told == list(dict.fromkeys(told))
        assert len(slack.cards) == 1


def test_a_server_that_lists_and_keeps_nothing_is_spoken_to_by_the_channel_s_id(
    broken: RunningWorld, tmp_path: Path
) -> None:
    lacks = ("auth.test", "conversations.list", "conversations.history", "conversations.replies")
    with PoorSlack(html=True, lacks=lacks).running() as slack:
        place = Place(broken, slack, True, tmp_path, CHANNEL)
        with place.bot():
            until(lambda: slack.cards and len(slack.thread(slack.cards[0]["ts"])) >= 4)
            mention = place.mention("<@U0BOT> status", slack.cards[0]["ts"], type="message", channel_type="channel")
            place.slack.tell("events_api", {**mention, "authorizations": [{"user_id": "U0BOT"}]})
            until(lambda: "1 open" in slack.texts()[-1])
        assert len(slack.cards) == 1
