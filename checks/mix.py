"""What is shown, whatever its values: by which model version, in how many lists, how many different items."""

from __future__ import annotations

import numpy as np
from sqlalchemy import func

from .base import EVERYONE, History, Measure, Schema, Slice
from .judging import Judge
from .rhythm import windows_in
from .sql import approx_distinct
from .versions import UNTOLD

VERSIONS = "versions.served"
LISTS = "lists.served"
SHOWN = "items.shown"
FEWER = 0.25  # of the items usually shown: a fall that matters
LONG_ENOUGH = 3  # windows, and days, after which a version is no longer new


def versions_measure(schema: Schema) -> Measure:
    """Impressions by model version; NotApplicable without that column."""
    schema.column("impressions", "model_version")
    return Measure(VERSIONS, "impressions", "count", func.count(), func.count(), ("model_version",))


def versions_measures(schema: Schema) -> list[Measure]:
    """The same for a check that can do without: [] where that column is not mapped."""
    return [versions_measure(schema)] if "model_version" in schema.relations.get("impressions", {}) else []


def shown_measure(schema: Schema) -> Measure:
    """About how many different items were shown; NotApplicable without that column."""
    items = approx_distinct(schema.column("impressions", "item_id"))
    return Measure(SHOWN, "impressions", "count", items, items)


def context_measures(schema: Schema) -> list[Measure]:
    """Versions, items and lists, as far as this installation can tell them: what a shift is weighed against."""
    measures = versions_measures(schema)
    if "item_id" in schema.relations.get("impressions", {}):
        measures.append(shown_measure(schema))
    if "lists" in schema.relations:
        slices = tuple(name for name in schema.slices if name in schema.relations["lists"])
        measures.append(Measure(LISTS, "lists", "count", func.count(), func.count(), slices))
    return measures


def rows_a_list(history: History, where: Slice = EVERYONE) -> float:
    """How many impressions of one list, so of one member and moment, stand together in the window; 1 when unknown."""
    lists = next((float(each.values[-1]) for each in history.series(LISTS) if each.slice == where), 0.0)
    shown = history.impact(where).impressions
    return max(1.0, shown / lists) if lists > 0 and np.isfinite(lists) else 1.0


def served_versions(history: History, measure: str = VERSIONS) -> list[str | None]:
    """The version that served most of each window of a measure by version, oldest first; None where none did."""
    told = {one.slice.parts[0][1]: np.nan_to_num(one.values) for one in history.series(measure) if one.slice.parts}
    names = [name for name in told if name not in UNTOLD]
    if not names:
        return []
    rows = np.array([told[name] for name in names])
    return [names[best] if rows[best, at] > 0 else None for at, best in enumerate(rows.argmax(axis=0))]


def served_version(history: History, back: int = 1) -> str | None:
    """The version that served most of the window `back` from the end (1: the one to judge); None when unknown."""
    served = served_versions(history)
    return served[-back] if len(served) >= back else None


def is_new_version(history: History) -> bool:
    """Whether the version that serves now did not serve most of one of the few windows before."""
    now = served_version(history)
    few = windows_in(LONG_ENOUGH, history.window.end - history.window.start, LONG_ENOUGH)
    return now is not None and any(served_version(history, back) != now for back in range(2, few + 2))


def shows_other_items(history: History, judge: Judge) -> bool:
    """Whether what is shown has been chosen anew: by a new version, or out of far fewer items.

    Other items have other values, so a feature may then look different with nothing wrong in it.
    """
    if is_new_version(history):
        return True
    shown = history.series(SHOWN)
    fallen = judge.judge(shown[0], "count", directions=("down",), floor=FEWER) if shown else None
    return fallen is not None and fallen.abnormal
