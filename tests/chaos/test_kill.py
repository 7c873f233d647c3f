"""Killed at the worst moment, the bot comes back and says everything exactly once."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sandbox.demo.stage import CHANNEL, workspace
from sandbox.recommender.world import World
from sandbox.recommender.worlds import open_world
from sandbox.slack.driver_client import Driver, wait_for
from sandbox.slack.server import SandboxSlack


@pytest.fixture
def broken_world(tmp_path: Path) -> World:
    """A lab world on the first day of a fault."""
    world = open_world("lab", tmp_path / "world")
    world.break_with("constant-feature")
    world.serve_day()
    return world


@contextmanager
def bot(world: World, slack: SandboxSlack) -> Iterator["subprocess.Popen[bytes]"]:
    """The very process that `python -m bot` is, at the world's time."""
    environment = {
        **os.environ,
        "RECSYSOPS_CONFIG": str(world.config_path),
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
    }
    command = [sys.executable, "-m", "bot", "--as-of", world.clock.now().isoformat()]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


def opened(world: World) -> bool:
    """Whether an incident is in the bot's store, without asking the bot."""
    import sqlite3

    path = Path(world.folder) / "recsysops.db"
    if not path.exists():
        return False
    try:
        with sqlite3.connect(path) as store:
            return bool(store.execute("select count(*) from incident").fetchone()[0])
    except sqlite3.OperationalError:
        return False  # not migrated yet


def cards(driver: Driver) -> list[dict[str, Any]]:
    return [message for message in driver.channel(CHANNEL) if "incident.acknowledge" in str(message.get("blocks"))]


def test_killed_between_opening_an_incident_and_posting_it_the_thread_is_there_once(broken_world: World) -> None:
    slack = workspace()
    with slack.running():
        driver = Driver(slack.url)
        driver.faults(outage=True, method="chat.postMessage")
        with bot(broken_world, slack) as first:
            wait_for(lambda: opened(broken_world), 180)
            first.send_signal(signal.SIGKILL)
        assert cards(driver) == []

        driver.faults(outage=False)
        with bot(broken_world, slack):
            wait_for(lambda: cards(driver), 180)
            wait_for(lambda: len(driver.thread(CHANNEL, cards(driver)[0]["ts"])) >= 2, 30)
        assert len(cards(driver)) == 1


def test_killed_after_slack_stored_the_card_and_before_the_bot_heard_of_it_it_is_not_said_again(
    broken_world: World,
) -> None:
    slack = workspace()
    with slack.running():
        driver = Driver(slack.url)
        driver.faults(lose_response_next=1, method="chat.postMessage")
        with bot(broken_world, slack) as first:
            wait_for(lambda: cards(driver), 180)
            first.send_signal(signal.SIGKILL)

        with bot(broken_world, slack):
            wait_for(lambda: len(driver.thread(CHANNEL, cards(driver)[0]["ts"])) >= 2, 180)
        assert len(cards(driver)) == 1
