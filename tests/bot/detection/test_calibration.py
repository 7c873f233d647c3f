"""Minutes, not seconds: healthy days of several seeds of both simulated worlds; every fault of MovieLens."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from bot.store.sessions import Store, open_store
from sandbox.recommender.faults.base import Fault
from sandbox.recommender.faults.catalogue import EVERY_FAULT
from sandbox.recommender.worlds import open_world
from tests.bot.detection.conftest import Watched, watch

TOO_FEW = "segment-flipped"  # three of its thirty-six children, who seldom come: that may be chance
WORLDS = [("lab", 7), ("lab", 8), ("lab", 9), ("lab", 21), ("movielens", 7), ("movielens", 11)]
FAULTS = [fault for fault in EVERY_FAULT if not fault.extra]  # those: docs/gallery.md
FROM_DAY = 15
LOOKED_AT = 3  # days, as the drill does


def _watched(name: str, seed: int, folder: Path) -> Watched:
    return watch(open_world(name, folder / "world", seed), open_store(f"sqlite:///{folder / 'bot.db'}"))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "seed"), WORLDS)
def test_healthy_days_from_the_fifteenth_on_open_one_incident_at_most(name: str, seed: int, tmp_path: Path) -> None:
    """One in 30 days is what is promised; how many there are in hundreds of days is the drill's to say."""
    watched = _watched(name, seed, tmp_path)
    history = watched.detector.run(watched.world.today).window  # measures everything, judges the last day
    days = 31 if name == "lab" else 45
    moments = [history.end - timedelta(days=back) for back in range(days - FROM_DAY, 0, -1)]
    noisy = {moment.date(): found for moment in moments if (found := watched.detector.run(moment).findings)}
    told = {day: [finding.words for finding in found] for day, found in noisy.items()}
    assert len({(finding.code, finding.subject) for found in noisy.values() for finding in found}) <= 1, told


@pytest.mark.slow
def test_every_fault_of_movielens_is_found_in_its_first_days_and_no_benign_change_is(tmp_path: Path) -> None:
    """The lab's: test_stories.py; more seeds, slices and sizes: `recsysops drill`."""
    before = _watched("movielens", 7, tmp_path)
    before.detector.run(before.world.today)  # a bot that begins with the fault knows no better
    before.store.close()
    table = {}
    for fault in FAULTS:
        shutil.copy(tmp_path / "bot.db", tmp_path / f"{fault.name}.db")
        store = Store(f"sqlite:///{tmp_path / f'{fault.name}.db'}")
        watched = watch(open_world("movielens", tmp_path / fault.name, 7), store)
        watched.world.break_with(fault.name)
        day, codes = _days_until(watched, fault)
        table[fault.name] = (sorted(codes), bool(codes & set(fault.codes)) if fault.codes else not codes)
        store.close()
        print(f"{fault.name:28s} day {day}: {' '.join(sorted(codes)) or 'quiet'}")
    assert {fault: codes for fault, (codes, right) in table.items() if not right and fault != TOO_FEW} == {}


def _days_until(watched: Watched, fault: Fault) -> tuple[int, set[str]]:
    """Days pass until something is found, at most `LOOKED_AT` from when all of the fault shows."""
    for day in range(1, fault.days + LOOKED_AT):
        codes = {finding.code for finding in watched.pass_day().findings}
        if codes:
            return day, codes
    return day, set()
