"""What a piece of work takes of this process's processors, and the most memory the process held."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Figures = dict[str, Any]


def timed(work: Callable[[], Any]) -> tuple[Any, Figures]:
    """What the work gives; CPU seconds (user and system, all threads) and seconds by the clock."""
    before, began = _cpu(), time.perf_counter()
    given = work()
    return given, {"cpu": _cpu() - before, "seconds": time.perf_counter() - began}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak_mb() -> float:
    """The most memory this process held. Linux counts what its parent held before it into ru_maxrss, but not here."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    peak = next((float(line.split()[1]) for line in lines if line.startswith("VmHWM")), None)
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss if peak is None else peak) / 1024
