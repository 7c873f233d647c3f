"""Measuring what has not been measured yet: one fused scan a table, for as many windows as there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import structlog
from sqlalchemy import func

from bot.detection.measurements import find_missing, write
from bot.detection.observing.base import Scene
from bot.detection.observing.catalogue import OBSERVERS, UNAGGREGATED
from bot.detection.telling_apart import recall_values, remember_values
from bot.recommender.contract import Measured, Recommender, RecommenderFailed
from bot.store.sessions import Store
from checks.base import EVERYONE, Measure, Window

log = structlog.get_logger()
ALIKE = {"labelled": "impressions"}  # relations that are asked for together: one pass over the same rows does for both
AWAITED = 3  # windows for which a table without any rows is asked again; then it is written down as empty

Failures = dict[str, str]  # by relation, or by the name of what is observed, in words


def measure_new(
    store: Store, recommender: Recommender, measures: Sequence[Measure], windows: Sequence[Window], now: datetime
) -> Failures:
    """Measure and store what is missing in these windows; what could not be read, by relation."""
    by_name = {measure.name: measure for measure in measures}
    with store.session() as session:
        missing = find_missing(session, tuple(by_name), windows)
    failures: Failures = {}
    recall_values(store, recommender.warehouse)
    for names, group in _alike(missing).items():
        wanted = [by_name[name] for name in sorted(names)]
        measured, failed = _measure(recommender, wanted, group)
        failures |= failed
        measured += _observe(wanted, measured, failures, Scene(recommender, group, {}, windows))
        relations = {measure.name: measure.relation for measure in wanted}
        remember_values(store, recommender.warehouse, now)  # first: what is measured by them must never be orphaned
        with store.session() as session:
            arrived = _arrived(measured, relations, set(windows[-AWAITED:]))
            write(session, arrived, {measure.name: measure.kind for measure in wanted})
    return failures


def _alike(missing: Mapping[Window, frozenset[str]]) -> dict[frozenset[str], list[Window]]:
    """Windows that lack the same measures, together."""
    groups: dict[frozenset[str], list[Window]] = defaultdict(list)
    for window, names in sorted(missing.items()):
        groups[names].append(window)
    return groups


def _measure(
    recommender: Recommender, measures: Sequence[Measure], windows: Sequence[Window]
) -> tuple[list[Measured], Failures]:
    """All relations; one that cannot be read does not keep the others from being measured."""
    by_relation: dict[str, list[Measure]] = defaultdict(list)
    for measure in measures:
        if measure.kind not in UNAGGREGATED:
            by_relation[ALIKE.get(measure.relation, measure.relation)].append(measure)
    return _measure_each(recommender, by_relation, windows)


def _measure_each(
    recommender: Recommender, by_relation: Mapping[str, Sequence[Measure]], windows: Sequence[Window]
) -> tuple[list[Measured], Failures]:
    measured: list[Measured] = []
    failures: Failures = {}
    for relation, wanted in by_relation.items():
        found, failed = _measure_together(recommender, relation, wanted, windows)
        measured += found
        failures |= failed
    return measured, failures


def _measure_together(
    recommender: Recommender, relation: str, measures: Sequence[Measure], windows: Sequence[Window]
) -> tuple[list[Measured], Failures]:
    """One scan; where one measure's SQL is wrong (an operator's own, as a rule) the others are measured without it."""
    try:
        return recommender.warehouse.measure(measures, windows), {}
    except Exception as error:  # whatever a table does to us, the other tables are still to be watched
        told = describe(error)
    apart = {name: [one for one in measures if one.relation == name] for name in {one.relation for one in measures}}
    if len(apart) > 1:
        return _measure_each(recommender, apart, windows)
    if not _answers(recommender, relation, windows[-1:]):
        log.warning("not measured", relation=relation, error=told)
        return [], {relation: told}
    if len(measures) == 1:
        log.warning("not measured", measure=measures[0].name, error=told)
        return [], {measures[0].name: told}
    half = len(measures) // 2
    first, failed = _measure_together(recommender, relation, measures[:half], windows)
    second, failed_too = _measure_together(recommender, relation, measures[half:], windows)
    return first + second, failed | failed_too


def _answers(recommender: Recommender, relation: str, windows: Sequence[Window]) -> bool:
    """Whether a relation can be read at all."""
    try:
        recommender.warehouse.measure([Measure("probe", relation, "count", func.count(), func.count())], windows)
    except Exception:  # it has been told why already
        return False
    return True


def _observe(
    measures: Sequence[Measure], measured: Sequence[Measured], failures: Failures, scene: Scene
) -> list[Measured]:
    """What is no SQL aggregate, each by the observer of its kind; one that fails keeps no other from being observed."""
    found: list[Measured] = []
    for measure in measures:
        if measure.kind not in OBSERVERS or measure.relation in failures:
            continue
        rows = {one.window: one.n for one in measured if one.measure == measure.name and one.slice == EVERYONE}
        try:
            found += OBSERVERS[measure.kind](measure, replace(scene, rows=rows))
        except Exception as error:
            failures[measure.name] = describe(error)
            log.warning("not observed", measure=measure.name, error=failures[measure.name])
    return found


def _arrived(measured: Sequence[Measured], relations: Mapping[str, str], awaited: set[Window]) -> Sequence[Measured]:
    """Without tables that hold nothing at all yet for a late window: they are asked again next time."""
    window_of: dict[int, Window] = {}  # a scan's measures share their windows: each is hashed once
    filled = set()
    for one in measured:
        window_of[id(one.window)] = one.window
        if one.n > 0:
            filled.add((one.measure, id(one.window)))
    late = {at: window for at, window in window_of.items() if window in awaited}
    there = {(relations[name], late[at]) for name, at in filled if at in late}
    empty = {
        (name, at)
        for name, relation in relations.items()
        for at, window in late.items()
        if (relation, window) not in there
    }
    return [one for one in measured if (one.measure, id(one.window)) not in empty] if empty else measured


def describe(error: Exception) -> str:
    """What went wrong, in words for people: our own errors already say it."""
    return str(error) if isinstance(error, RecommenderFailed) else f"{type(error).__name__}: {error}"
