"""What a check may look at: stored measurements, and what else happened."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cached_property

import structlog

from bot.detection.stored import Stored
from bot.recommender.contract import Change, ModelVersion, Recommender, RecommenderFailed
from bot.recommender.launches import find_launches
from checks.base import Impact, Series, Slice, Window
from checks.events import Foretold, Launch, Release

log = structlog.get_logger()
Foretell = Callable[[datetime], Sequence[Foretold]]  # as of a moment
HELD = 8  # measures whose arrays are held for the next check that asks; the others are read again


class StoredHistory:
    """The measurements of one run, with the catalogue, the registry and the changes asked only when needed."""

    def __init__(self, stored: Stored, recommender: Recommender, counting: frozenset[str], foretell: Foretell) -> None:
        self._stored = stored
        self._recommender = recommender
        self._counting = counting
        self._foretell = foretell
        self._impacts: dict[Slice, Impact] = {}
        self._series: OrderedDict[str, Sequence[Series]] = OrderedDict()
        self._happenings: dict[int, Sequence[Change]] = {}

    @property
    def window(self) -> Window:
        """The window to judge."""
        return self._stored.windows[-1]

    @property
    def windows(self) -> tuple[Window, ...]:
        """Every window there may be measurements of, oldest first, the one to judge last."""
        return self._stored.windows

    def series(self, measure: str) -> Sequence[Series]:
        """Every slice's series of this measure; [] when never measured."""
        if measure not in self._series:
            self._series[measure] = self._stored.series(measure, measure in self._counting)
        self._series.move_to_end(measure)
        if len(self._series) > HELD:
            self._series.popitem(last=False)
        return self._series[measure]

    def impact(self, where: Slice) -> Impact:
        """Members and impressions of that slice in the window; none where the slice is not one of impressions."""
        columns = self._recommender.warehouse.schema.relations.get("impressions", {})
        if any(column not in columns for column, _ in where.parts):
            return Impact()
        if where not in self._impacts:
            self._impacts[where] = self._recommender.warehouse.impact(self.window, where)
        return self._impacts[where]

    def launches(self) -> Sequence[Launch]:
        """Items launched within the windows of history; [] without a catalogue."""
        return self._launches

    def upcoming(self, within: timedelta) -> Sequence[Launch]:
        """Items whose launch is ahead, at most so far after the window, the next first."""
        return find_launches(self._recommender, Window(self.window.end, self.window.end + within))

    def foretold(self) -> Sequence[Foretold]:
        """What is expected of launches ahead, the next first."""
        return self._foretold

    def releases(self) -> Sequence[Release]:
        """Model versions made before the window's end, oldest first; [] without a registry."""
        return self._releases

    def happenings(self, back: int = 1) -> Sequence[Change]:
        """What was changed within the window or the `back` ones before it, oldest first.

        A log that cannot be read, or holds no file yet, costs the explanations, not the checks.
        """
        if back not in self._happenings:
            before = self.windows[max(0, len(self.windows) - 1 - back)].start
            self._happenings[back] = self._changes(Window(before, self.window.end))
        return self._happenings[back]

    @cached_property
    def _launches(self) -> list[Launch]:
        return find_launches(self._recommender, Window(self.windows[0].start, self.window.end))

    @cached_property
    def _foretold(self) -> Sequence[Foretold]:
        return self._foretell(self.window.end)

    @cached_property
    def _releases(self) -> list[Release]:
        registry = self._recommender.registry
        if registry is None:
            return []
        versions = sorted(registry.versions(), key=lambda version: version.created_at)
        return [_release(version) for version in versions if version.created_at < self.window.end]

    def _changes(self, within: Window) -> Sequence[Change]:
        try:
            return self._recommender.changes(within)
        except RecommenderFailed as failed:
            log.warning("changes not read", reason=str(failed))
            return []


def _release(version: ModelVersion) -> Release:
    return Release(version.name, version.version, version.created_at, version.gate_passed, version.index_version)
