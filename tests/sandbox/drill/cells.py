"""A day of the lab whose impressions are damaged by tab-err, and what the ordinary bot finds in it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from sandbox.drill.history import branch, prepare
from sandbox.drill.keeping import kept_folder
from sandbox.drill.records import Watched
from sandbox.drill.watching import LATENESS
from sandbox.recommender.tables.parquet import ParquetWriter

ROOT = Path(__file__).parents[3]
PYTHON = ROOT / ".venv" / "tab-err" / "bin" / "python"
SEED = 7


@dataclass(frozen=True)
class Errors:
    """One kind of error that tab-err makes in one column of impressions, and the checks that claim to notice it."""

    type: str
    column: str
    rate: float
    codes: tuple[str, ...] = ()
    mechanism: str = "ECAR"  # completely at random; "EAR:column" after another column; "ENAR" after the value itself
    config: dict[str, Any] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return f"{self.type}-{self.column}-{self.rate:g}-{self.mechanism.partition(':')[0]}"


@dataclass(frozen=True)
class Found:
    """What came of it: which cells were really changed, and what the bot said."""

    errors: Errors
    changed: float  # share of the cells
    watched: Watched

    @property
    def codes(self) -> list[str]:
        """The checks that found something, once each."""
        return list(dict.fromkeys(sign.code for sign in self.watched.signs))

    @property
    def about_column(self) -> bool:
        """Whether some finding speaks of the damaged column."""
        column = self.errors.column
        return any(column in sign.subject or column in sign.words for sign in self.watched.signs)


def find(every: Sequence[Errors], folder: Path) -> list[Found]:
    """Damage one day of the lab in each of these ways, each on a branch of its own, and let the bot look."""
    if not PYTHON.exists():
        pytest.skip("tab-err is not installed here: `make .venv/tab-err.stamp` (it needs Python below 3.13)")
    kept = kept_folder()
    prepare("lab", SEED, 1, kept)
    found = []
    for errors, told in zip(every, _damage(every, folder, kept), strict=True):
        with _day(kept) as (path, look):
            rows = _read(path)
            changed = float((told["value"].astype(str) != rows[errors.column].astype(str))[told["damaged"] == 1].sum())
            rows[errors.column] = told["value"]
            ParquetWriter().write(rows, path)
            found.append(Found(errors, changed / len(rows), look()))
    return found


@contextmanager
def _day(kept: Path) -> Iterator[tuple[Path, Any]]:
    """A branch of the lab with one more day served that nobody has looked at: its log, and the look."""
    with branch("lab", SEED, 1, kept) as there:
        start = there.world.today
        there.world.serve_day()
        path = there.world.folder / "tables" / "impressions" / f"{start.date()}.parquet"
        yield path, lambda: there.watch.until(there.world.today + LATENESS)[-1]


def _read(path: Path) -> pd.DataFrame:
    with duckdb.connect() as connection:
        return connection.execute("SELECT * FROM read_parquet(?)", [str(path)]).df()


def _damage(every: Sequence[Errors], folder: Path, kept: Path) -> list[pd.DataFrame]:
    """The damaged columns, each with the truth about every cell; the day is the same on every branch."""
    with _day(kept) as (path, _):
        rows = _read(path)
    rows.drop(columns=["ts", "features_at"]).to_csv(folder / "day.csv", index=False)
    jobs = [
        {
            "column": one.column,
            "type": one.type,
            "mechanism": one.mechanism,
            "rate": one.rate,
            "seed": 1,
            "config": one.config,
            "out": str(folder / f"{number}.csv"),
        }
        for number, one in enumerate(every)
    ]
    (folder / "jobs.json").write_text(json.dumps({"table": str(folder / "day.csv"), "jobs": jobs}))
    program = Path(__file__).with_name("cell_damage.py")
    subprocess.run([PYTHON, "-W", "ignore", program, folder / "jobs.json"], check=True, cwd=folder)
    return [pd.read_csv(str(job["out"]), na_values=[""], keep_default_na=False) for job in jobs]
