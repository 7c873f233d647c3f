"""Which columns a table really has, window by window."""

from __future__ import annotations

from collections.abc import Sequence

from bot.detection.observing.base import Scene
from bot.recommender.contract import Measured
from bot.recommender.physical import Physical
from checks.base import EVERYONE, Measure, Slice, Window


def observe_columns(measure: Measure, scene: Scene) -> list[Measured]:
    """One slice (column, type, and what recsysops.toml calls it) a column; everyone holds how many there are."""
    table = measure.name.partition(":")[2]
    found = scene.recommender.warehouse.columns(table, scene.windows)
    return [one for window in scene.windows for one in _tell(measure.name, window, found.get(window, ()))]


def _tell(name: str, window: Window, columns: Sequence[Physical]) -> list[Measured]:
    many = len(columns)
    everyone = Measured(name, EVERYONE, window, float(many) if many else None, many)
    return [everyone, *(Measured(name, _slice(column), window, 1.0, many) for column in columns)]


def _slice(column: Physical) -> Slice:
    parts = {"column": column.name, "type": column.kind, "as": column.logical}
    return Slice(tuple((part, value.replace(" & ", " and ")) for part, value in parts.items()))
