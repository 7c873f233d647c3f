"""The serving side's reading of the overrides folder: which version it is told to serve instead of the champion."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sandbox.recommender.registry import MODEL


@dataclass(frozen=True)
class Obeyed:
    """What the folder says at one moment."""

    version: str | None  # serve this version; None: the champion
    ignored: tuple[str, ...] = ()  # one sentence per file that could not be obeyed


def read_overrides(folder: Path, at: datetime, versions: list[str]) -> Obeyed:
    """The newest instruction in force at `at`; files that cannot be read or name no known version are passed over."""
    chosen: tuple[datetime, str] | None = None
    ignored = []
    for path in sorted(folder.glob("*.json")):
        try:
            applied, version = _read(path, at, versions)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            ignored.append(f"{path.name} is not obeyed: {error}")
            continue
        if version and (chosen is None or applied >= chosen[0]):
            chosen = (applied, version)
    return Obeyed(chosen[1] if chosen else None, tuple(ignored))


def _read(path: Path, at: datetime, versions: list[str]) -> tuple[datetime, str | None]:
    content: dict[str, Any] = json.loads(path.read_text())
    applied, expires = _moment(content["applied_at"]), _moment(content["expires_at"])
    if not applied <= at < expires:
        return applied, None
    params = content["params"]
    if content["kind"] != "serve_version" or params["model"] != MODEL:
        raise ValueError(f"this recommender obeys serve_version of {MODEL}, not {content['kind']}")
    version = str(params["version"])
    if version not in versions:
        raise ValueError(f"there is no version {version} of {MODEL}")
    return applied, version


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
