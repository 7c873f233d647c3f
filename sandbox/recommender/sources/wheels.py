"""Real data that travels inside public wheels: fetched with pip when first needed, kept in the cache, never shipped."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from sandbox.recommender.cache import cache_folder


class DataMissing(Exception):
    """A world's data could not be had; the message says what to do."""


def read_members(requirement: str, members: tuple[str, ...]) -> dict[str, str]:
    """The text of files inside a wheel named like "recbole==1.2.1", by path in the wheel.

    Raises DataMissing when pip cannot fetch the wheel or it does not hold the files.
    """
    path = _find(requirement) or _fetch(requirement)
    try:
        with zipfile.ZipFile(path) as wheel:
            return {member: wheel.read(member).decode("utf-8") for member in members}
    except (zipfile.BadZipFile, KeyError) as error:
        raise DataMissing(f"{path} is not the wheel it should be ({error}); delete it and try again.") from error


def _find(requirement: str) -> Path | None:
    name, version = requirement.split("==")
    return next(iter(_folder().glob(f"{name}-{version}-*.whl")), None)


def _fetch(requirement: str) -> Path:
    _folder().mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    done = subprocess.run([*pip, requirement, "--dest", str(_folder())], capture_output=True, text=True, check=False)
    path = _find(requirement)
    if done.returncode != 0 or path is None:
        said = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise DataMissing(
            f"This world needs the data inside {requirement}, which pip could not download ({said}). "
            f"Check your package index, or put the wheel into {_folder()}; the world `lab` needs no download."
        )
    return path


def _folder() -> Path:
    return cache_folder() / "wheels"
