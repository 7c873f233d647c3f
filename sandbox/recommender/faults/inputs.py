"""Faults of what comes in: the log, the feature pipeline, the index, the catalogue."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd

from sandbox.recommender.engine.day import Engine
from sandbox.recommender.engine.features import FEATURES
from sandbox.recommender.engine.scene import Bools, Floats, day_date, day_start
from sandbox.recommender.engine.state import Change
from sandbox.recommender.engine.traffic import Requests
from sandbox.recommender.faults.base import Injected

REGION = "West"  # both worlds have it
REGION_EVERY = 10  # one session in this many
KEPT_LOG_EVERY = 4
KEPT_ITEMS = 0.15
SECONDS_A_DAY = 86_400


def lose_partition(engine: Engine) -> None:
    """The loader drops three of four shards of the impressions log; members are served as ever."""

    def lose(name: str, rows: pd.DataFrame) -> pd.DataFrame:
        if name != "impressions":
            return rows
        shard = rows["request_id"].str[-5:].astype(int) % KEPT_LOG_EVERY
        return rows[shard == 0].reset_index(drop=True)

    engine.hooks.log.append(lose)


def lose_feature_in_region(engine: Engine) -> None:
    """The feature store answers without item_rate_28d for one session in ten of one region."""

    def lose(requests: Requests, features: Floats) -> None:
        there = np.flatnonzero(requests.region == REGION)
        features[there[::REGION_EVERY], :, FEATURES.index("item_rate_28d")] = np.nan

    engine.hooks.features.append(lose)


def lose_feature_at_serving(engine: Engine) -> None:
    """The serving client lost a column of the feature store's answer; offline it is still there."""

    def lose(_: Requests, features: Floats) -> None:
        features[:, :, FEATURES.index("similarity")] = np.nan

    engine.hooks.features.append(lose)


def stop_refreshing(engine: Engine) -> None:
    """The feature pipeline no longer runs: what it computed last is served on and on."""
    engine.hooks.refresh.append(lambda: False)


def change_unit(engine: Engine) -> None:
    """Upstream now sends item age in seconds under the name that says days."""

    def rescale(_: Requests, features: Floats) -> None:
        features[:, :, FEATURES.index("item_age_days")] *= SECONDS_A_DAY

    engine.hooks.features.append(rescale)


def truncate_index(engine: Engine) -> None:
    """The index build stops early: most items can no longer be retrieved."""

    def truncate(held: Bools) -> Bools:
        kept = np.random.default_rng(engine.state.seed).random(len(held)) < KEPT_ITEMS
        return held & kept

    engine.hooks.index.append(truncate)


def forget_artwork(engine: Engine) -> Injected:
    """A title about to launch has no artwork, so the serving filter never lets it through."""
    item = _next_launch(engine)
    state = engine.state
    state.has_artwork[item] = False

    def mend() -> None:
        state.has_artwork[item] = True

    return Injected(subject=f"item:{state.scene.catalogue.ids[item]}", mend=mend)


def _next_launch(engine: Engine) -> int:
    """The item launching on the next day to be served; the next in line is brought forward when there is none."""
    state = engine.state
    coming = np.where(state.launch_day >= state.day, state.launch_day, np.inf)
    item = int(np.argmin(coming))
    if state.launch_day[item] != state.day:
        bring_forward(engine, item)
    return item


def bring_forward(engine: Engine, item: int) -> None:
    """Launch an item on the next day to be served, and say so in the changes table."""
    state = engine.state
    title = state.scene.catalogue.titles[item]
    state.launch_day[item] = state.day
    state.scene.catalogue.launch_day[item] = state.day
    words = f"launch of {title} brought forward to {day_date(state.day)}"
    at = day_start(state.day) - timedelta(hours=1)
    state.changes.append(Change(at, "config", f"item:{state.scene.catalogue.ids[item]}", words))
