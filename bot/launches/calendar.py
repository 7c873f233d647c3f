"""The launches ahead: which titles, when, whose, and whether they could be shown on their day as they are set up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.launches.keeping import read, standing
from bot.recommender.contract import Recommender, RecommenderFailed
from bot.recommender.launches import find_launches
from bot.store.sessions import Store
from bot.store.tables import LaunchPrediction
from checks.base import Window
from checks.events import Foretold, Launch
from checks.upcoming import Gap, LaunchRules, find_gaps

LOOKS_BACK = timedelta(days=60)  # at launched titles, for what titles usually have
SEEN = timedelta(days=7)  # the places where anything was shown lately

State = Literal["ready", "in preparation", "at risk"]


@dataclass(frozen=True)
class Ahead:
    """A launch to come."""

    launch: Launch
    gaps: tuple[Gap, ...]
    ready_by: datetime  # when its set-up must be whole
    state: State  # with gaps it is at risk once the time to warn has come; with poor prospects at once
    foretold: Foretold | None = None  # what the ranking model will do with it, where that can be foretold

    @property
    def owner(self) -> str:
        """Who prepares it, as the catalogue says; "" where it does not."""
        return str(self.launch.facts.get("owner") or "")


def find_ahead(store: Store, recommender: Recommender, now: datetime) -> list[Ahead]:
    """Every launch within the horizon, the next first, with what is foretold of it where that still stands.

    RecommenderFailed without a catalogue with launch dates.
    """
    schema = recommender.warehouse.schema
    if "launch_date" not in schema.relations.get("items", {}):
        raise RecommenderFailed("I know of no launches: map items.launch_date in recsysops.toml.")
    rules = schema.launches
    coming = find_launches(recommender, Window(now, now + rules.horizon))
    needs = rules.asked(find_launches(recommender, Window(now - LOOKS_BACK, now)))
    places = {need.slice: _values(recommender, need.slice, now) for need in needs if need.rule == "listed"}
    with store.session() as session:
        told = {one.item_id: one for one in standing(session)}
    return [_judge(one, tuple(find_gaps(one, needs, places)), rules, now, told.get(one.item_id)) for one in coming]


def _judge(
    launch: Launch, gaps: tuple[Gap, ...], rules: LaunchRules, now: datetime, told: LaunchPrediction | None
) -> Ahead:
    at = launch.at or now
    foretold = read(told, launch) if told is not None and told.launches_at == at else None
    late: State = "at risk" if at - now <= rules.warn else "in preparation"
    lacks = bool(gaps) or (foretold is not None and bool(foretold.missing))
    state: State = "at risk" if foretold is not None and foretold.is_at_risk else late if lacks else "ready"
    return Ahead(launch, gaps, at - rules.ready, state, foretold)


def _values(recommender: Recommender, column: str, now: datetime) -> list[str]:
    if column not in recommender.warehouse.schema.relations.get("impressions", {}):
        return []
    cells = recommender.warehouse.cells("impressions", Window(now - SEEN, now), [column])
    return [str(value) for value in cells[column] if str(value) != "unknown"]
