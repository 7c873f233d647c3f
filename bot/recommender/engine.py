"""The one place that talks to DuckDB: statements in, rows or frames out, its errors as sentences."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.recommender.contract import RecommenderFailed

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

Config = dict[str, str | bool | int | float | list[str]]


class Engine:
    """Executes SQL on Parquet files (an in-memory database) or on a DuckDB file, read-only, in UTC.

    Safe to use from several threads. A database file is opened for each statement and closed again: an open one,
    even read-only, would keep the user's own writer out. `statements` counts what was asked.
    """

    def __init__(self, database: Path | None = None, memory: str | None = None, threads: int | None = None) -> None:
        """`memory`, such as "700MB", and `threads` that DuckDB may use; left out: most of the machine's."""
        self._database = database
        self._config: Config = {
            "autoinstall_known_extensions": False,  # reading a folder must never reach for the network
            "temp_directory": tempfile.gettempdir(),  # not beside the user's database, nor where the bot was started
        }
        self._config |= {"memory_limit": memory} if memory else {}
        self._config |= {"threads": threads} if threads else {}
        self._memory: duckdb.DuckDBPyConnection | None = None
        self._lock = threading.Lock()
        self.statements = 0

    def all(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Every row; RecommenderFailed in one sentence when the database cannot answer."""
        with self._connected() as connection:
            return connection.execute(sql, list(values)).fetchall()

    def last(self, statements: Sequence[str]) -> list[tuple[Any, ...]]:
        """Every row of the last of these statements: temporary tables that one makes are there for the next."""
        with self._connected() as connection:
            for sql in statements:
                connection.execute(sql)
            return connection.fetchall()

    def one(self, sql: str, values: Sequence[Any] = ()) -> tuple[Any, ...]:
        """The first row, for statements that always have one."""
        return self.all(sql, values)[0]

    def columns(self, source: str) -> dict[str, str]:
        """The columns of a table or subquery and their DuckDB types, in order."""
        return {name: kind for name, kind, *_ in self.all(f"DESCRIBE SELECT * FROM {source}")}

    def frame(self, sql: str, values: Sequence[Any] = ()) -> pd.DataFrame:
        """Every row as a frame; times come back aware, in UTC."""
        import pandas as pd

        with self._connected() as connection:
            frame = connection.execute(sql, list(values)).df()
        for name in frame.columns:
            if pd.api.types.is_datetime64_dtype(frame[name]):
                frame[name] = frame[name].dt.tz_localize("UTC")
        return frame

    @contextmanager
    def _connected(self) -> Iterator[duckdb.DuckDBPyConnection]:
        import duckdb

        try:
            connection = self._open()
            try:
                with self._lock:
                    self.statements += 1
                yield connection
            finally:
                connection.close()
        except duckdb.Error as error:
            raise StatementFailed(_first_line(error)) from error

    def _open(self) -> duckdb.DuckDBPyConnection:
        import duckdb

        if self._database is not None:
            connection = duckdb.connect(str(self._database), read_only=True, config=self._config)
            connection.execute("SET GLOBAL TimeZone = 'UTC'")
            return connection
        with self._lock:
            if self._memory is None:
                self._memory = duckdb.connect(":memory:", config=self._config)
                self._memory.execute("SET GLOBAL TimeZone = 'UTC'")
            return self._memory.cursor()


class StatementFailed(RecommenderFailed):
    """DuckDB refused a statement; the message is its own. Who knows the table says what to do (see trouble.py)."""


def _first_line(error: Exception) -> str:
    return str(error).split("\n\nLINE", 1)[0].split("\n", 1)[0].strip()
