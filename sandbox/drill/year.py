"""Quiet days by the hundred: seasons, growth, launches, weekly retrains, some campaigns. Whatever opens is false."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sandbox.drill.history import STORE, WORLD, open_running
from sandbox.drill.records import NOTHING, Trial
from sandbox.drill.scoring import PERIOD
from sandbox.drill.trials import FIRST_SEED
from sandbox.drill.watching import LATENESS, watching
from sandbox.drill.working import Progress, workers
from sandbox.recommender.faults.base import Dose

CAMPAIGN = "marketing-push"
BETWEEN = (55, 100)  # days from one campaign to the next
QUARTERS = 4


@dataclass(frozen=True)
class Year:
    """Some worlds' quiet days, and what was raised in them."""

    world: str
    days: int
    trials: tuple[Trial, ...]

    def to_json(self) -> dict[str, Any]:
        """The count of false incidents, by quarter and by check, and each in its card's words."""
        raised = [each for trial in self.trials for each in self._raised(trial)]
        watched = sum(trial.days for trial in self.trials)
        quarters = Counter(each["quarter"] for each in raised)
        return {
            "world": self.world,
            "seeds": len(self.trials),
            "days": self.days,
            "false_incidents": len(raised),
            "false_incidents_per_30_days": round(PERIOD * len(raised) / watched, 4) if watched else None,
            "per_quarter": [quarters[number] for number in range(1, QUARTERS + 1)],
            "per_seed": [len(trial.opened) for trial in self.trials],
            "per_check": dict(sorted(Counter(each["check"] for each in raised).items())),
            "incidents": raised,
            "failed": dict(why for trial in self.trials for watched in trial.windows for why in watched.failed),
        }

    def _raised(self, trial: Trial) -> list[dict[str, Any]]:
        return [
            {
                "seed": trial.seed,
                "day": trial.delay(watched) + 1,
                "date": watched.start.date().isoformat(),
                "quarter": min(trial.delay(watched) * QUARTERS // self.days + 1, QUARTERS),
                "check": card.lead,
                "title": card.title,
                "words": card.signs[0].words if card.signs else "",
                "again": card.reopened > 0,
            }
            for watched, card in trial.opened
        ]


def live_years(world: str, seeds: int, days: int, progress: Progress, *, jobs: int | None) -> Year:
    """Let the bot watch `days` quiet days of each seed's world, the first after its history."""
    with tempfile.TemporaryDirectory(prefix="recsysops-year-") as place:
        marks = [Path(place) / str(n) for n in range(seeds)]
        with workers(jobs) as pool:
            futures = [pool.submit(live_quietly, world, FIRST_SEED + n, days, mark) for n, mark in enumerate(marks)]
            _follow(futures, marks, days, progress)
        return Year(world, days, tuple(future.result() for future in futures))


def live_quietly(name: str, seed: int, days: int, mark: Path) -> Trial:
    """One seed's quiet days; how many have passed is written into `mark`, for whoever waits."""
    rng = np.random.default_rng([seed, days])
    next_campaign = int(rng.integers(*BETWEEN))
    with tempfile.TemporaryDirectory(prefix="recsysops-year-") as place:
        world = open_running(name, Path(place) / WORLD, seed)
        start = world.today
        with watching(world.config_path, Path(place) / STORE, world.clock.now()) as watch:
            watch.until(world.today + LATENESS)
            before, seen = watch.cards(), []
            for day in range(days):
                if day == next_campaign:
                    world.break_with(CAMPAIGN, Dose(rng=rng))
                    next_campaign += int(rng.integers(*BETWEEN))
                world.serve_day()
                seen += watch.until(world.today + LATENESS)
                mark.write_text(str(day + 1))
            return Trial(NOTHING, name, seed, 0.0, start, watch.mate.window, before, tuple(seen))


def _follow(futures: Sequence[Future[Trial]], marks: Sequence[Path], days: int, progress: Progress) -> None:
    """Tell how far they are until all are done."""
    pending = set(futures)
    while pending:
        _, pending = wait(pending, timeout=1.0)
        done = sum(int(mark.read_text() or 0) for mark in marks if mark.exists())
        progress(f"{done} quiet days of {days * len(marks)}", done / (days * len(marks)))
