"""Measuring what has not been measured yet: one fused scan a table, for as many windows as there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

import structlog

from bot.detection.history import find_launches
from bot.detection.measurements import find_missing, write
from bot.recommender.contract import Measured, Recommender, RecommenderFailed
from bot.store.sessions import Store
from checks.base import EVERYONE, Measure, Slice, Window

log = structlog.get_logger()
FOLLOWED = 7  # windows after its launch in which an item's exposure is measured
AWAITED = 3  # windows for which a table without any rows is asked again; then it is written down as empty

Failures = dict[str, str]  # by relation, in words


def measure_new(
    store: Store, recommender: Recommender, measures: Sequence[Measure], windows: Sequence[Window]
) -> Failures:
    """Measure and store what is missing in these windows; what could not be read, by relation."""
    by_name = {measure.name: measure for measure in measures}
    with store.session() as session:
        missing = find_missing(session, tuple(by_name), windows)
    failures: Failures = {}
    for names, group in _alike(missing).items():
        wanted = [by_name[name] for name in sorted(names)]
        measured, failed = _measure(recommender, wanted, group)
        failures |= failed
        measured += _expose(recommender, [m for m in wanted if m.kind == "exposure"], measured, group, failures)
        relations = {measure.name: measure.relation for measure in wanted}
        with store.session() as session:
            write(session, _arrived(measured, relations, set(windows[-AWAITED:])))
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
        by_relation[measure.relation].append(measure)
    measured: list[Measured] = []
    failures: Failures = {}
    for relation, wanted in by_relation.items():
        try:
            measured += recommender.warehouse.measure(wanted, windows)
        except Exception as error:  # whatever a table does to us, the other tables are still to be watched
            failures[relation] = describe(error)
            log.warning("not measured", relation=relation, error=failures[relation])
    return measured, failures


def _expose(
    recommender: Recommender,
    measures: Sequence[Measure],
    measured: Iterable[Measured],
    windows: Sequence[Window],
    failures: Failures,
) -> list[Measured]:
    """For each exposure measure, how often every item near its launch was shown in each window; 0 when it was not."""
    if not measures or measures[0].relation in failures:
        return []
    totals = {one.window: one.n for one in measured if one.measure == measures[0].name and one.slice == EVERYONE}
    try:
        return [one for run in _runs(windows) for one in _expose_run(recommender, measures[0].name, run, totals)]
    except Exception as error:
        failures["items"] = describe(error)
        log.warning("not measured", relation="items", error=failures["items"])
        return []


def _expose_run(
    recommender: Recommender, name: str, windows: Sequence[Window], totals: Mapping[Window, int]
) -> list[Measured]:
    length = windows[0].end - windows[0].start
    launches = find_launches(recommender, Window(windows[0].start - FOLLOWED * length, windows[-1].end))
    if not launches:
        return []
    span = Window(windows[0].start, windows[-1].end)
    frame = recommender.warehouse.exposure(span, [launch.item_id for launch in launches])
    shown = {
        (str(item), start.to_pydatetime()): int(count)
        for item, start, count in zip(frame["item_id"], frame["window_start"], frame["impressions"], strict=True)
    }
    return [
        _exposed(name, launch.item_id, window, shown.get((launch.item_id, window.start), 0), totals.get(window, 0))
        for launch in launches
        for window in windows
        if launch.at is not None and window.start - FOLLOWED * length <= launch.at < window.end
    ]


def _exposed(name: str, item: str, window: Window, shown: int, total: int) -> Measured:
    return Measured(name, Slice((("item_id", item),)), window, float(shown), total)


def _runs(windows: Sequence[Window]) -> list[list[Window]]:
    """Windows in unbroken rows of one length."""
    runs: list[list[Window]] = []
    lasting: timedelta | None = None
    for window in windows:
        if runs and runs[-1][-1].end == window.start and window.end - window.start == lasting:
            runs[-1].append(window)
        else:
            runs.append([window])
            lasting = window.end - window.start
    return runs


def _arrived(measured: Sequence[Measured], relations: Mapping[str, str], awaited: set[Window]) -> list[Measured]:
    """Without tables that hold nothing at all yet for a late window: they are asked again next time."""
    filled = {(relations[one.measure], one.window) for one in measured if one.n > 0}
    return [one for one in measured if one.window not in awaited or (relations[one.measure], one.window) in filled]


def describe(error: Exception) -> str:
    """What went wrong, in words for people: our own errors already say it."""
    return str(error) if isinstance(error, RecommenderFailed) else f"{type(error).__name__}: {error}"
