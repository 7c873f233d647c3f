"""What came of a feed in each window, one aspect a measure (see checks/feeds/base.py)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from bot.detection.observing.base import Scene
from bot.recommender.contract import Deliveries, Measured
from checks.base import EVERYONE, Measure, Slice, Window
from checks.feeds.arrival import PERIOD, USUAL_GAP

Cell = tuple[Slice, float | None, int]  # where, value, n


def observe_delivery(measure: Measure, scene: Scene) -> list[Measured]:
    """The measure's aspect of its feed; everyone has a row for every window, with a value where there is one."""
    aspect, _, feed = measure.name.partition(":")
    return [
        Measured(measure.name, where, window, value, n)
        for window in scene.windows
        for where, value, n in ASPECTS[aspect](scene.recommender.warehouse.deliveries(feed, window), window)
    ]


def _arrivals(came: Deliveries, _: Window) -> list[Cell]:
    broken = Counter(came.broken)
    total = len(came.whole) + len(came.broken)
    return [
        (EVERYONE, float(len(came.whole)), total),
        *((Slice((("broken", begins),)), float(count), count) for begins, count in broken.items()),
    ]


def _age(came: Deliveries, window: Window) -> list[Cell]:
    """n of the usual gap is when, in seconds, the next delivery is overdue."""
    if came.newest is None:
        return [(EVERYONE, None, 0)]
    cells: list[Cell] = [(EVERYONE, (window.end - came.newest.at).total_seconds(), 1)]
    if came.newest.newest is not None:
        cells.append((PERIOD, max(0.0, (window.end - came.newest.newest).total_seconds()), 1))
    if came.usual_gap is not None:
        cells.append((USUAL_GAP, came.usual_gap[0], int(came.usual_gap[1])))
    return cells


def _rows(came: Deliveries, _: Window) -> list[Cell]:
    return [(EVERYONE, float(came.whole[-1].rows), came.whole[-1].rows) if came.whole else (EVERYONE, None, 0)]


def _repeats(came: Deliveries, _: Window) -> list[Cell]:
    return [(EVERYONE, float(came.whole[-1].repeats), came.whole[-1].rows) if came.whole else (EVERYONE, None, 0)]


def _columns(came: Deliveries, _: Window) -> list[Cell]:
    if not came.whole:
        return [(EVERYONE, None, 0)]
    there = came.whole[-1].columns
    named = [(Slice((("column", f"{name} {kind}"),)), 1.0, came.whole[-1].rows) for name, kind in there.items()]
    return [(EVERYONE, float(len(there)), came.whole[-1].rows), *named]


def _past(came: Deliveries, _: Window) -> list[Cell]:
    if not came.whole:
        return [(EVERYONE, None, 0)]
    past = came.whole[-1].past
    told = [(Slice((("period", p), ("column", name))), value, rows) for (p, name), (rows, value) in past.items()]
    return [(EVERYONE, float(len(past)), came.whole[-1].rows), *told]


ASPECTS: Mapping[str, Callable[[Deliveries, Window], list[Cell]]] = {
    "feed.arrivals": _arrivals,
    "feed.age": _age,
    "feed.rows": _rows,
    "feed.repeats": _repeats,
    "feed.columns": _columns,
    "feed.past": _past,
}
