"""Does localisation name the right combinations? `make bench-localize [DATA=DIR]` prints it.

DIR holds additive/*.csv.gz and ratio/*.csv.gz (as `recsysops localize` reads them) and truth.json, which names the true
combinations of each file: {"additive/case00.csv.gz": ["a=a3&b=b1", ...]}. Public sets to make such a folder of are the
generators and data in the repositories of RiskLoc (github.com/shaido987/riskloc) and Squeeze (github.com/NetManAIOps).
Without DIR only incidents made from a fixed seed are measured, healthy ones among them.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from rich.progress import track

from benchmarks.adtributor import attribute
from benchmarks.incidents import Incident, make_counts, make_ratios
from benchmarks.result import Cell, Result, Table, show
from bot.diagnosis.localising.leaves import read_leaves
from bot.diagnosis.localising.search import localise

if TYPE_CHECKING:
    import pandas as pd

Method = Callable[["pd.DataFrame"], list[dict[str, str]]]
CASES = 40  # of each made set
MADE: Mapping[str, Callable[[np.random.Generator], Incident]] = {
    "counts, 1 cause": lambda rng: make_counts(rng, int(rng.integers(1, 4)), 1),
    "counts, 3 causes": lambda rng: make_counts(rng, int(rng.integers(1, 4)), 3),
    "counts, scaled alike": lambda rng: make_counts(
        rng, int(rng.integers(1, 4)), int(rng.integers(1, 4)), forecast=0.15, alike=True
    ),
    "counts, biased forecast": lambda rng: make_counts(
        rng, int(rng.integers(1, 4)), int(rng.integers(1, 4)), biased=0.04
    ),
    "ratios, 1 or 2 causes": lambda rng: make_ratios(rng, int(rng.integers(1, 3))),
    "healthy counts": lambda rng: make_counts(rng, 1, 0),
    "healthy, biased forecast": lambda rng: make_counts(rng, 1, 0, biased=0.04),
    "healthy ratios": lambda rng: make_ratios(rng, 0),
}
PUBLISHED: Mapping[str, Sequence[tuple[str, float]]] = {
    "additive": (("RiskLoc, published", 0.615), ("AutoRoot, published", 0.442), ("Adtributor, published", 0.05)),
    "ratio": (
        ("RobustSpot, published", 0.414),
        ("Adtributor, published", 0.274),
        ("AutoRoot, published", 0.261),
        ("RiskLoc, published", 0.025),
    ),
}


@dataclass
class Score:
    """Combinations that are right, named and true, over all cases of a set."""

    right: int = 0
    named: int = 0
    true: int = 0
    empty: int = 0  # cases in which nothing was named
    longest: float = 0.0  # seconds of processor time

    def add(self, found: Sequence[Mapping[str, str]], truth: Sequence[str], seconds: float) -> None:
        """One more case."""
        said, wanted = {_key(one) for one in found}, {_key(_parse(one)) for one in truth}
        self.right += len(said & wanted)
        self.named, self.true = self.named + len(said), self.true + len(wanted)
        self.empty += not said
        self.longest = max(self.longest, seconds)

    def row(self, name: str, who: str) -> tuple[Cell, ...]:
        """As the table shows it."""
        told = self.true > 0
        precision, recall = self.right / max(self.named, 1), self.right / max(self.true, 1)
        f1 = 2 * precision * recall / max(precision + recall, 1e-12)
        parts: tuple[Cell, ...] = (precision, recall, f1) if told else (None, None, None)
        return (name, who, *parts, float(self.empty), self.longest)


def ours(table: pd.DataFrame) -> list[dict[str, str]]:
    """What `recsysops localize` names."""
    return [dict(cause.where) for cause in localise(read_leaves(table))]


def read_cases(folder: Path, kind: str) -> Iterator[Incident]:
    """The files of one kind with their truth."""
    import pandas as pd

    truth = json.loads((folder / "truth.json").read_text())
    for path in sorted((folder / kind).glob("*.csv*")):
        yield Incident(pd.read_csv(path, dtype=str), tuple(truth[f"{kind}/{path.name}"]))


def measure(name: str, cases: Sequence[Incident]) -> list[tuple[Cell, ...]]:
    """One set, with every method that can be run here."""
    rows = []
    methods: Sequence[tuple[str, Method]] = (("ours", ours), ("Adtributor, ours", _plain))
    for who, method in methods:
        score = Score()
        for case in track(cases, f"{name}: {who}", transient=True):
            began = time.process_time()
            found = method(case.table)
            score.add(found, case.truth, time.process_time() - began)
        rows.append(score.row(name, who))
    return rows + [(name, who, None, None, f1, None, None) for who, f1 in PUBLISHED.get(name, ())]


def _plain(table: pd.DataFrame) -> list[dict[str, str]]:
    import pandas as pd

    numbers = {str(name): pd.to_numeric(table[name]) for name in table if str(name).startswith(("actual", "expected"))}
    return attribute(table.assign(**numbers))


def _parse(text: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in text.split("&"))


def _key(where: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(where.items()))


def run(folder: Path | None, cases: int) -> Result:
    """Every set there is."""
    rows: list[tuple[Cell, ...]] = []
    for kind in ("additive", "ratio") if folder is not None else ():
        rows += measure(kind, list(read_cases(folder, kind))) if folder is not None else []
    for name, make in MADE.items():
        rows += measure(name, [make(np.random.default_rng([seed, 7])) for seed in range(cases)])
    columns = ("set", "method", "precision", "recall", "F1", "nothing named", "longest, CPU s")
    note = (
        "The published figures are of their authors' own whole sets; additive and ratio here are samples of those, "
        "which were looked at while the method was made."
    )
    return Result(
        "localize",
        "make bench-localize DATA=DIR" if folder is not None else "make bench-localize",
        (Table("Combinations named, against the true ones", columns, tuple(rows)),),
        NOTES if folder is None else (note, *NOTES),
    )


NOTES = (
    f"All but additive and ratio are made here, {CASES} cases each, from fixed seeds (benchmarks/incidents.py). In "
    "the healthy ones nothing ought to be named; a biased forecast errs for whole groups alike, with heavy tails.",
    "What helped: a cause may leave a half or a quarter of the noise of its leaves, as what scales a place scales all "
    "of it alike; not in leaves so small that they come in a few sizes.",
    "What did not help: thresholds on a leaf's deviation before searching (small leaves of a low cause are lost); "
    "splitting a cause whenever its parts together say a little more (a real incident strikes unevenly, and was "
    "over-refined); a between-group allowance during the search rather than after it (causes then look like groups "
    "that lie far apart anyway).",
)


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="the folder with additive/, ratio/ and truth.json")
    parser.add_argument("--cases", type=int, default=CASES, help="of each made set")
    asked = parser.parse_args()
    if asked.data is not None and not (asked.data / "truth.json").is_file():
        parser.error(f"there is no truth.json in {asked.data}: see above what the folder has to hold")
    if asked.data is None:
        print("No --data: measured on incidents made from a fixed seed.")
    result = run(asked.data, asked.cases)
    show(result.tables)
    result.save()


if __name__ == "__main__":
    main()
