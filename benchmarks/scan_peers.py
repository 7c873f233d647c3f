"""Evidently and whylogs on the same file: each in an environment of its own under .venv/peers."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

from benchmarks.result import Cell, Table
from benchmarks.scan_world import FEATURES, LAST_DAY, SLICES, World

HOME = Path(".venv/peers")
OLD = ("pandas<3", "numpy<2", "pyarrow<20")
READ = """
import json, resource, sys
import pyarrow.parquet
columns = sys.argv[2].split(",")
frame = pyarrow.parquet.read_table(sys.argv[1], columns=columns, read_dictionary=columns[-{slices}:]).to_pandas()
"""
TELL = """
used = resource.getrusage(resource.RUSAGE_SELF)
peak = next(float(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps({"cpu": used.ru_utime + used.ru_stime, "rss_mb": peak / 1024}))
"""
PEERS = {
    "evidently": """
from evidently import Dataset, Report
from evidently.presets import DataSummaryPreset
Report([DataSummaryPreset()]).run(Dataset.from_pandas(frame), None).dict()
""",
    "whylogs": """
import whylogs
whylogs.log(pandas=frame).view().to_pandas()
""",
}
DOES = {
    "evidently": "a summary of each column of all rows; no slices, no outcomes",
    "whylogs": "a profile of each column of all rows; no slices, no outcomes",
}


def measure_peers(world: World, suite: dict[str, Any]) -> Table:
    """Features and slice columns of the last day, read and summed up, beside the suite's figures on that file."""
    rows: list[tuple[Cell, ...]] = [("recsysops", suite["cpu"], suite["rss_mb"], "the whole suite, by slice")]
    for name in PEERS:
        print(f"  {name} ...", file=sys.stderr, flush=True)
        told = _run(name, world)
        rows.append((name, told.get("cpu"), told.get("rss_mb"), told.get("trouble", DOES[name])))
    return Table("Beside other tools, on the same file", ("tool", "CPU s", "peak MB", "what it does"), tuple(rows))


def _run(name: str, world: World) -> dict[str, Any]:
    """What it took, the start of Python and its imports included; or why it could not be measured."""
    try:
        python = _install(name)
        script = READ.replace("{slices}", str(len(SLICES))) + PEERS[name] + TELL
        asked = [str(world.file("impressions", LAST_DAY)), ",".join((*FEATURES, *SLICES))]
        done = subprocess.run([python, "-c", script, *asked], check=True, capture_output=True, text=True, timeout=1800)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired, OSError) as error:
        last = (getattr(error, "stderr", None) or str(error)).strip().splitlines()[-1]
        return {"trouble": f"not measured: {last[:200]}"}
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _install(name: str) -> str:
    """The Python of its environment."""
    home = (HOME / name).absolute()
    python = home / "bin" / "python"
    if not (home / "ready").exists():
        venv.create(home, with_pip=True, clear=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", name, *OLD]
        subprocess.run(pip, check=True, capture_output=True, text=True)
        (home / "ready").touch()
    return str(python)
