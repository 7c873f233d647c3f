"""What each logical table really is: where it lies, which physical column stands behind each logical one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import BigInteger, Boolean, ColumnElement, DateTime, Double, Numeric, String, column
from sqlalchemy.types import NullType, TypeEngine

from bot.recommender.contract import RecommenderFailed
from bot.recommender.dialect import quote, text
from bot.recommender.engine import Engine, StatementFailed
from bot.recommender.file_times import FileTimes, name_files
from bot.recommender.trouble import describe_trouble, find_files
from bot.settings import Settings
from bot.settings.sections import TableName

IDS = ("item_id", "member_id", "request_id", "model_version", "index_version")  # always text, whatever the files hold
TIMES = ("ts", "launch_date", "joined_at", "features_at")
WHOLE = ("position", "rank", "returned")
FLAGS = ("chosen", "explored", "fallback", "has_artwork", "has_trailer")  # written as true and false, or as 1 and 0
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "impressions": ("ts", "item_id"),
    "outcomes": ("ts", "item_id"),
    "items": ("item_id",),
    "requests": ("ts", "request_id"),
    "features_offline": ("ts", "request_id", "item_id"),
    "calls": ("ts",),
    "members": ("member_id",),
    "changes": ("ts", "kind", "subject"),
}
EXPECTED: Mapping[str, tuple[str, ...]] = {  # without them some checks are not applicable
    "impressions": ("request_id", "member_id", "position", "score", "model_version"),
    "outcomes": ("member_id", "request_id", "source", "rank"),
    "items": ("title", "launch_date"),
    "requests": ("model_version",),
    "calls": ("request_id", "latency_ms", "error", "fallback", "returned"),
    "members": ("joined_at",),
}


class TableUnreadable(RecommenderFailed):
    """A table is not there, or nothing of it can be read now; the message names the file and says what to do."""


@dataclass(frozen=True)
class Column:
    """One logical column: the physical one behind it and the SQL that reads it in the contract's type."""

    name: str
    physical: str
    kind: str  # DuckDB's type of the physical column
    sql: str
    type: TypeEngine[Any]

    @property
    def element(self) -> ColumnElement[Any]:
        """The column as checks build measures from it."""
        return column(self.name, self.type)


@dataclass(frozen=True)
class Table:
    """One logical table where it lies."""

    name: str
    source: str  # SQL for a FROM clause
    columns: Mapping[str, Column]
    lateness: timedelta
    timezone: str
    files: FileTimes | None = None  # of a table of Parquet files with times

    def source_within(self, start: datetime | None, end: datetime | None) -> str:
        """SQL for a FROM clause that has all rows with start <= ts < end, and maybe others."""
        files = self.files.within(start, end) if self.files is not None and (start or end) else None
        return self.source if files is None else f"read_parquet({name_files(files)}, union_by_name = true)"


def find_table(engine: Engine, settings: Settings, name: str) -> Table:
    """The logical table `name` of recsysops.toml; TableUnreadable when it is not there, RecommenderFailed for a column.

    A broken file among whole ones is met when its rows are read, so that it can be mended while the bot runs.
    """
    part = settings.tables[cast(TableName, name)]
    place = place_of(settings, name)
    source = f"read_parquet({text(place)}, union_by_name = true)" if part.path else _quote_dotted(place)
    try:
        physical = engine.columns(source)
    except StatementFailed as error:
        physical = _columns_of_whole_files(engine, place) if part.path else {}
        if not physical:
            raise TableUnreadable(describe_trouble(engine, name, place, str(error))) from error
    columns = _map_columns(name, physical, part.columns, settings.recommender.timezone)
    _demand(name, REQUIRED[name], columns, physical)
    if name == "impressions":
        _demand(name, (*settings.warehouse.features, *settings.warehouse.slices), columns, physical)
    files = _times_of(engine, place, columns) if part.path else None
    return Table(name, source, columns, part.lateness, settings.recommender.timezone, files)


def _times_of(engine: Engine, place: str, columns: Mapping[str, Column]) -> FileTimes | None:
    """Where files tell when their rows were; None for times that are written in another way, as numbers or text."""
    ts = columns.get("ts")
    if ts is None or not ts.kind.startswith("TIMESTAMP"):
        return None
    return FileTimes(engine, place, ts.physical, zoned=ts.kind == "TIMESTAMP WITH TIME ZONE")


def _columns_of_whole_files(engine: Engine, place: str) -> dict[str, str]:
    """The columns of those files whose end, where Parquet keeps them, can be read; {} when there are none."""
    physical: dict[str, str] = {}
    for file in find_files(place):
        try:
            found = engine.columns(f"read_parquet({text(file)})")
        except StatementFailed:
            continue
        physical = {**found, **physical}  # the newest file has the word
    return physical


def place_of(settings: Settings, name: str) -> str:
    """Where a logical table lies: its file pattern, absolute, or its name in the database."""
    part = settings.tables[cast(TableName, name)]
    return part.table or str(settings.resolve(settings.warehouse.root) / (part.path or ""))


