"""What a drill keeps between two runs, outside the repository, and how it is copied."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import time
from pathlib import Path

import bot
import checks
from sandbox.recommender.cache import cache_folder
from sandbox.recommender.worlds import source_hash

KEPT_SECONDS = 24 * 3600.0


def kept_folder() -> Path:
    """Where quiet days are kept until the code changes, outside the repository; what older code left is thrown away."""
    drills = cache_folder() / "drills"
    for old in drills.glob("*"):
        if time.time() - old.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(old, ignore_errors=True)
    folder = drills / code_hash()
    folder.mkdir(parents=True, exist_ok=True)
    os.utime(folder)
    return folder


def code_hash() -> str:
    """Changes with whatever shapes a world or what the bot says of it."""
    digest = hashlib.sha256(source_hash().encode())
    for package in (bot, checks):
        for path in sorted(Path(package.__file__ or "").parent.rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def link_partitions(source: str, target: str) -> str:
    """Partitions are shared by all the days that have them: whoever writes one anew writes another file."""
    if source.endswith(".parquet"):
        os.link(source, target)
    else:
        shutil.copy2(source, target)
    return target


def copy_store(store: Path, to: Path) -> None:
    """A whole copy of an SQLite file, whatever is still in its write-ahead log."""
    source, target = sqlite3.connect(store), sqlite3.connect(to)
    with target:
        source.backup(target)
    source.close()
    target.close()
