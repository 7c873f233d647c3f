"""How launches are prepared here, as recsysops.toml says."""

from __future__ import annotations

from collections.abc import Iterator

from bot.settings import Settings
from bot.settings.sections import LaunchesPart
from checks.upcoming import LaunchRules, Need


def rules_of(settings: Settings) -> LaunchRules:
    """[launches], as checks see it."""
    part = settings.launches
    return LaunchRules(tuple(_needs(part)), part.required is None, part.horizon, part.warn, part.ready)


def _needs(part: LaunchesPart) -> Iterator[Need]:
    yield from (Need("field", column) for column in part.required or ())
    for column, place in part.only.items():
        name, _, value = place.partition("=")
        yield Need("field", column, where=(name, value))
    yield from (Need("not_before", column) for column in part.not_before)
    yield from (Need("not_after", column) for column in part.not_after)
    yield from (Need("listed", column, slice=name) for column, name in part.listed.items())
