"""One day of the recommender's life, a quarter of a day at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from sandbox.recommender.engine.calls import Calls, place_calls
from sandbox.recommender.engine.candidates import retrieve
from sandbox.recommender.engine.choosing import choose
from sandbox.recommender.engine.counting import count_served
from sandbox.recommender.engine.deployments import BURN_IN, Deployment, deploy
from sandbox.recommender.engine.features import FEATURES, Snapshot, compute_features, refresh
from sandbox.recommender.engine.hooks import Hooks
from sandbox.recommender.engine.ranking import Scoring, rank_candidates, settle_for_less
from sandbox.recommender.engine.recomputing import recompute, sample_requests
from sandbox.recommender.engine.releases import start_of_day
from sandbox.recommender.engine.requests import Requests
from sandbox.recommender.engine.scene import Floats, day_start
from sandbox.recommender.engine.state import Change, State
from sandbox.recommender.engine.traffic import draw_requests
from sandbox.recommender.engine.training import as_frame
from sandbox.recommender.overrides import read_overrides
from sandbox.recommender.registry import FolderRegistry
from sandbox.recommender.tables.batch import Batch

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
        """Serve the whole of `state.day`, count what happened, and move to the next day.

        On one thread: several add up in another order, and with the last bits of a model another list is served.
        """
        with threadpool_limits(1):
            return self._serve_day()

    def _serve_day(self) -> list[Batch]:
        state = self.state
        state.counters.start_day(state.day)
        start_of_day(state, self.hooks, self.registry)
        self._announce_launches()
        requests = draw_requests(state, self.hooks)
        calls = place_calls(state, self.hooks, requests)
        rng = state.random(SERVING_STREAM)
        batches = [batch for quarter in range(QUARTERS) for batch in self._serve_quarter(quarter, requests, calls, rng)]
        state.day += 1
        return batches

    def _serve_quarter(self, quarter: int, requests: Requests, calls: Calls, rng: np.random.Generator) -> list[Batch]:
        now = day_start(self.state.day) + timedelta(hours=24 * quarter / QUARTERS)
        snapshot = self._snapshot_at(now)
        mine = requests.hour // (24 // QUARTERS) == quarter
        part, called = requests.where(mine), calls.where(mine)
        parts = deploy(self.state, self.hooks, part, self.registry.champion(), self._told_at(now))
        return [
            self._serve(now, snapshot, each, part.where(each.requests), called.where(each.requests), rng)
            for each in parts
        ]

    def _serve(
        self,
        now: datetime,
        snapshot: Snapshot,
        by: Deployment,
        part: Requests,
        calls: Calls,
        rng: np.random.Generator,
    ) -> Batch:
        state, hooks = self.state, self.hooks
        items = retrieve(state, hooks, part, snapshot, by.index, rng)
        for narrow in hooks.candidates:
            items = narrow(part, items)
        features = compute_features(state, snapshot, by.index, part.member, items)
        for change in [*hooks.upstream, *hooks.features, *hooks.pipelines.get(by.model_version, [])]:
            change(part, features)
        whole = rank_candidates(state, hooks, part, items, features, self._scoring(by.model_version), rng)
        ranked = settle_for_less(state, part, calls, snapshot.popularity, whole)
        sampled = sample_requests(state, part, calls)
        fresh = snapshot if snapshot.computed_at == now - REFRESH_TAKES else refresh(state, now - REFRESH_TAKES)
        offline = recompute(state, hooks, fresh, part.where(sampled), items[sampled])
        chosen = choose(state, part, ranked, rng)
        count_served(state, part, ranked, chosen)
        return Batch(
            part, calls, ranked, chosen, sampled, offline, by.model_version, by.index_version, snapshot.computed_at
        )

    def _snapshot_at(self, now: datetime) -> Snapshot:
        if self.snapshot is None or all(runs(now) for runs in self.hooks.refresh):
            self.snapshot = refresh(self.state, now - REFRESH_TAKES)
        return self.snapshot

    def _told_at(self, now: datetime) -> str | None:
        """The version that the overrides folder tells to serve."""
        obeyed = read_overrides(self.folder / "overrides", now, self.registry.versions())
        self.notes.extend(note for note in obeyed.ignored if note not in self.notes)
        return obeyed.version

    def _scoring(self, version: str) -> Scoring:
        if version == BURN_IN:
            return guess
        pipeline = self.registry.load(version)
        return lambda rows: np.asarray(pipeline.predict_proba(as_frame(rows))[:, 1])

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
