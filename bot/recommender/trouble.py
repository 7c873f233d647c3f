"""Why the tables could not be read, in one sentence that says what to do about it."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterator
from contextlib import contextmanager

from bot.recommender.contract import RecommenderFailed
from bot.recommender.dialect import text
from bot.recommender.engine import Engine, StatementFailed


@contextmanager
def explain(engine: Engine, table: str, where: str) -> Iterator[None]:
    """Turns a refused statement about one table (its file pattern, or its name in the database) into advice."""
    try:
        yield
    except StatementFailed as error:
        raise RecommenderFailed(describe_trouble(engine, table, where, str(error))) from error


def describe_trouble(engine: Engine, table: str, where: str, said: str) -> str:
    """What is wrong with a table, from what DuckDB said and from looking at its files."""
    if "database" in said and ("Cannot open" in said or "not a valid DuckDB" in said or "Could not set lock" in said):
        return f"The warehouse database cannot be opened: {said}. Check [warehouse] url in recsysops.toml."
    if said.startswith("Out of Memory"):
        return (
            f"There is too little memory for the {table} table ({said}): allow more with [warehouse] memory in "
            'recsysops.toml, such as "4GB", or have the bot run on a larger machine.'
        )
    if "does not exist" in said and "Table" in said:
        return (
            f"There is no table {where} for {table} in the database: correct [tables.{table}] table in recsysops.toml."
        )
    if is_about_times(said):
        value = re.search('"([^"]*)"', said)
        told = f" ({value[1]!r}, for one)" if value else ""
        return (
            f"A time in the {table} table cannot be read{told}: write times as timestamps, or as ISO text such as "
            f"2026-02-20T06:00:00Z, or map another column to ts under [tables.{table}.columns]."
        )
    files = find_files(where)
    if not files and where.endswith((".parquet", "*")):
        return f"There are no files for the {table} table at {where}: correct [tables.{table}] path in recsysops.toml."
    accused_first = sorted(files, key=lambda file: file not in said)
    broken = next((file for file in accused_first if not _is_whole(engine, file)), None)
    if broken is not None:
        return (
            f"{broken} (of the {table} table) is not a whole Parquet file: it is truncated, corrupt or still being "
            "written. Write it again under another name and rename it when it is done, or move it away."
        )
    return f"The {table} table could not be read: {said}."


def is_about_times(said: str) -> bool:
    """Whether the database stumbled over a value that should have been a moment."""
    return "Conversion Error" in said and any(word in said for word in ("timestamp", "TIMESTAMP", "date field"))


def is_accused(where: str, said: str) -> bool:
    """Whether the database named one of a table's files in what it said."""
    return any(file in said for file in find_files(where))


def find_files(where: str) -> list[str]:
    """The files of a pattern, the newest by name first."""
    return sorted(glob.glob(where, recursive=True), reverse=True)


def _is_whole(engine: Engine, file: str) -> bool:
    """Whether every value of a Parquet file can be read."""
    try:
        engine.all(f"SELECT bit_xor(hash(COLUMNS(*))) FROM read_parquet({text(file)})")
    except StatementFailed:
        return False
    return True
