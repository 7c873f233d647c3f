"""The folder registry: numbered model artefacts and the alias `champion`, as the bot will read them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import joblib

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

MODEL = "ranker"


class FolderRegistry:
    """registry/ranker/<version>/{model.joblib, version.json} and registry/ranker/aliases.json."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / MODEL
        self._loaded: dict[str, Pipeline] = {}

    def versions(self) -> list[str]:
        """Every version's number as text, oldest first."""
        return sorted((path.name for path in self._folder.glob("[0-9]*") if path.is_dir()), key=int)

    def champion(self) -> str | None:
        """The version that the alias names; None before the first release."""
        try:
            aliases = json.loads((self._folder / "aliases.json").read_text())
        except FileNotFoundError:
            return None
        return str(aliases["champion"])

    def load(self, version: str) -> Pipeline:
        """The artefact; kept in memory, as a serving process would."""
        if version not in self._loaded:
            self._loaded[version] = joblib.load(self._folder / version / "model.joblib")
        return self._loaded[version]

    def release(
        self,
        pipeline: Pipeline,
        *,
        at: datetime,
        trained: tuple[datetime, datetime],
        metrics: Mapping[str, float],
        features: Sequence[str],
        note: str,
        gate: str = "passed",
        champion: bool = True,
    ) -> str:
        """Add the next version and, unless it only challenges, make it champion; returns its number as text.

        `gate` says what the offline gate said: "passed", or "skipped" when nobody asked it.
        """
        version = str(int(([*self.versions()] or ["0"])[-1]) + 1)
        home = self._folder / version
        home.mkdir(parents=True)
        joblib.dump(pipeline, home / "model.joblib", compress=1)
        self._loaded[version] = pipeline
        words = {
            "name": MODEL,
            "version": version,
            "created_at": at.isoformat(),
            "trained_from": trained[0].isoformat(),
            "trained_to": trained[1].isoformat(),
            "metrics": dict(metrics),
            "features": list(features),
            "note": note,
            "gate": gate,
            "index": version,  # the candidate index is built with the version, and carries its number
        }
        _write(home / "version.json", words)
        if champion:
            _write(self._folder / "aliases.json", {"champion": version})
        return version


def _write(path: Path, content: Mapping[str, Any]) -> None:
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(content, indent=2) + "\n")
    os.replace(beside, path)
