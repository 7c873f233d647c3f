"""One bot, running: its parts assembled, its loops started, its ear at Slack's door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from bot.answers.dialogs import MODALS, SUBMISSIONS
from bot.clock import Clock, SystemClock
from bot.schedule import PACE, TICK, Loops
from bot.settings import ConfigWrong, Settings
from bot.slack.client import make_client
from bot.teammate import Teammate, assemble
from handlers.app import make_app
from handlers.serving import Serving, serve_http, serve_socket


class RunningBot:
    """A bot that listens and works until it is closed."""

    def __init__(self, mate: Teammate, loops: Loops, serving: Serving) -> None:
        self.mate = mate
        self._loops = loops
        self._serving = serving

    def close(self) -> None:
        """Stop listening, finish what is in hand, let go of the store."""
        self._serving.close()
        self._loops.stop()
        self.mate.store.close()


def start(
    settings: Settings, clock: Clock | None = None, *, tick: timedelta | None = TICK, pace: float = PACE
) -> RunningBot:
    """Start a bot on these settings; raises ConfigWrong when a token is missing. With tick=None the caller ticks."""
    token = settings.environment.bot_token
    if token is None:
        raise ConfigWrong(["SLACK_BOT_TOKEN is not set: it is the xoxb- token of your Slack app (docs/your-slack.md)."])
    mate = assemble(settings, clock or SystemClock())
    client = make_client(token.get_secret_value(), settings.environment.slack_api_url)
    loops = Loops(mate, client, tick=tick, pace=pace)
    app = make_app(settings, client, loops.inbox, _for(mate, MODALS), _for(mate, SUBMISSIONS))
    serving = _serve(settings, app)
    loops.start()
    return RunningBot(mate, loops, serving)


def _for(mate: Teammate, table: dict[str, Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    """The same table, for one bot."""
    return {name: partial(build, mate) for name, build in table.items()}


def _serve(settings: Settings, app: Any) -> Serving:
    """HTTP where a port is set, Socket Mode otherwise."""
    environment = settings.environment
    if environment.http_port is not None:
        return serve_http(app, "0.0.0.0", environment.http_port)
    if environment.app_token is None:
        raise ConfigWrong(
            ["Set SLACK_APP_TOKEN (xapp-, for Socket Mode) or RECSYSOPS_HTTP_PORT (for HTTP): see docs/your-slack.md."]
        )
    return serve_socket(app, environment.app_token.get_secret_value())
