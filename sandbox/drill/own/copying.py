"""The last days of somebody's tables, copied: read through their own mapping, written under the contract's names.

Nothing of theirs is ever written: the tables are read by the warehouse's own read-only engine, and the bot that watches
the copy remembers in a file beside it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import DateTime

from bot.detection.policy import Policy
from bot.recommender.dialect import quote, text
from bot.recommender.engine import Engine
from bot.recommender.mapping import Table, find_table
from bot.recommender.reading import read_table
from bot.recommender.warehouse import open_engine
from bot.settings import Settings
from bot.settings.sections import RegistryPart, TablePart, WarehousePart

DAY = timedelta(days=1)
COPIED = 60  # days
NEARLY = timedelta(hours=1)  # a last day whose newest row is this near its end counts as whole


class NothingToDrill(Exception):
    """These tables cannot be drilled; the message says what is missing."""


@dataclass(frozen=True)
class Copy:
    """Somebody's last days, in a folder of our own. `days` has the start of each whole day, oldest first."""

    folder: Path
    settings: Settings
    columns: dict[str, tuple[str, ...]]  # of each table
    days: tuple[datetime, ...]
    end: datetime

    def file(self, table: str) -> Path:
        """Where a table of the copy lies."""
        return self.folder / "tables" / table / "whole.parquet"

    def has(self, table: str, *names: str) -> bool:
        """Whether a table was copied and has these columns."""
        return table in self.columns and set(names) <= set(self.columns[table])


def copy_tables(settings: Settings, folder: Path) -> Copy:
    """Copy the last COPIED days; RecommenderFailed for a table not as mapped, NothingToDrill without impressions."""
    if "impressions" not in settings.tables:
        raise NothingToDrill(
            "There is no [tables.impressions] in recsysops.toml: map your log of what was shown first."
        )
    engine = open_engine(settings)
    tables: dict[str, Table] = {name: find_table(engine, settings, name) for name in settings.tables}
    newest = engine.one(f"SELECT max(ts) FROM ({read_table(tables['impressions'], None, None)})")[0]
    if newest is None:
        raise NothingToDrill("The impressions table has no rows: there is nothing to drill on yet.")
    zone = ZoneInfo(settings.recommender.timezone)
    end = _end(newest.replace(tzinfo=ZoneInfo("UTC")), zone)
    first = engine.one(f"SELECT min(ts) FROM ({read_table(tables['impressions'], None, None)})")[0]
    start = max(_midnight(first.replace(tzinfo=ZoneInfo("UTC")), zone) + DAY, end - COPIED * DAY)
    for name, table in tables.items():
        _copy(engine, table, start, end, folder / "tables" / name / "whole.parquet")
    columns = {name: tuple(table.columns) for name, table in tables.items()}
    count = round((end - start) / DAY)
    days = tuple(start + number * DAY for number in range(count))
    return Copy(folder, settings_on(settings, folder), columns, days, end)


def settings_on(settings: Settings, folder: Path) -> Settings:
    """The same settings on the copy: its tables, a store beside it, no overrides, and nobody in Slack."""
    tables = {
        name: TablePart(path=f"{name}/*.parquet", lateness=part.lateness) for name, part in settings.tables.items()
    }
    registry = settings.registry
    changed = {
        "source": folder / "recsysops.toml",
        "warehouse": WarehousePart(
            root=str(folder / "tables"), features=settings.warehouse.features, slices=settings.warehouse.slices
        ),
        "tables": tables,
        "feeds": {},
        "overrides": None,
        "registry": registry
        and RegistryPart(kind=registry.kind, path=str(settings.resolve(registry.path)), model=registry.model),
        "environment": settings.environment.model_copy(
            update={"database_url": f"sqlite:///{folder / 'bot.db'}", "bot_token": None, "app_token": None}
        ),
    }
    return settings.model_copy(update=changed)


def needed_days(settings: Settings, watched: int) -> int:
    """How many whole days of history a drill needs: those to learn from, one that is quiet, and those with damage."""
    policy = Policy.from_settings(settings)
    return math.ceil(policy.windows_to_learn * (policy.window / DAY)) + 1 + watched


def rewrite(engine: Engine, select: str, path: Path) -> None:
    """Write a SELECT as a Parquet file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    engine.all(f"COPY ({select}) TO {text(str(path))} (FORMAT parquet)")


def _copy(engine: Engine, table: Table, start: datetime, end: datetime, path: Path) -> None:
    """Rows of the stretch; a table without times, such as the catalogue, whole. Times are written with their zone."""
    bounds = (start, end) if "ts" in table.columns else (None, None)
    kept = [name for name, found in table.columns.items() if isinstance(found.type, DateTime)]
    zoned = ", ".join(f"({quote(name)} AT TIME ZONE 'UTC') AS {quote(name)}" for name in kept)
    replaced = f"* REPLACE ({zoned})" if kept else "*"
    rewrite(engine, f"SELECT {replaced} FROM ({read_table(table, *bounds)})", path)


def _end(newest: datetime, zone: ZoneInfo) -> datetime:
    """The end of the last whole day."""
    return _midnight(newest + NEARLY, zone)


def _midnight(moment: datetime, zone: ZoneInfo) -> datetime:
    local = moment.astimezone(zone)
    return local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)


def demand_history(copy: Copy, settings: Settings, watched: int) -> None:
    """NothingToDrill when there is too little to learn what is usual from."""
    needed = needed_days(settings, watched)
    if len(copy.days) < needed:
        raise NothingToDrill(
            f"There are {len(copy.days)} whole days of impressions, and a drill needs {needed}: enough to learn what "
            f"is usual, one quiet day and {watched} with damage. Try again later, or with fewer --days."
        )
