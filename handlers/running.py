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
from handlers.doors import demand_tokens, open_door, prove_token
from handlers.serving import Serving


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
    """Start a bot on these settings; raises ConfigWrong for a token that is missing or refused, or a port in use.

    A Slack that cannot be reached is no reason not to start. With tick=None the caller ticks.
    """
    demand_tokens(settings)
    client = make_client(settings.environment.bot_token, settings.environment.slack_api_url)
    prove_token(client)
    mate = assemble(settings, clock or SystemClock())
    loops = Loops(mate, client, tick=tick, pace=pace)
    app = make_app(settings, client, loops.inbox, _for(mate, MODALS), _for(mate, SUBMISSIONS))
    try:
        serving = open_door(settings, app)
    except ConfigWrong:
        mate.store.close()
        raise
    loops.start()
    return RunningBot(mate, loops, serving)


def _for(mate: Teammate, table: dict[str, Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    """The same table, for one bot."""
    return {name: partial(build, mate) for name, build in table.items()}
