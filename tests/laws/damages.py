"""What becomes of a day's partition on its way: each damage once, done to the file with DuckDB alone."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import duckdb

SNAPSHOTS = ("items", "members")  # one file that is written anew, instead of one a day
PARTITIONED = ("impressions", "outcomes", "requests", "features_offline", "calls")
KEYS = frozenset({"ts", "item_id", "request_id", "member_id"})  # of these each table needs some


@dataclass(frozen=True)
class Damage:
    """A table's newest file, written again by a SELECT from what it holds (`rows`)."""

    name: str
    table: str
    sql: str
    column: str = ""  # that is gone or spoilt, where it is one

    def strike(self, tables: Path) -> None:
        """Write the newest file of the table again, damaged."""
        file = newest(tables, self.table)
        beside = file.with_suffix(".new")
        with duckdb.connect() as duck:
            duck.execute("SET TimeZone = 'UTC'")
            sql = self.sql.replace("rows", f"read_parquet('{file}')")
            duck.execute(f"COPY ({sql}) TO '{beside}' (FORMAT parquet)")
        os.replace(beside, file)


def newest(tables: Path, table: str) -> Path:
    """The file of the newest day, by name."""
    return max((tables / table).glob("*.parquet"))


def empty(table: str) -> Damage:
    """No rows, and the same columns."""
    return Damage("empty", table, "SELECT * FROM rows WHERE false")


def one_row(table: str) -> Damage:
    """A single row."""
    return Damage("one row", table, "SELECT * FROM rows LIMIT 1")


def twice(table: str) -> Damage:
    """Every row delivered twice."""
    return Damage("twice", table, "SELECT * FROM rows UNION ALL SELECT * FROM rows")


def without(table: str, column: str) -> Damage:
    """A column is not delivered any more."""
    return Damage("without", table, f"SELECT * EXCLUDE ({column}) FROM rows", column)


def all_null(table: str, column: str) -> Damage:
    """A column is there, and nothing in it."""
    typed = f"CASE WHEN false THEN {column} END"
    return Damage("all null", table, f"SELECT * REPLACE ({typed} AS {column}) FROM rows", column)


def unreal(table: str, column: str) -> Damage:
    """A third of the values are NaN, or infinite."""
    cases = "WHEN 0 THEN 'nan'::DOUBLE WHEN 1 THEN 'inf'::DOUBLE WHEN 2 THEN '-inf'::DOUBLE"
    spoilt = f"CASE hash(item_id, ts) % 9 {cases} ELSE {column} END"
    return Damage("unreal", table, f"SELECT * REPLACE ({spoilt} AS {column}) FROM rows", column)


def new_value(table: str, column: str, value: str) -> Damage:
    """A tenth of the lists are shown somewhere that nobody has seen before."""
    moved = f"CASE WHEN hash(request_id) % 10 = 0 THEN '{value}' ELSE {column} END"
    return Damage(f"new {value}", table, f"SELECT * REPLACE ({moved} AS {column}) FROM rows", column)


def columns_of(tables: Path, table: str) -> list[str]:
    """The columns of the newest file."""
    with duckdb.connect() as duck:
        told = duck.execute(f"DESCRIBE SELECT * FROM read_parquet('{newest(tables, table)}')").fetchall()
    return [str(name) for name, *_ in told]
