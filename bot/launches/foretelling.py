"""What is expected of launches ahead: made each window and at each release of the model, kept, scored afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import numpy as np

from bot.clock import Clock
from bot.launches import keeping
from bot.launches.combining import Combined, Evidence, Expected, TooFewLaunches
from bot.launches.served import DAY, FEWEST, top_shares
from bot.launches.shadow import Shadow, Stage
from bot.recommender.contract import Recommender, RecommenderFailed, Registry, Scorer, UnknownVersion
from bot.recommender.launches import find_launches
from bot.store.sessions import Store
from bot.store.tables import LaunchPrediction
from checks.base import Schema, Window
from checks.events import Foretold, Launch
from checks.upcoming import is_lacking

LOOKS_BACK = timedelta(days=90)  # at launches to learn from
AT_ONCE = 12  # launches, the latest first, that are looked back at: the first run must not take minutes
NEEDED = ("item_id", "request_id", "score", "rank")  # of requests
Load = Callable[[str], Scorer | None]
HALF = 0.5  # of launches ahead lack a column that launched ones have: it is filled in after the launch


def can_foretell(schema: Schema, registry: Registry | None) -> bool:
    """Whether there is a model to ask, and logged requests to ask it about."""
    columns = schema.relations.get("requests", {})
    has_items = "launch_date" in schema.relations.get("items", {})
    return registry is not None and has_items and bool(schema.features) and all(name in columns for name in NEEDED)


@dataclass(frozen=True)
class Foreteller:
    """Foretells the launches of one recommender, as of any moment."""

    store: Store
    recommender: Recommender
    clock: Clock

    def foretell(self, as_of: datetime) -> list[Foretold]:
        """What is expected of launches ahead by the model that serves; [] where nothing can be foretold yet.

        Made once for each moment and version, and then read. Nothing after `as_of` is looked at. What another version
        said is void. RecommenderFailed where tables or the model cannot be read.
        """
        registry, schema = self.recommender.registry, self.recommender.warehouse.schema
        if registry is None or not can_foretell(schema, registry):
            return []
        now, version = self.clock.now(), registry.champion().version
        ahead = find_launches(self.recommender, Window(as_of, as_of + schema.launches.horizon))
        launches = {one.item_id: one for one in ahead}
        with self.store.session() as session:
            keeping.void_others(session, version, now)
            keeping.revive(session, version, as_of)
            kept = [one for one in keeping.standing(session) if one.as_of == as_of and one.item_id in launches]
        if len(kept) < len(launches):
            known = {one.item_id for one in kept}
            kept += self._make([one for one in ahead if one.item_id not in known], ahead, version, as_of, now)
        told = sorted(kept, key=lambda one: (one.launches_at, one.item_id))
        return [foretold for one in told if (foretold := keeping.read(one, launches[one.item_id])) is not None]

    def is_outdated(self) -> bool:
        """Whether what is expected of a launch ahead was said by a version that serves no more."""
        now, registry = self.clock.now(), self.recommender.registry
        with self.store.session() as session:
            versions = {one.version for one in keeping.standing(session) if one.launches_at > now}
        return bool(versions) and registry is not None and versions != {registry.champion().version}

    def _make(
        self, wanted: Sequence[Launch], ahead: Sequence[Launch], version: str, as_of: datetime, now: datetime
    ) -> list[LaunchPrediction]:
        past = find_launches(self.recommender, Window(as_of - LOOKS_BACK, as_of))
        load = cache(self._load)  # launches that are looked back at share versions
        stage = self._stage(version, as_of, past, load)
        if stage is None:
            return []
        lessons = self._learn_from(past, ahead, as_of, now, load)
        with self.store.session() as session:
            session.add_all(lessons)
        top = self.recommender.warehouse.schema.launches.top
        made = [_draft(one, stage.put_in(one, top), version, as_of, now, top) for one in wanted]
        try:
            combined = Combined([_evidence(one) for one in lessons], np.array([one.outcome for one in lessons], float))
        except TooFewLaunches:
            combined = None
        if combined is not None:
            for one, expected in zip(made, combined.expect([_evidence(each) for each in made]), strict=True):
                _fill_in(one, expected, combined)
        with self.store.session() as session:
            session.add_all(made)
        return made

    def _learn_from(
        self, past: Sequence[Launch], ahead: Sequence[Launch], as_of: datetime, now: datetime, load: Load
    ) -> list[LaunchPrediction]:
        """Past launches with what was known a week ahead of them and what came of it.

        What was not foretold then, because the bot was not there yet, is worked out from what was logged then.
        """
        over = {one.item_id: one for one in past if one.at is not None and one.at + DAY <= as_of}
        if not over:
            return []
        first = min(one.at for one in over.values() if one.at)
        with self.store.session() as session:
            known = keeping.a_week_ahead(keeping.launched_since(session, first))
        known = {item: one for item, one in known.items() if item in over and one.launches_at == over[item].at}
        open_ones = [launch for item, launch in over.items() if item not in known or known[item].outcome is None]
        outcomes = top_shares(self.recommender, open_ones, self.recommender.warehouse.schema.launches.top)
        hidden = _filled_afterwards(ahead, past)
        missed = [launch for launch in open_ones if launch.item_id in outcomes and launch.item_id not in known]
        for launch in missed[-AT_ONCE:]:
            one = self._look_back(launch, past, hidden, now, load)
            known |= {launch.item_id: one} if one is not None else {}
        for launch in open_ones:
            if launch.item_id in outcomes and launch.item_id in known:
                known[launch.item_id].outcome, known[launch.item_id].scored_at = outcomes[launch.item_id], now
        return [one for one in known.values() if one.outcome is not None]

    def _look_back(
        self, launch: Launch, past: Sequence[Launch], hidden: frozenset[str], now: datetime, load: Load
    ) -> LaunchPrediction | None:
        """What would have been known of a launch a week ahead of it; None where nothing was logged then."""
        if launch.at is None or self.recommender.registry is None:
            return None
        as_of = launch.at - keeping.LEAD
        versions = [one for one in self.recommender.registry.versions() if one.created_at <= as_of]
        stage = self._stage(versions[-1].version, as_of, past, load) if versions else None
        if stage is None:
            return None
        facts = {name: value for name, value in launch.facts.items() if name not in hidden}
        known = Launch(launch.item_id, launch.title, launch.at, facts)
        top = self.recommender.warehouse.schema.launches.top
        return _draft(known, stage.put_in(known, top), versions[-1].version, as_of, now, top, looked_back=True)

    def _load(self, version: str) -> Scorer | None:
        """A version's model; None where it is no longer kept."""
        if self.recommender.registry is None:
            return None
        try:
            return self.recommender.registry.load(version)
        except UnknownVersion:
            return None

    def _stage(self, version: str, as_of: datetime, past: Sequence[Launch], load: Load) -> Stage | None:
        """Requests logged before a moment; None where there are too few of them or there is no model to ask."""
        scorer = load(version)
        if scorer is None:
            return None
        stage = Stage(self.recommender, as_of, scorer, [one for one in past if one.at is not None and one.at < as_of])
        if stage.is_empty or stage.requests < FEWEST:
            return None
        lacking = [name for name in scorer.features if name not in stage.rows]
        if lacking:
            raise RecommenderFailed(f"Version {version} reads {', '.join(lacking)}, which requests lack: log them too.")
        return stage


