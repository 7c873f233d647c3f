"""How often every item near its launch was shown in each window; 0 when it was not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.detection.observing.base import Scene
from bot.recommender.contract import Measured, Recommender
from bot.recommender.launches import find_launches
from checks.base import Measure, Slice, Window

FOLLOWED = 7  # windows after its launch in which an item's exposure is measured


def observe_exposure(measure: Measure, scene: Scene) -> list[Measured]:
    """One slice (item_id) an item, its impressions as the value, all impressions of the window as n."""
    runs = _runs(scene.windows)
    return [one for run in runs for one in _expose_run(scene.recommender, measure.name, run, scene.rows)]


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
