"""`recsysops backtest` on one long series, in a process of its own: how many rows a second, in how much memory."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.result import Cell, Table
from benchmarks.usage import peak_mb, timed

LENGTHS = (100_000, 1_000_000)
STEP, DAY, SEED = 300, 86_400, 11  # seconds
COLUMNS = ("rows", "CPU s", "rows/s", "peak MB")


def measure_long(lengths: Sequence[int] = LENGTHS) -> Table:
    """The whole command, from one file to the other, without the start of Python."""
    rows: list[tuple[Cell, ...]] = []
    with tempfile.TemporaryDirectory() as folder:
        for length in lengths:
            sys.stderr.write(f"one series of {length:,} rows\n")
            file = Path(folder) / f"{length}.csv"
            write_series(file, length)
            told = _run(file)
            rows.append((float(length), told["cpu"], round(length / told["cpu"], -3), told["rss_mb"]))
    return Table("One long series: recsysops backtest FILE.csv --out FILE", COLUMNS, tuple(rows))


def write_series(file: Path, length: int) -> None:
    """A day's curve with noise, a row every five minutes."""
    times = STEP * np.arange(length)
    noise = np.random.default_rng(SEED).normal(0, 0.3, length)
    values = np.sin(2 * np.pi * times / DAY) + noise
    with file.open("w") as out:
        out.write("timestamp,value\n")
        out.writelines(
            f"{moment},{value:.6g}\n"
            for moment, value in zip(np.datetime64("2016-01-01T00:00:00") + times, values, strict=True)
        )


def _run(file: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.series_long", str(file)], check=True, stdout=subprocess.PIPE, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """The command in this process, and what it took."""
    from bot.cli.backtest import backtest

    file = Path(sys.argv[1])
    _, figures = timed(lambda: backtest(file, "timestamp", "value", file.with_suffix(".judged.csv")))
    print(json.dumps(figures | {"rss_mb": peak_mb()}))


if __name__ == "__main__":
    main()
