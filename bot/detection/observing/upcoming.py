"""How many launches are ahead."""

from __future__ import annotations

from bot.detection.observing.base import Scene
from bot.recommender.contract import Measured
from bot.recommender.launches import launches_in
from checks.base import EVERYONE, Measure, Window


def observe_upcoming(measure: Measure, scene: Scene) -> list[Measured]:
    """Everyone has the number of titles that launch within the horizon after the newest window; n titles are known.

    Of earlier windows nothing is said: the catalogue tells what is ahead now, not what was ahead then.
    """
    now = max(scene.history or scene.windows)
    known = dict.fromkeys(scene.windows, (None, 0)) | ({now: _count(scene, now)} if now in scene.windows else {})
    return [Measured(measure.name, EVERYONE, window, value, n) for window, (value, n) in known.items()]


def _count(scene: Scene, now: Window) -> tuple[float, int]:
    warehouse = scene.recommender.warehouse
    items = warehouse.rows("items", now)
    return float(len(launches_in(items, Window(now.end, now.end + warehouse.schema.launches.horizon)))), len(items)
