"""Doctor's look at the tables: is each where it should be, with the columns and the content it must have?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import Float, Integer, Numeric

from bot.examined import Line
from bot.recommender.contract import RecommenderFailed
from bot.recommender.dialect import quote
from bot.recommender.engine import Engine
from bot.recommender.feeds import feeds_of
from bot.recommender.mapping import EXPECTED, REQUIRED, Table, find_table, place_of
from bot.recommender.reading import read_table
from bot.recommender.relations.catalogue import map_relations
from bot.recommender.scan import MOST_VALUES
from bot.recommender.trouble import explain
from bot.recommender.warehouse import open_engine
from bot.settings import Settings
from checks.base import Schema

EARLY = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Examination:
    """The lines about tables and columns, and the schema; None when a table could not be read."""

    lines: tuple[Line, ...]
    schema: Schema | None


def examine_tables(settings: Settings) -> Examination:
    """Every table of recsysops.toml by itself, so that one that is broken does not hide the others."""
    engine, lines, tables = open_engine(settings), [], dict[str, Table]()
    for name in settings.tables:
        try:
            tables[name] = find_table(engine, settings, name)
            lines += _examine_table(engine, settings, tables[name])
        except RecommenderFailed as wrong:
            tables.pop(name, None)
            lines.append(Line(name, "problem", str(wrong), "correct the file or [tables." + name + "]"))
    whole = len(tables) == len(settings.tables)
    return Examination(tuple(lines), _schema(settings, tables) if whole else None)


def _schema(settings: Settings, tables: Mapping[str, Table]) -> Schema:
    """The schema, with an edge for every number: the real ones are learned when the checks first run."""
    schema = map_relations(tables, settings.warehouse.slices, settings.warehouse.features, feeds_of(settings)).schema()
    columns = tables["impressions"].columns if "impressions" in tables else {}  # there may be feeds alone
    numbers = [name for name, found in columns.items() if isinstance(found.type, Float | Numeric | Integer)]
    return replace(schema, edges=dict.fromkeys(numbers, (0.0,)))


def _examine_table(engine: Engine, settings: Settings, table: Table) -> list[Line]:
    """One scan: rows, newest row, nulls in what must be there, values of the slices."""
    columns = _columns_of_note(settings, table)
    slices = [name for name in columns if name in settings.warehouse.slices]
    told = ["count(*)", "max(ts)" if "ts" in table.columns else "NULL"]
    told += [f"count_if({quote(name)} IS NULL)" for name in columns]
    told += [f"approx_count_distinct({quote(name)})" for name in slices]
    with explain(engine, table.name, place_of(settings, table.name)):
        rows, newest, *counts = engine.one(f"SELECT {', '.join(told)} FROM ({read_table(table, None, None)})")
    nulls = dict(zip(columns, counts, strict=False))
    values = dict(zip(slices, counts[len(columns) :], strict=True))
    lines = [_tell_table(table, rows, newest)]
    lines += [_tell_column(table, name, rows, nulls[name], values.get(name, 0)) for name in columns]
    absent = [name for name in EXPECTED.get(table.name, ()) if name not in table.columns]
    return lines + [_tell_absent(table, name) for name in absent]


def _columns_of_note(settings: Settings, table: Table) -> list[str]:
    """The contract's columns and the operator's features and slices, as far as the table has them."""
    wanted = [*REQUIRED[table.name], *EXPECTED.get(table.name, ())]
    if table.name == "impressions":
        wanted += [*settings.warehouse.features, *settings.warehouse.slices]
    return [name for name in dict.fromkeys(wanted) if name in table.columns]


def _tell_table(table: Table, rows: int, newest: datetime | None) -> Line:
    if not rows:
        return Line(table.name, "problem", "the table has no rows", "check that the pipeline that writes it runs")
    if newest is None:
        return Line(table.name, "ok", f"{rows:,} rows")
    words = f"{rows:,} rows, the newest of {newest:%Y-%m-%d %H:%M} UTC"
    if newest.replace(tzinfo=UTC) < EARLY:
        advice = "is ts the right column? Whole numbers are read as seconds or milliseconds since 1970"
        return Line(table.name, "problem", words, advice)
    return Line(table.name, "ok", words)


def _tell_column(table: Table, name: str, rows: int, nulls: int, values: int) -> Line:
    """Nulls are wrong in a column that must be there; a slice with very many values is no slice."""
    found = table.columns[name]
    subject, words = f"{table.name}.{name}", f"{found.physical} ({found.kind})"
    if nulls and name in REQUIRED[table.name]:
        advice = "these rows are left out or counted wrongly: correct what writes them"
        return Line(subject, "problem", f"{words} is null in {nulls:,} of {rows:,} rows", advice)
    if values > 1.1 * MOST_VALUES:
        advice = "choose a column with fewer values, or group them in the table"
        return Line(subject, "problem", f"{words} has about {values:,} values; {MOST_VALUES} are told apart", advice)
    return Line(subject, "ok", words + (f", null in {nulls / rows:.1%} of rows" if nulls else ""))


def _tell_absent(table: Table, name: str) -> Line:
    advice = f'if you have it under another name, write {name} = "your column" under [tables.{table.name}.columns]'
    return Line(f"{table.name}.{name}", "not applicable", "there is no such column", advice)