def find_change(engine: Engine, settings: Settings, table: Table) -> str | None:
    """What became of a table since it was opened, in a sentence; None when it is still as it was."""
    try:
        now = find_table(engine, settings, table.name).columns
    except RecommenderFailed as error:
        return str(error)
    for name, was in table.columns.items():
        if name not in now:
            return (
                f"The column {was.physical} of the {table.name} table is gone: no file has it any more. Deliver it "
                "again, or restart the bot to go on without it."
            )
        if now[name].kind != was.kind:
            return (
                f"The column {was.physical} of the {table.name} table was {was.kind} and is now {now[name].kind}: "
                "a newer file holds another type. Write it again in the old type, or restart the bot to accept the new."
            )
    return None


def _quote_dotted(dotted: str) -> str:
    return ".".join(quote(part) for part in dotted.split("."))


def _map_columns(
    table: str, physical: Mapping[str, str], renamed: Mapping[str, str], timezone: str
) -> dict[str, Column]:
    """Mapped columns first, then every other physical column under its own name."""
    for logical, name in renamed.items():
        if name not in physical:
            told = f"The {table} table has no column {name}, which recsysops.toml maps to {logical}"
            raise RecommenderFailed(f"{told}; {_nearest(name, physical)}")
    own = {name: name for name in physical if name not in renamed and name not in renamed.values()}
    return {logical: _read_as(logical, name, physical[name], timezone) for logical, name in {**own, **renamed}.items()}


def _demand(table: str, needed: Iterable[str], columns: Mapping[str, Column], physical: Mapping[str, str]) -> None:
    for name in needed:
        if name not in columns:
            raise RecommenderFailed(
                f"The {table} table has no column {name}: map it in recsysops.toml under [tables.{table}.columns], "
                f'as {name} = "your column"; {_nearest(name, physical)}'
            )


def _nearest(name: str, physical: Iterable[str]) -> str:
    """The columns most like a name, or all there are."""
    have = list(physical)
    near = difflib.get_close_matches(name, have, n=3, cutoff=0.5)
    return f"the nearest it has: {', '.join(near)}." if near else f"it has: {', '.join(have[:30])}."


def _read_as(name: str, physical: str, kind: str, timezone: str) -> Column:
    """Ids as text, times as UTC without a zone, scores and floats as DOUBLE, flags as BOOLEAN, the rest as it is."""
    sql = quote(physical)
    if name in IDS:
        whole = f"CAST({sql} AS BIGINT)" if kind in ("DOUBLE", "FLOAT") else sql
        return Column(name, physical, kind, f"CAST({whole} AS VARCHAR)", String())
    if name in TIMES or kind.startswith(("TIMESTAMP", "DATE")):
        return Column(name, physical, kind, _read_time(name, sql, kind, timezone), DateTime())
    if name in WHOLE and _is_number(kind):
        return Column(name, physical, kind, f"CAST({sql} AS BIGINT)", BigInteger())
    if name in FLAGS and _is_number(kind):
        return Column(name, physical, kind, f"CAST({sql} AS BOOLEAN)", Boolean())
    if name in (*WHOLE, "score", "latency_ms") and not _is_number(kind):
        raise RecommenderFailed(f"{name} must be a number, but the column {physical} is {kind}: map another column.")
    if kind in ("DOUBLE", "FLOAT") or name in ("score", "latency_ms"):
        return Column(name, physical, kind, f"CAST({sql} AS DOUBLE)", Double())
    return Column(name, physical, kind, sql, _type_of(kind))


def _read_time(name: str, sql: str, kind: str, timezone: str) -> str:
    """Any way of writing a moment as a TIMESTAMP in UTC; whole numbers are seconds, or milliseconds when large."""
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"({sql} AT TIME ZONE 'UTC')"
    if "INT" in kind:
        return f"make_timestamp(CAST({sql} AS BIGINT) * CASE WHEN abs({sql}) > 100000000000 THEN 1000 ELSE 1000000 END)"
    if kind == "VARCHAR":
        return f"(CAST({sql} AS TIMESTAMPTZ) AT TIME ZONE 'UTC')"
    if not kind.startswith(("TIMESTAMP", "DATE")):
        raise RecommenderFailed(f"{name} must be a time, but the column {sql} is {kind}: map another column.")
    local = f"CAST({sql} AS TIMESTAMP)"
    return local if timezone == "UTC" else f"(({local} AT TIME ZONE {text(timezone)}) AT TIME ZONE 'UTC')"


def _is_number(kind: str) -> bool:
    return "INT" in kind or kind in ("DOUBLE", "FLOAT") or kind.startswith("DECIMAL")


def _type_of(kind: str) -> TypeEngine[Any]:
    if kind.endswith("[]") or kind.startswith(("STRUCT", "MAP")):
        return NullType()
    if "INT" in kind:
        return BigInteger()
    if kind.startswith("DECIMAL"):
        return Numeric()
    if kind == "BOOLEAN":
        return Boolean()
    return String() if kind == "VARCHAR" else NullType()
