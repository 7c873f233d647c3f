"""What windows hold now: read again and again, so that a check can tell whether their rows are what they were."""

from __future__ import annotations

from collections.abc import Sequence

from bot.detection.observing.base import Scene
from bot.recommender.contract import Measured
from bot.recommender.past import Summed
from checks.base import EVERYONE, Measure, Slice, Window

LATEST = 3  # windows that are read each time: the one to judge, and those before it
REWRITTEN = 4  # more of them at most, when their files were written anew


def observe_past(measure: Measure, scene: Scene) -> list[Measured]:
    """One slice (window, its start) a window, with its sums and rows; everyone's n is how many were read.

    The first time all of them are read, later the latest windows, those whose files were written since, and one more
    in turn. Only in the window to judge: what the past was at earlier times, nobody can tell any more.
    """
    table, now = measure.name.partition(":")[2], scene.history[-1]
    measured = [Measured(measure.name, EVERYONE, window, None, 0) for window in scene.windows if window != now]
    if now not in scene.windows or len(scene.history) < 2:
        return measured
    chosen = _choose(scene, table)
    summed = scene.recommender.warehouse.sum_up(table, chosen)
    if len(chosen) == len(scene.history):
        summed = [one for one in summed if one.rows]  # the days before there was anything are not the past
    return measured + _tell(measure.name, now, summed)


def _choose(scene: Scene, table: str) -> list[Window]:
    written = scene.recommender.warehouse.rewritten(table, scene.history)
    if len(scene.windows) > len(scene.history) / 2:  # a new installation
        return list(scene.history)
    older, latest = scene.history[:-LATEST], scene.history[-LATEST:]
    turn = [older[latest[-1].start.toordinal() % len(older)]] if older else []
    return sorted({*latest, *turn, *[window for window in written if window in older][-REWRITTEN:]})


def _tell(name: str, now: Window, summed: Sequence[Summed]) -> list[Measured]:
    there = [one for one in summed if one.rows]
    zeros = (0.0,) * len(there[0].sums) if there else None
    parts = [Measured(name, _slice(one.window), now, one.sums if one.rows else zeros, one.rows) for one in summed]
    return [Measured(name, EVERYONE, now, zeros, len(there)), *parts]


def _slice(window: Window) -> Slice:
    return Slice((("window", window.start.isoformat()),))
