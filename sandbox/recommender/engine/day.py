"""One day of the recommender's life, a quarter of a day at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from sandbox.recommender.engine.candidates import retrieve
from sandbox.recommender.engine.choosing import choose
from sandbox.recommender.engine.counting import count_served
from sandbox.recommender.engine.features import FEATURES, Snapshot, compute_features, refresh
from sandbox.recommender.engine.hooks import Hooks
from sandbox.recommender.engine.ranking import Scoring, rank_candidates
from sandbox.recommender.engine.releases import start_of_day
from sandbox.recommender.engine.scene import Floats, day_start
from sandbox.recommender.engine.state import Change, State
from sandbox.recommender.engine.traffic import Requests, draw_requests
from sandbox.recommender.engine.training import as_frame
from sandbox.recommender.overrides import read_overrides
from sandbox.recommender.registry import FolderRegistry
from sandbox.recommender.tables.rows import Batch

QUARTERS = 4  # how often a day features are refreshed and overrides read
SERVING_STREAM = 2
REFRESH_TAKES = timedelta(minutes=7)


@dataclass
class Engine:
    """A recommender on disk and in memory, able to serve its next day."""

    state: State
    folder: Path
    hooks: Hooks = field(default_factory=Hooks)
    snapshot: Snapshot | None = None
    notes: list[str] = field(default_factory=list)  # what serving passed over, such as a corrupt override

    def __post_init__(self) -> None:
        self.registry = FolderRegistry(self.folder / "registry")

    def serve(self) -> list[Batch]:
        """Serve the whole of `state.day`, count what happened, and move to the next day."""
        state = self.state
        state.counters.start_day(state.day)
        start_of_day(state, self.hooks, self.registry)
        self._announce_launches()
        requests = draw_requests(state, self.hooks)
        rng = state.random(SERVING_STREAM)
        batches = [self._serve_quarter(quarter, requests, rng) for quarter in range(QUARTERS)]
        state.day += 1
        return batches

    def _serve_quarter(self, quarter: int, requests: Requests, rng: np.random.Generator) -> Batch:
        now = day_start(self.state.day) + timedelta(hours=24 * quarter / QUARTERS)
        snapshot = self._snapshot_at(now)
        version, scoring = self._model_at(now)
        part = requests.where(requests.hour // (24 // QUARTERS) == quarter)
        items, _ = retrieve(self.state, self.hooks, part, snapshot, rng)
        features = compute_features(self.state, snapshot, part.member, items)
        for change in [*self.hooks.features, *self.hooks.pipelines.get(version, [])]:
            change(part, features)
        ranked = rank_candidates(self.state, part, items, features, scoring, rng)
        chosen = choose(self.state, part, ranked, rng)
        count_served(self.state, part, ranked, chosen)
        index = self.state.embedding.version if self.state.embedding else "none"
        return Batch(part, ranked, chosen, version, index, snapshot.computed_at)

    def _snapshot_at(self, now: datetime) -> Snapshot:
        if self.snapshot is None or all(runs() for runs in self.hooks.refresh):
            self.snapshot = refresh(self.state, now - REFRESH_TAKES)
        return self.snapshot

    def _model_at(self, now: datetime) -> tuple[str, Scoring]:
        champion = self.registry.champion()
        if champion is None:
            return "burn-in", guess
        obeyed = read_overrides(self.folder / "overrides", now, self.registry.versions())
        self.notes.extend(note for note in obeyed.ignored if note not in self.notes)
        version = obeyed.version or champion
        pipeline = self.registry.load(version)
        return version, lambda rows: np.asarray(pipeline.predict_proba(as_frame(rows))[:, 1])

    def _announce_launches(self) -> None:
        state = self.state
        for item in np.flatnonzero(state.launch_day == state.day):
            words = f"{state.scene.catalogue.titles[item]} launched"
            subject = f"item:{state.scene.catalogue.ids[item]}"
            state.changes.append(Change(day_start(state.day), "launch", subject, words))


def guess(features: Floats) -> Floats:
    """The burn-in's ranking: an item's take rate, tilted by the member's leaning to its genres."""
    affinity, rate = features[:, FEATURES.index("genre_affinity")], features[:, FEATURES.index("item_rate_28d")]
    return np.asarray(rate * affinity)
