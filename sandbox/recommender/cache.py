"""Where downloads and built worlds are kept, outside the repository."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """RECSYSOPS_CACHE, else recsysops in the user's cache folder."""
    chosen = os.environ.get("RECSYSOPS_CACHE")
    if chosen:
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "recsysops"
