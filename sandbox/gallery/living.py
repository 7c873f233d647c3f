"""A world broken on purpose and watched by the real detector: what a check says on the first day it says anything."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.detection.policy import Policy
from bot.detection.runner import Detector
from bot.launches.foretelling import Foreteller
from bot.recommender.opening import open_recommender
from bot.settings import load
from bot.store.sessions import Store, open_store
from checks.base import Finding
from checks.catalogue import EVERY_CHECK
from sandbox.recommender.faults.base import Fault
from sandbox.recommender.world import World
from sandbox.recommender.worlds import open_world

SEED = 7
DAYS = 7  # a fault is waited for, before it is said that the check sees nothing


@dataclass(frozen=True)
class Shown:
    """A fault as it was injected, and what a check said of it; no finding: nothing within DAYS."""

    fault: Fault
    finding: Finding | None
    day: int = 0  # of the fault, from 1


@contextmanager
def judged(name: str) -> Iterator[Path]:
    """A store that has judged a world's quiet history, to be copied for every fault."""
    with tempfile.TemporaryDirectory(prefix="recsysops-gallery-") as place:
        path = Path(place) / "quiet.db"
        world, store = open_world(name, Path(place) / "world", SEED), open_store(f"sqlite:///{path}")
        watch(world, store).run(world.today)
        store.close()
        yield path


def watch(world: World, store: Store) -> Detector:
    """The detector with every check, on a world's tables."""
    settings = load(world.config_path, {})
    recommender, clock = open_recommender(settings), world.clock
    foretell, policy = Foreteller(store, recommender, clock).foretell, Policy.from_settings(settings)
    return Detector(store, clock, recommender, EVERY_CHECK, policy, foretell)


def live(quiet: Path, name: str, fault: Fault, codes: Sequence[str]) -> dict[str, Shown]:
    """Break a world, and let days pass until each of the checks has said something, or DAYS are over."""
    with tempfile.TemporaryDirectory(prefix="recsysops-gallery-") as place:
        store = Store(f"sqlite:///{shutil.copy(quiet, Path(place) / 'bot.db')}")
        world = open_world(name, Path(place) / "world", SEED)
        detector, broken = watch(world, store), world.break_with(fault.name)
        shown: dict[str, Shown] = {}
        for day in range(1, max(DAYS, fault.days) + 1):
            world.serve_day()
            found = detector.run(world.today).findings
            shown |= {code: Shown(broken, best, day) for code in codes if (best := _leading(found, code))} | shown
            if len(shown) == len(codes):
                break
        store.close()
        return {code: shown.get(code, Shown(broken, None)) for code in codes}


def _leading(found: Sequence[Finding], code: str) -> Finding | None:
    """The most severe of what a check says, as the thread shows it first."""
    of_check = [finding for finding in found if finding.code == code]
    return max(of_check, key=lambda finding: (finding.severity, finding.impact.impressions), default=None)
