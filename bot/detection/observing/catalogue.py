"""Who observes what. Adding a kind: a file, a line here, and its name in checks.base.Kind."""

from __future__ import annotations

from collections.abc import Mapping

from bot.detection.observing.base import Observer
from bot.detection.observing.columns import observe_columns
from bot.detection.observing.delivery import observe_delivery
from bot.detection.observing.exposure import observe_exposure
from bot.detection.observing.past import observe_past
from bot.detection.observing.upcoming import observe_upcoming
from checks.base import Kind

OBSERVERS: Mapping[Kind, Observer] = {
    "exposure": observe_exposure,
    "delivery": observe_delivery,
    "columns": observe_columns,
    "past": observe_past,
    "upcoming": observe_upcoming,
}

# Not even everyone comes from SQL: they are of no relation, and are observed when relations cannot be read.
UNAGGREGATED: frozenset[Kind] = frozenset({"delivery", "columns", "past", "upcoming"})
