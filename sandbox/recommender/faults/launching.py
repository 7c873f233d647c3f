"""The launch calendar, as faults of new titles need it."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from sandbox.recommender.engine.day import Engine
from sandbox.recommender.engine.scene import day_date, day_start
from sandbox.recommender.engine.state import Change
from sandbox.recommender.faults.base import Dose

AHEAD = (8, 10)  # days: a launch that can still be prepared


def coming_launch(engine: Engine, dose: Dose) -> int:
    """An item whose launch is announced for the week after next, counted from the next day to be served.

    Raises ValueError when none is left that far ahead.
    """
    launch = engine.state.launch_day - engine.state.day
    coming = np.flatnonzero((launch >= AHEAD[0]) & (launch <= AHEAD[1]))
    if not len(coming):
        raise ValueError("No launch is left in this world's calendar: open a fresh one.")
    return int(dose.pick(coming.tolist(), coming[np.argmin(launch[coming])]))


def next_launch(engine: Engine, dose: Dose | None = None) -> int:
    """An item launching on the next day to be served: of the next few in line, brought forward where it has to be."""
    state = engine.state
    coming = np.flatnonzero(state.launch_day >= state.day)
    if not len(coming):
        raise ValueError("No launch is left in this world's calendar: open a fresh one.")
    in_line = coming[np.argsort(state.launch_day[coming], kind="stable")]
    item = int((dose or Dose()).pick(in_line[:6].tolist(), in_line[0]))
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
