"""Small JSON files that others read while we write: written whole or not at all, read with errors that name them."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.recommender.contract import RecommenderFailed


def read_json(path: Path) -> Mapping[str, Any]:
    """The object in a JSON file; RecommenderFailed naming the file and what to do about it."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RecommenderFailed(f"{path} cannot be read ({error.strerror}): write it, or correct the path.") from error
    except ValueError as error:
        raise RecommenderFailed(f"{path} is not whole JSON ({error}): write it again, or move it away.") from error
    if not isinstance(found, dict):
        raise RecommenderFailed(f"{path} must hold a JSON object, not {type(found).__name__}: write it again.")
    return found


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Puts a JSON file in place at once: written beside, then renamed; RecommenderFailed when the folder refuses."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(content, file, indent=1, sort_keys=True)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)  # the serving side is another user as often as not
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise RecommenderFailed(
            f"{path} cannot be written ({error.strerror}): give the bot the right to write in {path.parent}."
        ) from error


def parse_time(value: object) -> datetime | None:
    """An ISO time as an aware one in UTC (no zone means UTC); None for nothing; ValueError for anything else."""
    if value is None or value == "":
        return None
    moment = datetime.fromisoformat(str(value))
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
