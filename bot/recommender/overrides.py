"""How the bot acts: a folder with one JSON file an instruction, which the serving side reads and obeys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from bot.recommender.contract import Override, RecommenderFailed
from bot.recommender.folder import parse_time, read_json, write_json

log = structlog.get_logger(__name__)


class FolderOverrides:
    """OVERRIDES/<id>.json: id, kind, params, applied_at, expires_at, reason; times in ISO form, UTC."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def apply(self, override: Override) -> None:
        """Put it in force, at once and whole; doing it twice changes nothing."""
        path = self._file(override.id)
        if path.exists() and _read_or_skip(path) == override:
            return
        times = {"applied_at": override.applied_at.isoformat(), "expires_at": override.expires_at.isoformat()}
        write_json(path, asdict(override) | {"params": dict(override.params)} | times)

    def remove(self, override_id: str) -> None:
        """Take it out of force; removing what is not there changes nothing."""
        path = self._file(override_id)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise RecommenderFailed(f"{path} cannot be removed ({error.strerror}): remove it by hand.") from error

    def in_force(self, at: datetime) -> list[Override]:
        """Those that serving obeys at that time, oldest first. A file that cannot be read is logged and left out."""
        found = [override for path in sorted(self.path.glob("*.json")) if (override := _read_or_skip(path))]
        current = [override for override in found if override.applied_at <= at < override.expires_at]
        return sorted(current, key=lambda override: (override.applied_at, override.id))

    def _file(self, override_id: str) -> Path:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.:-]*", override_id):
            raise ValueError(f"an override's id names a file: letters, digits, - _ . and : only, not {override_id!r}")
        return self.path / f"{override_id}.json"


def read_override(path: Path) -> Override:
    """One instruction; RecommenderFailed naming the file when it is not one."""
    written = read_json(path)
    try:
        return _parse(written)
    except (KeyError, TypeError, ValueError) as error:
        raise RecommenderFailed(f"{path} is not an override ({error!r}): write it again, or remove it.") from error


def _read_or_skip(path: Path) -> Override | None:
    try:
        return read_override(path)
    except RecommenderFailed as error:
        log.warning("override skipped", file=str(path), why=str(error))
        return None


def _parse(written: Mapping[str, Any]) -> Override:
    applied, expires = parse_time(written["applied_at"]), parse_time(written["expires_at"])
    if applied is None or expires is None:
        raise ValueError("an override begins and ends")
    params = dict(written["params"])
    return Override(str(written["id"]), str(written["kind"]), params, applied, expires, str(written.get("reason", "")))
