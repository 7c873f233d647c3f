"""The bot put together: what it reads, what it remembers, what it says it with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.clock import Clock, SystemClock
from bot.detection.lineup import everything_watched, line_up
from bot.detection.policy import Policy
from bot.detection.runner import Detector
from bot.detection.watcher import Watcher
from bot.launches.foretelling import Foreteller
from bot.recommender.contract import Recommender
from bot.recommender.opening import open_recommender
from bot.roles import Roles, allow
from bot.settings import ConfigWrong
from bot.slack.messages import Person, Place
from bot.slack.outbox import Outbox
from bot.store.sessions import Store, StoreFailed, open_store
from checks.base import Described
from checks.catalogue import EVERY_CHECK, EVERY_WATCH
from checks.judging import Check

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.store.tables import Incident


@dataclass(frozen=True)
class Teammate:
    """One bot on one recommender. Holds no state of its own: that is all in the store."""

    settings: Settings
    clock: Clock
    store: Store
    recommender: Recommender
    detector: Detector
    outbox: Outbox
    line_up: Sequence[Check] = EVERY_CHECK  # the catalogue, and the operator's own
    wall: Clock = field(default_factory=SystemClock)  # how long things take, whatever time it is in the world watched

    @property
    def foreteller(self) -> Foreteller:
        """Foretells launches."""
        return Foreteller(self.store, self.recommender, self.clock)

    @property
    def window(self) -> timedelta:
        """The length of a detection window."""
        return self.settings.recommender.window

    @property
    def checks(self) -> Sequence[Check]:
        """Every check that is not switched off, in the order of the catalogue."""
        return [check for check in self.line_up if check.about.code not in self.settings.checks.off]

    @property
    def every_check(self) -> Sequence[Described]:
        """The checks of the recommender, and those of the bot itself."""
        return everything_watched(self.settings, self.line_up)

    @property
    def watcher(self) -> Watcher:
        """Who judges the bot itself."""
        return Watcher(self.store, self.clock, EVERY_WATCH, Policy.from_settings(self.settings))

    @property
    def roles(self) -> Roles:
        """Who may do what, as recsysops.toml says."""
        return {"operator": self.settings.roles.operator, "approver": self.settings.roles.approver}

    def allow(self, person: Person, role: str, what: str) -> None:
        """Let a person do something, or raise Denied: it names the role and who has it, and is in the audit trail."""
        allow(self.store, person, role, self.roles, what, self.clock.now())

    @property
    def channel(self) -> Place:
        """Where incidents are opened."""
        return Place(self.settings.slack.channel or "")

    def thread(self, incident: Incident) -> Place:
        """The thread of an incident, whether its card has been sent yet or not."""
        return Place(incident.channel or self.channel.channel, thread_key=incident.card_key)


def assemble(settings: Settings, clock: Clock) -> Teammate:
    """Open the store and the recommender that the settings name; raises ConfigWrong or RecommenderFailed."""
    store = remember(settings)
    recommender = open_recommender(settings)
    policy = Policy.from_settings(settings)
    checks = line_up(settings)
    foretell = Foreteller(store, recommender, clock).foretell
    detector = Detector(store, clock, recommender, checks, policy, foretell)
    return Teammate(settings, clock, store, recommender, detector, Outbox(clock), checks)


def remember(settings: Settings) -> Store:
    """The bot's own records, where the settings say; ConfigWrong when they cannot be opened there."""
    try:
        return open_store(settings.database_url)
    except StoreFailed as failed:
        raise ConfigWrong([str(failed)]) from failed
