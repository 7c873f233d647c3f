"""The launch calendar: which titles launch when, and how launches are prepared here, as recsysops.toml says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.recommender.contract import Recommender
from bot.settings import Settings
from bot.settings.sections import LaunchesPart
from checks.base import Window
from checks.events import Launch
from checks.upcoming import LaunchRules, Need

if TYPE_CHECKING:
    import pandas as pd


def rules_of(settings: Settings) -> LaunchRules:
    """[launches], as checks see it."""
    part = settings.launches
    needs = tuple(_needs(part))
    return LaunchRules(needs, part.required is None, part.horizon, part.warn, top=part.top, ready=part.ready)


def _needs(part: LaunchesPart) -> Iterator[Need]:
    yield from (Need("field", column) for column in part.required or ())
    for column, place in part.only.items():
        name, _, value = place.partition("=")
        yield Need("field", column, where=(name, value))
    yield from (Need("not_before", column) for column in part.not_before)
    yield from (Need("not_after", column) for column in part.not_after)
    yield from (Need("listed", column, slice=name) for column, name in part.listed.items())


def find_launches(recommender: Recommender, within: Window) -> list[Launch]:
    """Items of the catalogue whose launch date lies within a stretch of time, oldest first."""
    items = recommender.warehouse.schema.relations.get("items", {})
    if not {"item_id", "launch_date"} <= items.keys():
        return []
    return launches_in(recommender.warehouse.rows("items", within), within)


def launches_in(frame: pd.DataFrame, within: Window) -> list[Launch]:
    """The rows of the items table whose launch date lies within a stretch of time, oldest first."""
    at = frame["launch_date"].map(_moment)
    inside = frame[[moment is not None and within.start <= moment < within.end for moment in at]]
    launches = [_launch(row, _moment(row["launch_date"])) for row in inside.to_dict("records")]
    return sorted(launches, key=lambda launch: (launch.at or within.end, launch.item_id))


def _launch(row: dict[Any, Any], at: datetime | None) -> Launch:
    facts = {str(name): None if _absent(value) else value for name, value in row.items()}
    return Launch(str(row["item_id"]), str(facts.get("title") or ""), at, facts)


def _moment(value: Any) -> datetime | None:
    """A date of the catalogue as an aware moment; a date without a zone is taken as UTC."""
    import pandas as pd

    if _absent(value):
        return None
    stamp: pd.Timestamp = pd.Timestamp(value)
    moment: datetime = (stamp.tz_localize(UTC) if stamp.tzinfo is None else stamp).to_pydatetime()
    return moment


def _absent(value: Any) -> bool:
    import pandas as pd

    return bool(pd.api.types.is_scalar(value) and pd.isna(value))
