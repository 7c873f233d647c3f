"""Models in folders: what there is, which one serves, and what is said of files that are not whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression

from bot.recommender.contract import RecommenderFailed, UnknownVersion
from bot.recommender.registry import FolderRegistry

FEATURES = ["affinity", "days_old"]
ROWS = pd.DataFrame({"days_old": [0.0, 300.0, 20.0], "affinity": [1.0, -1.0, 0.5], "noise": 0.0})


def fit(kind: type = LogisticRegression) -> Any:
    return kind().fit(ROWS[FEATURES], [1, 0, 1])


def release(folder: Path, version: str, model: Any, **words: Any) -> Path:
    home = folder / "ranker" / version
    home.mkdir(parents=True)
    joblib.dump(model, home / "model.joblib")
    about: Mapping[str, Any] = {
        "name": "ranker",
        "version": version,
        "created_at": "2024-03-01T06:00:00Z",
        "trained_from": "2024-02-01",
        "trained_to": "2024-03-01T00:00:00+01:00",
        "metrics": {"auc": 0.71},
        "features": FEATURES,
        "note": "weekly",
    }
    (home / "version.json").write_text(json.dumps({**about, **words}))
    (folder / "ranker" / "aliases.json").write_text(json.dumps({"champion": version}))
    return home


@pytest.fixture
def registry(tmp_path: Path) -> FolderRegistry:
    """Versions 9, 10 and 11 of the ranker; 11 is champion."""
    for version in ("9", "11", "10"):
        release(tmp_path, version, fit())
    (tmp_path / "ranker/aliases.json").write_text('{"champion": 11}')
    return FolderRegistry(tmp_path, "ranker")


def test_versions_are_sorted_as_numbers_and_told_in_full(registry: FolderRegistry) -> None:
    assert [version.version for version in registry.versions()] == ["9", "10", "11"]
    champion = registry.champion()
    assert (champion.version, champion.name, champion.note) == ("11", "ranker", "weekly")
    assert champion.created_at == datetime(2024, 3, 1, 6, tzinfo=UTC)
    assert champion.trained_from == datetime(2024, 2, 1, tzinfo=UTC)
    assert champion.trained_to == datetime(2024, 2, 29, 23, tzinfo=UTC)
    assert champion.metrics == {"auc": 0.71}
    assert champion.features == tuple(FEATURES)


@pytest.mark.parametrize(
    ("said", "passed"), [("passed", True), (True, True), ("skipped", False), ("failed", False), (False, False)]
)
def test_a_version_says_whether_it_passed_its_gate_and_for_which_index_it_was_made(
    registry: FolderRegistry, tmp_path: Path, said: object, passed: bool
) -> None:
    release(tmp_path, "12", fit(), gate=said, index=31)
    told, silent = registry.version("12"), registry.version("11")
    assert (told.gate_passed, told.index_version) == (passed, "31")
    assert (silent.gate_passed, silent.index_version) == (None, None)


def test_a_scorer_reads_its_features_in_its_own_order(registry: FolderRegistry) -> None:
    scorer = registry.load("11")
    assert np.allclose(scorer.score(ROWS), fit().predict_proba(ROWS[FEATURES])[:, 1])
    assert scorer.features == tuple(FEATURES)
    assert scorer.model.coef_.shape == (1, 2)
    assert scorer.score(ROWS.head(0)).shape == (0,)


def test_a_model_without_chances_scores_what_it_predicts(tmp_path: Path) -> None:
    release(tmp_path, "1", fit(LinearRegression), features=[])
    scorer = FolderRegistry(tmp_path, "ranker").load("1")
    assert scorer.features == tuple(FEATURES)  # the model knows its own
    assert np.allclose(scorer.score(ROWS), fit(LinearRegression).predict(ROWS[FEATURES]))


def test_an_unknown_version_lists_those_there_are(registry: FolderRegistry) -> None:
    with pytest.raises(UnknownVersion, match="no version 12 of ranker; it has 9, 10, 11"):
        registry.load("12")


def test_rows_without_a_feature_cannot_be_scored(registry: FolderRegistry) -> None:
    with pytest.raises(RecommenderFailed, match=r"reads days_old, which the tables lack: .*\[warehouse\] features"):
        registry.load("11").score(ROWS[["affinity"]])


def test_rows_the_model_chokes_on_name_the_model(registry: FolderRegistry) -> None:
    with pytest.raises(RecommenderFailed, match=r"11/model.joblib could not score: ValueError"):
        registry.load("11").score(ROWS.assign(affinity=np.nan))


@pytest.mark.parametrize("content", [b"", b"not a model", b"\x80\x04cno.such\nthing\n."])
def test_a_corrupt_model_is_named(registry: FolderRegistry, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ranker/10/model.joblib").write_bytes(content)
    with pytest.raises(RecommenderFailed, match=r"10/model.joblib is not a model that can be loaded .*again"):
        registry.load("10")
    assert registry.load("11").features == tuple(FEATURES)


def test_a_truncated_model_is_named(registry: FolderRegistry, tmp_path: Path) -> None:
    path = tmp_path / "ranker/10/model.joblib"
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(RecommenderFailed, match=r"10/model.joblib is not a model that can be loaded"):
        registry.load("10")


def test_a_missing_model_is_named(registry: FolderRegistry, tmp_path: Path) -> None:
    (tmp_path / "ranker/10/model.joblib").unlink()
    with pytest.raises(RecommenderFailed, match=r"10/model.joblib cannot be read \(No such file.*put the model there"):
        registry.load("10")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"name": "ran', "is not whole JSON"),
        ("[]", "must hold a JSON object, not list"),
        ("{}", "does not describe a version .*created_at"),
        ('{"created_at": "yesterday"}', "does not describe a version"),
        ('{"created_at": "2024-03-01", "metrics": {"auc": "good"}}', "does not describe a version"),
    ],
)
def test_a_half_written_version_file_is_named(
    registry: FolderRegistry, tmp_path: Path, content: str, told: str
) -> None:
    (tmp_path / "ranker/10/version.json").write_text(content)
    with pytest.raises(RecommenderFailed, match=f"10/version.json {told}"):
        registry.versions()


def test_a_version_that_is_still_being_copied_is_not_one_yet(registry: FolderRegistry, tmp_path: Path) -> None:
    (tmp_path / "ranker/12").mkdir()
    assert [version.version for version in registry.versions()] == ["9", "10", "11"]
    with pytest.raises(RecommenderFailed, match=r"12/version.json cannot be read"):
        registry.version("12")


def test_no_champion_and_no_folder_say_what_to_write(registry: FolderRegistry, tmp_path: Path) -> None:
    (tmp_path / "ranker/aliases.json").write_text("{}")
    with pytest.raises(RecommenderFailed, match=r"names no champion: write \{\"champion\": \"VERSION\"\} into it"):
        registry.champion()
    with pytest.raises(RecommenderFailed, match=r"no folder .*sorter: correct \[registry\] path and model"):
        FolderRegistry(tmp_path, "sorter").versions()
