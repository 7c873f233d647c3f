"""Writing a frame as a Parquet file, whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pandas as pd


class ParquetWriter:
    """Writes frames with DuckDB; NaN and None become null, times keep their zone. Close it when done."""

    def __init__(self) -> None:
        self._duck = duckdb.connect()
        self._duck.execute("SET TimeZone = 'UTC'")

    def write(self, frame: pd.DataFrame, path: Path) -> None:
        """Put the frame at `path`, replacing what was there in one step."""
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".new")
        self._duck.register("frame", frame)
        try:
            self._duck.execute(f"COPY frame TO '{str(beside).replace(chr(39), chr(39) * 2)}' (FORMAT parquet)")
        finally:
            self._duck.unregister("frame")
        os.replace(beside, path)

    def close(self) -> None:
        """Release the connection."""
        self._duck.close()
