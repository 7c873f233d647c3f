"""What a benchmark found: its tables and remarks, the machine and the day, kept as JSON beside the benchmarks."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
Cell = str | float | None  # None: not known, or not measured


@dataclass(frozen=True)
class Table:
    """Figures under one heading; a cell that is no number is shown as it is."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Result:
    """One run of one benchmark."""

    name: str  # the page's section and the file's name
    command: str  # what runs it again
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()  # what a reader must know: what did not help, what is left out
    date: str = field(default_factory=lambda: f"{datetime.now(UTC):%Y-%m-%d}")
    machine: str = field(default_factory=lambda: describe_machine())

    def save(self, folder: Path = RESULTS) -> Path:
        """Keeps it as NAME.json, in place of the run before."""
        folder.mkdir(exist_ok=True)
        path = folder / f"{self.name}.json"
        path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n")
        return path

    @classmethod
    def load(cls, path: Path) -> Result:
        """What `save` kept."""
        kept = json.loads(path.read_text())
        tables = tuple(
            Table(each["title"], tuple(each["columns"]), tuple(tuple(row) for row in each["rows"]))
            for each in kept.pop("tables")
        )
        return cls(**{**kept, "tables": tables, "notes": tuple(kept["notes"])})


def describe_machine() -> str:
    """Cores, processor and Python, and nothing that names the machine."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{cores} cores, {_processor()}, {platform.system()}, Python {platform.python_version()}"


def _processor() -> str:
    try:
        told = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.machine()
    named = (line.partition(":")[2].strip() for line in told.splitlines() if line.startswith("model name"))
    return next(named, platform.machine())


def written(cell: Cell) -> str:
    """A cell as a reader wants it: three figures of a small number, thousands apart in a large one."""
    if cell is None:
        return "-"
    if isinstance(cell, str):
        return cell
    if float(cell).is_integer() or abs(cell) >= 1000:
        return f"{cell:,.0f}"
    return f"{cell:.3g}" if abs(cell) < 100 else f"{cell:.1f}"


def show(tables: Sequence[Table]) -> None:
    """Prints the tables where the benchmark was started."""
    from rich.console import Console
    from rich.table import Table as Drawn

    console = Console()
    for table in tables:
        drawn = Drawn(title=table.title, title_justify="left")
        for i, name in enumerate(table.columns):
            drawn.add_column(name, justify="left" if i == 0 else "right")
        for row in table.rows:
            drawn.add_row(*map(written, row))
        console.print(drawn)
