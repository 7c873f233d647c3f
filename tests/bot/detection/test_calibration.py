"""Minutes, not seconds: healthy days of several seeds of both simulated worlds. Hundreds of days: `recsysops drill`."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.store.sessions import open_store
from sandbox.recommender.worlds import open_world
from tests.bot.detection.conftest import watch

WORLDS = [("lab", 7), ("lab", 21), ("movielens", 7), ("movielens", 11)]
FROM_DAY = 15


@pytest.mark.slow
@pytest.mark.parametrize(("name", "seed"), WORLDS)
def test_healthy_days_from_the_fifteenth_on_open_one_incident_at_most(name: str, seed: int, tmp_path: Path) -> None:
    """One in 30 days is what is promised."""
    watched = watch(open_world(name, tmp_path / "world", seed), open_store(f"sqlite:///{tmp_path / 'bot.db'}"))
    history = watched.detector.run(watched.world.today).window  # measures everything, judges the last day
    days = 31 if name == "lab" else 45
    moments = [history.end - timedelta(days=back) for back in range(days - FROM_DAY, 0, -1)]
    noisy = {moment.date(): found for moment in moments if (found := watched.detector.run(moment).findings)}
    told = {day: [finding.words for finding in found] for day, found in noisy.items()}
    assert len({(finding.code, finding.subject) for found in noisy.values() for finding in found}) <= 1, told
