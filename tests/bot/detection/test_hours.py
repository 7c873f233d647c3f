"""Windows shorter than a day: they have mornings and nights, and few rows."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.store.sessions import open_store
from sandbox.recommender.engine.scene import START
from sandbox.recommender.sources.wheels import DataMissing
from sandbox.recommender.worlds import open_world
from tests.bot.detection.conftest import Watched, watch

CODES = ("D01", "D03")
HOURS = timedelta(hours=6)
RECORDED = datetime(2019, 11, 24, tzinfo=UTC)  # when Open Bandit's week begins


@pytest.fixture
def quarters(tmp_path: Path) -> Iterator[Watched]:
    """The lab judged four times a day."""
    world = open_world("lab", tmp_path / "world")
    text = world.config_path.read_text(encoding="utf-8")
    world.config_path.write_text(text.replace('window = "1d"', 'window = "6h"'), encoding="utf-8")
    store = open_store(f"sqlite:///{tmp_path / 'bot.db'}")
    yield watch(world, store)
    store.close()


def _live(watched: Watched, since: datetime, until: datetime) -> dict[datetime, list[str]]:
    """What was found at the end of each window, where anything was."""
    count = (until - since) // HOURS
    runs = [watched.detector.run(since + step * HOURS) for step in range(1, count + 1)]
    return {run.window.end: [finding.words for finding in run.findings] for run in runs if run.findings}


def test_a_recording_with_three_clicks_a_window_is_lived_through_in_silence(tmp_path: Path) -> None:
    try:
        world = open_world("obd", tmp_path / "world")
    except DataMissing as missing:
        pytest.skip(str(missing))
    store = open_store(f"sqlite:///{tmp_path / 'bot.db'}")
    assert _live(watch(world, store), RECORDED, world.today) == {}
    store.close()


def test_a_lost_partition_and_a_feature_lost_at_serving_are_found_within_the_day(quarters: Watched) -> None:
    begins = quarters.world.today
    quarters.detector.run(begins, CODES)
    quarters.world.break_with("partition-lost")
    quarters.world.break_with("serving-only-missing")
    quarters.world.serve_day()
    moments = quarters.detector.due(begins, quarters.world.today)
    found = [{finding.code for finding in quarters.detector.run(moment, CODES).findings} for moment in moments]
    assert len(moments) == 4
    assert "D03" in found[0]
    assert "D01" in set.union(*found[:2])


@pytest.mark.slow
def test_a_fortnight_of_healthy_quarters_is_silent(quarters: Watched) -> None:
    assert _live(quarters, START, START + timedelta(days=14)) == {}
