"""Where downloads and built worlds are kept, outside the repository."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def cache_folder() -> Path:
    """RECSYSOPS_CACHE, else recsysops in the user's cache folder."""
    chosen = os.environ.get("RECSYSOPS_CACHE")
    if chosen:
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "recsysops"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One process builds what goes there, the others wait for it: two at once would only take twice as long."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
