"""Which version of what served: models, candidate indexes, and which of them go together."""

from __future__ import annotations

from sqlalchemy import func

from .base import History, Measure, Schema, Series

INDEX, PAIRS = "index.served", "versions.pairs"
BETWEEN = " with index "  # in a pair's name: "8 with index 7"
UNTOLD = ("unknown", "other")  # slices that name no version: rows without one, and the rarest of too many


def index_measures(schema: Schema) -> list[Measure]:
    """Impressions by index version, and by model and index version together; [] where that is not logged."""
    if "pair" not in schema.relations.get("pairs", {}):
        return []
    return [
        Measure(INDEX, "pairs", "count", func.count(), func.count(), ("index_version",)),
        Measure(PAIRS, "pairs", "count", func.count(), func.count(), ("pair",)),
    ]


def served_by(history: History, measure: str) -> dict[str, Series]:
    """Rows of each version (or pair) that can be named, window by window; NaN and 0 alike for none."""
    return {
        one.slice.parts[0][1]: one
        for one in history.series(measure)
        if len(one.slice.parts) == 1 and one.slice.parts[0][1] not in UNTOLD
    }


def split_pair(pair: str) -> tuple[str, str]:
    """Model and index version of a pair's name."""
    model, _, index = pair.partition(BETWEEN)
    return model, index
