"""A slice column with very many values: the same fifty are followed, and the bot's restart is no news."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from bot.detection.policy import Policy
from bot.detection.runner import Detector
from bot.recommender.opening import open_recommender
from bot.store.sessions import open_store
from checks.base import Finding
from checks.data.volume import Volume
from tests.bot.detection.conftest import StoppedClock
from tests.bot.recommender.shop import DAY, START, settings_of, write_day, write_shop

DAYS, CITIES = 22, 80


def a_day(day: int) -> pd.DataFrame:
    """Eighty cities, the first ones a little busier; each has its good and its bad days."""
    rng = np.random.default_rng(day)
    rows = rng.poisson(np.linspace(60, 40, CITIES))
    city = np.repeat([f"c{n:02}" for n in range(CITIES)], rows)
    count = len(city)
    at = pd.Timestamp(START) + day * DAY + pd.to_timedelta(np.arange(count) * 80_000 // count, unit="s")
    frame = pd.DataFrame({"event_time": at, "visit": [f"v{day}-{n // 5}" for n in range(count)], "user": 1, "movie": 1})
    return frame.assign(slot=np.arange(count) % 5, p_click=0.5, model=7, country=city, affinity=0.0, days_old=1)


def test_after_a_restart_no_city_seems_to_have_vanished(tmp_path: Path) -> None:
    write_shop(tmp_path, days=1)
    for day in range(DAYS):
        write_day(tmp_path, day, a_day(day))
    settings, store = settings_of(tmp_path), open_store(f"sqlite:///{tmp_path / 'bot.db'}")
    found: list[Finding] = []
    for day in range(DAYS - 4, DAYS):  # a bot that is started anew every day
        clock = StoppedClock(START + (day + 1) * DAY)
        detector = Detector(store, clock, open_recommender(settings), (Volume(),), Policy.from_settings(settings))
        (outcome,) = detector.run(clock.at).outcomes
        assert outcome.state in ("quiet", "finding")
        found += outcome.findings
    store.close()
    assert found == []
