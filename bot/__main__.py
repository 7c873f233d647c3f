"""`python -m bot` runs the bot; `recsysops` is every verb. Wires everything; nobody imports it."""

from __future__ import annotations

import signal
import threading
from typing import Annotated

import structlog
import typer

from bot.cli.app import app
from bot.cli.shell import AsOf, Config, clock_at, fail
from bot.logs import configure_logs

log = structlog.get_logger()


@app.command()
def run(
    config: Config = None,
    as_of: AsOf = None,
    speed: Annotated[float, typer.Option("--speed", help="With --as-of: how many times as fast time runs.")] = 1.0,
) -> None:
    """Run the bot until it is told to stop."""
    from bot.clock import ReplayClock
    from bot.recommender.contract import RecommenderFailed
    from bot.settings import ConfigWrong, load
    from handlers.running import start

    clock = clock_at(as_of)
    if as_of is not None and speed != 1.0:
        clock = ReplayClock(clock.now(), speed)
    try:
        bot = start(load(config), clock)
    except (ConfigWrong, RecommenderFailed) as wrong:
        fail(str(wrong))
    log.info("running", channel=bot.mate.settings.slack.channel)
    _wait_for_the_end()
    bot.close()


def _wait_for_the_end() -> None:
    """Until somebody asks politely to stop."""
    ended = threading.Event()
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, lambda *_: ended.set())
    ended.wait()


def main() -> None:
    """The `recsysops` command."""
    configure_logs()
    app()


if __name__ == "__main__":
    configure_logs()
    typer.run(run)
