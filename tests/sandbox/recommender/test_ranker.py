"""The ranker is real: trained on the past served log, kept as artefacts that anyone can replay and explain."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import Pipeline

from sandbox.recommender.engine.examples import read_examples
from sandbox.recommender.engine.features import FEATURES
from sandbox.recommender.engine.training import mean_ndcg
from sandbox.recommender.world import RunningWorld, World
from tests.sandbox.recommender.conftest import OpenLab
from tests.sandbox.recommender.reading import Read


def load(world: World, version: str) -> Pipeline:
    model: Pipeline = joblib.load(world.folder / "registry" / "ranker" / version / "model.joblib")
    return model


def test_replaying_the_artefact_on_a_logged_request_gives_the_served_score_exactly(
    history: World, healthy: Read
) -> None:
    scored = healthy.requests[healthy.requests["score"].notna()]
    for version, rows in scored.groupby("model_version"):
        model = load(history, str(version))
        again = model.predict_proba(rows[list(FEATURES)])[:, 1]
        assert (again == rows["score"].to_numpy()).all()


def test_the_ranker_never_reads_the_preference_model(lab: RunningWorld, open_lab: OpenLab) -> None:
    """Turn every member's tastes upside down: until somebody has chosen by them, every score stays the same."""
    other = open_lab()
    scene = other.engine.state.scene
    other.engine.state.scene = replace(scene, preference=-scene.preference)
    before, after = lab.engine.serve()[0], other.engine.serve()[0]
    np.testing.assert_array_equal(before.ranked.score, after.ranked.score)
    assert before.chosen.taken.sum() > 2 * after.chosen.taken.sum()


def test_the_ranker_never_reads_the_future(lab: RunningWorld) -> None:
    state = lab.engine.state
    tomorrow = replace(state.log[-1], day=state.day)
    known = read_examples(state)
    state.log.append(tomorrow)
    assert len(read_examples(state).taken) == len(known.taken)
    assert known.last_day == state.day - 1


def test_every_version_says_what_it_was_trained_on_and_how_good_it_is(history: World) -> None:
    home = history.folder / "registry" / "ranker"
    versions = sorted((path.parent.name for path in home.glob("*/version.json")), key=int)
    assert json.loads((home / "aliases.json").read_text()) == {"champion": versions[-1]}
    for version in versions:
        words = json.loads((home / version / "version.json").read_text())
        assert words["version"] == version
        assert datetime.fromisoformat(words["trained_to"]) <= datetime.fromisoformat(words["created_at"])
        assert words["features"] == list(FEATURES)
    assert words["metrics"]["auc"] > 0.7
    assert words["metrics"]["ndcg"] > 0.65


def test_the_last_step_can_be_explained(history: World, healthy: Read) -> None:
    shap = pytest.importorskip("shap")
    champion = json.loads((history.folder / "registry/ranker/aliases.json").read_text())["champion"]
    pipe = load(history, champion)
    rows = healthy.impressions[list(FEATURES)].head(20)
    values = shap.TreeExplainer(pipe[-1]).shap_values(pipe[:-1].transform(rows))
    assert np.shape(values) == (20, len(FEATURES))


def test_an_artefact_loads_without_the_sandbox(history: World) -> None:
    for path in (history.folder / "registry" / "ranker").glob("*/model.joblib"):
        assert "sandbox" not in str({type(step).__module__ for _, step in joblib.load(path).steps})


def test_the_same_seed_serves_the_same_day(lab: RunningWorld, open_lab: OpenLab) -> None:
    other = open_lab()
    for mine, theirs in zip(lab.engine.serve(), other.engine.serve(), strict=True):
        np.testing.assert_array_equal(mine.ranked.items, theirs.ranked.items)
        np.testing.assert_array_equal(mine.chosen.taken, theirs.chosen.taken)


def test_ndcg_is_the_textbook_value() -> None:
    """One list of three with its only take ranked second: 1 / log2(3); another ranked first: 1."""
    request = np.array([5, 5, 5, 9, 9])
    taken = np.array([False, True, False, True, False])
    score = np.array([0.9, 0.8, 0.1, 0.7, 0.2])
    assert mean_ndcg(request, taken, score) == pytest.approx((1 / np.log2(3) + 1) / 2)
    assert pd.isna(mean_ndcg(request, np.zeros(5, dtype=bool), score))
