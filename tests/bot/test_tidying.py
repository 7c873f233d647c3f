"""What is old is rolled up unasked, once a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import select

from bot import rounds
from bot.detection.measurements import write
from bot.recommender.contract import Measured
from bot.store.tables import Heartbeat, Measurements, WeeklyMeasurements
from bot.teammate import Teammate
from checks.base import EVERYONE, Window
from sandbox.recommender.clock import SandboxClock
from tests.bot.mates import clock, mate
from tests.bot.stores import store

__all__ = ["clock", "mate", "store"]
DAY = timedelta(days=1)


def _measure(mate: Teammate, start: datetime) -> None:
    with mate.store.session() as session:
        write(session, [Measured("rows", EVERYONE, Window(start, start + DAY), 5.0, 5)], {"rows": "count"})


def test_a_tick_rolls_up_what_is_old_and_looks_again_a_day_later(mate: Teammate, clock: SandboxClock) -> None:
    old = clock.now().replace(hour=0, minute=0, second=0, microsecond=0) - 200 * DAY
    _measure(mate, old)
    rounds.tick(mate)
    with mate.store.session() as session:
        assert session.exec(select(Measurements)).all() == []
        assert len(session.exec(select(WeeklyMeasurements)).all()) == 1
        tidied = session.get_one(Heartbeat, rounds.TIDIED).at
    _measure(mate, old + 7 * DAY)
    rounds.tick(mate)
    with mate.store.session() as session:
        assert len(session.exec(select(Measurements)).all()) == 1
        assert session.get_one(Heartbeat, rounds.TIDIED).at == tidied
    clock.advance(DAY)
    rounds.tick(mate)
    with mate.store.session() as session:
        assert session.exec(select(Measurements)).all() == []