def _filled_afterwards(ahead: Sequence[Launch], past: Sequence[Launch]) -> frozenset[str]:
    """Columns that launched titles have and launches ahead have not: nobody knows them a week ahead."""
    if not ahead or not past:
        return frozenset()
    return frozenset(
        name
        for name in past[-1].facts
        if _filled(ahead, name) <= HALF < _filled(past, name) or (_filled(ahead, name) == 0 < _filled(past, name))
    )


def _filled(launches: Sequence[Launch], name: str) -> float:
    return sum(not is_lacking(one.facts.get(name)) for one in launches) / len(launches)


def _draft(
    launch: Launch, shadow: Shadow, version: str, as_of: datetime, now: datetime, top: int, *, looked_back: bool = False
) -> LaunchPrediction:
    """A prediction as far as shadow scoring goes."""
    return LaunchPrediction(
        item_id=launch.item_id,
        launches_at=launch.at or as_of,
        as_of=as_of,
        made_at=now,
        version=version,
        looked_back=looked_back,
        top=top,
        rank=shadow.rank,
        lost=shadow.lost,
        score=shadow.score,
        kept_out=dict(shadow.kept_out),
        missing=list(shadow.missing),
        facts=_plain(launch.facts),
    )


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as JSON: dates as text; what is neither number nor text is left out."""
    told = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in facts.items()}
    told = {name: value.item() if isinstance(value, np.generic) else value for name, value in told.items()}
    return {name: value for name, value in told.items() if value is None or isinstance(value, str | int | float | bool)}


def _evidence(one: LaunchPrediction) -> Evidence:
    left_out = {"item_id", "launch_date", "ts"}
    facts = {name: value for name, value in one.facts.items() if name not in left_out}
    return Evidence(one.launches_at, one.rank, one.lost, facts)


def _fill_in(one: LaunchPrediction, expected: Expected, combined: Combined) -> None:
    one.value, one.low, one.high = expected.value, expected.low, expected.high
    one.usual, one.launches = combined.usual, combined.launches
