"""Where models come from: a folder with one sub-folder a version and a file that says which one is champion.

A model file is code: loading a joblib file runs whatever it holds. Point the bot only at a folder that nobody but your
training pipeline can write to.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bot.recommender.contract import ModelVersion, RecommenderFailed, UnknownVersion
from bot.recommender.folder import parse_time, read_json

if TYPE_CHECKING:
    import pandas as pd


class FolderRegistry:
    """PATH/<model>/<version>/{model.joblib, version.json} and PATH/<model>/aliases.json with {"champion": "7"}."""

    def __init__(self, path: Path, model: str) -> None:
        self._folder = path / model
        self._model = model

    @property
    def model(self) -> str:
        """The name of the ranking model."""
        return self._model

    def versions(self) -> list[ModelVersion]:
        """Every version, oldest first (by number where they are numbers)."""
        return [self.version(name) for name in self._names()]

    def version(self, version: str) -> ModelVersion:
        """One version; UnknownVersion lists those there are, RecommenderFailed names a file that is not whole."""
        names = self._names()
        if version not in names and version not in _folders(self._folder):
            listed = ", ".join(names) or "none at all"
            raise UnknownVersion(f"The registry has no version {version} of {self._model}; it has {listed}.")
        path = self._folder / version / "version.json"
        written = read_json(path)
        try:
            return _parse(written, self._model, version)
        except (KeyError, TypeError, ValueError) as error:
            raise RecommenderFailed(f"{path} does not describe a version ({error!r}): write it again.") from error

    def champion(self) -> ModelVersion:
        """The version the alias `champion` names (overrides not considered)."""
        path = self._folder / "aliases.json"
        name = read_json(path).get("champion")
        if name is None:
            raise RecommenderFailed(f'{path} names no champion: write {{"champion": "VERSION"}} into it.')
        return self.version(str(name))

    def load(self, version: str) -> FolderScorer:
        """The model itself; RecommenderFailed for a corrupt or missing file, naming it."""
        import joblib

        features = self.version(version).features
        path = self._folder / version / "model.joblib"
        try:
            estimator = joblib.load(path)
        except OSError as error:
            why = error.strerror or str(error)
            raise RecommenderFailed(f"{path} cannot be read ({why}): put the model there again.") from error
        except Exception as error:  # unpickling raises whatever the bytes spell
            why = f"{type(error).__name__}: {error}"
            raise RecommenderFailed(
                f"{path} is not a model that can be loaded ({why}): train or copy it again, with the same libraries."
            ) from error
        return FolderScorer(estimator, features or tuple(getattr(estimator, "feature_names_in_", ())), path)

    def _names(self) -> list[str]:
        """The versions there are; a folder without version.json (which is to be written last) is not one yet."""
        if not self._folder.is_dir():
            raise RecommenderFailed(
                f"There is no folder {self._folder}: correct [registry] path and model in recsysops.toml."
            )
        return sorted((found.parent.name for found in self._folder.glob("*/version.json")), key=version_order)


class FolderScorer:
    """A loaded scikit-learn model (or anything with predict_proba or predict): feature rows in, scores out."""

    def __init__(self, estimator: Any, features: tuple[str, ...], path: Path) -> None:
        self._estimator = estimator
        self._features = features
        self._path = path

    @property
    def features(self) -> tuple[str, ...]:
        """The feature columns it reads, in its own order."""
        return self._features

    @property
    def model(self) -> Any:
        """The estimator itself, for explanation."""
        return self._estimator

    def score(self, features: pd.DataFrame) -> NDArray[np.float64]:
        """Scores, shape (rows,), in the order of `features`' rows: the chance of the second class, else predict's."""
        missing = [name for name in self._features if name not in features]
        if missing:
            raise RecommenderFailed(
                f"{self._path} reads {', '.join(missing)}, which the tables lack: log the feature values as served, "
                "and list them under [warehouse] features."
            )
        if features.empty:
            return np.empty(0)
        rows = features[list(self._features)]
        try:
            scores = self._predict(rows)
        except Exception as error:  # an estimator of the user's raises what it likes
            raise RecommenderFailed(f"{self._path} could not score: {type(error).__name__}: {error}.") from error
        return np.asarray(scores, dtype=np.float64).reshape(len(rows))

    def _predict(self, rows: pd.DataFrame) -> Any:
        if hasattr(self._estimator, "predict_proba"):
            return self._estimator.predict_proba(rows)[:, 1]
        return self._estimator.predict(rows)


def _folders(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir() if entry.is_dir()]


def version_order(version: str) -> tuple[int, int, str]:
    """Sorts "9" before "10", and numbers before names."""
    return (0, int(version), version) if version.isdecimal() else (1, 0, version)


def _parse(written: Mapping[str, Any], model: str, version: str) -> ModelVersion:
    created = parse_time(written["created_at"])
    if created is None:
        raise ValueError("created_at is empty")
    return ModelVersion(
        name=str(written.get("name", model)),
        version=version,
        created_at=created,
        trained_from=parse_time(written.get("trained_from")),
        trained_to=parse_time(written.get("trained_to")),
        metrics={str(name): float(value) for name, value in (written.get("metrics") or {}).items()},
        features=tuple(str(name) for name in written.get("features") or ()),
        note=str(written.get("note") or ""),
        gate_passed=_parse_gate(written.get("gate")),
        index_version=None if written.get("index") is None else str(written["index"]),
    )


def _parse_gate(said: Any) -> bool | None:
    """Whether the offline gate was passed: "passed" or true; anything else that was written says it was not."""
    return None if said is None else said is True or str(said).strip().lower() == "passed"
