"""Training a ranker version: on the past served log, and on nothing else."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import Pipeline

from sandbox.recommender.engine.examples import Examples, read_examples
from sandbox.recommender.engine.features import FEATURES
from sandbox.recommender.engine.hooks import Hooks
from sandbox.recommender.engine.scene import Bools, Floats, Ints
from sandbox.recommender.engine.state import State

HOLD_OUT = 10  # one request in this many


def usual_recipe() -> Pipeline:
    """What every healthy version is made of: medians for missing values, then boosted trees."""
    trees = HistGradientBoostingClassifier(
        max_iter=50, learning_rate=0.12, max_leaf_nodes=15, min_samples_leaf=40, l2_regularization=5.0,
        early_stopping=False, random_state=0,
    )  # fmt: skip
    return Pipeline([("impute", SimpleImputer(strategy="median", keep_empty_features=True)), ("rank", trees)])


def train(state: State, hooks: Hooks) -> tuple[Pipeline, Mapping[str, float], Examples]:
    """A fitted pipeline, its metrics on held-out requests, and the examples it read.

    Raises ValueError when the log is empty.
    """
    examples = read_examples(state)
    held_out = examples.where(examples.request % HOLD_OUT == 0)
    learned = examples.where(examples.request % HOLD_OUT != 0)
    for change in hooks.examples:
        learned = change(learned)
    pipeline = (hooks.recipe[-1] if hooks.recipe else usual_recipe)()
    pipeline.fit(as_frame(learned.features), learned.taken)
    return pipeline, measure_offline(pipeline, held_out), examples


def measure_offline(pipeline: Pipeline, held_out: Examples) -> Mapping[str, float]:
    """AUC over rows, and mean NDCG over lists in which something was taken; NaN where there is nothing to measure."""
    score = pipeline.predict_proba(as_frame(held_out.features))[:, 1]
    taken = held_out.taken
    auc = roc_auc_score(taken, score) if 0 < taken.sum() < len(taken) else float("nan")
    return {"auc": round(float(auc), 4), "ndcg": round(mean_ndcg(held_out.request, taken, score), 4)}


def mean_ndcg(request: Ints, taken: Bools, score: Floats) -> float:
    """Mean over lists with a take of DCG by score over the best possible DCG (Järvelin and Kekäläinen, 2002)."""
    number = np.unique(request, return_inverse=True)[1]
    best = _dcg(number, taken, taken.astype(float))
    got = _dcg(number, taken, score)
    return float(np.mean(got[best > 0] / best[best > 0])) if best.any() else float("nan")


def _dcg(number: Ints, taken: Bools, key: Floats) -> Floats:
    order = np.lexsort((-key, number))
    size = np.bincount(number)
    place = np.arange(len(order)) - np.repeat(np.cumsum(size) - size, size) + 1
    return np.asarray(np.bincount(number[order], weights=taken[order] / np.log2(place + 1)), dtype=float)


def as_frame(features: Floats) -> pd.DataFrame:
    """Feature rows under the names the artefact was fitted with."""
    return pd.DataFrame(features, columns=list(FEATURES))
