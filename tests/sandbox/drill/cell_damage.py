"""A program for tab-err's own environment: damages columns of a CSV file, and says cell by cell what it did.

    python cell_damage.py jobs.json

jobs.json: {"table": file, "jobs": [{"column", "type", "mechanism", "rate", "seed", "config", "out"}, ...]}. Each `out`
gets a CSV with the columns value and damaged (0 or 1), row by row. Knows nothing of the rest of this repository: it
runs with another pandas.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd
from tab_err import error_mechanism, error_type
from tab_err.api.low_level import create_errors


def run(table: pd.DataFrame, job: dict[str, Any]) -> None:
    """One kind of error in one column."""
    config = dict(job["config"])
    if "factor" in config:
        factor = config.pop("factor")
        config["wrong_unit_scaling"] = lambda value: value * factor
    kind = getattr(error_type, job["type"])(config or None, seed=job["seed"])
    name, _, other = job["mechanism"].partition(":")
    where = getattr(error_mechanism, name)(condition_to_column=other or None, seed=job["seed"])
    column = job["column"]
    rows = table.astype({column: "category"}) if job["type"] == "CategorySwap" else table
    damaged, mask = create_errors(rows, column, job["rate"], where, kind)
    told = pd.DataFrame({"value": damaged[column], "damaged": mask[column].astype(int)})
    told.to_csv(job["out"], index=False)


if __name__ == "__main__":
    asked = json.loads(Path(sys.argv[1]).read_text())
    rows = pd.read_csv(asked["table"], float_precision="round_trip")
    for each in asked["jobs"]:
        run(rows, each)
