"""Which feature moves the scores: the difference of SHAP values, never one waterfall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import structlog

from bot.recommender.contract import Scorer

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

SAMPLE = 200
BACKGROUND = 20  # rows that stand for "not known"
ORDERS = 6  # in which features are switched on
FEW = 30  # rows explained where only the slow, model-agnostic way works


@dataclass(frozen=True)
class Contributions:
    """What each feature adds to the score: per row, in the unit of the model's own output (log-odds for boosting)."""

    features: tuple[str, ...]
    values: NDArray[np.float64]  # (rows, features)
    additivity_error: float  # the largest |base + sum of contributions − the model's output|
    method: str  # "tree" or "permutation"

    @property
    def mean(self) -> dict[str, float]:
        """The mean contribution of each feature."""
        return dict(zip(self.features, self.values.mean(axis=0).tolist(), strict=True))


def contributions(scorer: Scorer, rows: pd.DataFrame) -> Contributions:
    """SHAP values of up to 200 rows: exact for trees (Lundberg 2020), by permutation for any other model."""
    taken = _some(rows, SAMPLE)[list(scorer.features)]
    if _is_forest(_last_step(scorer.model)):
        try:
            return _of_trees(scorer, taken)
        except Exception as refused:  # SHAP has an error of its own for each kind of tree it cannot take apart
            structlog.get_logger("diagnosis").info("trees not explained exactly", reason=str(refused))
    return _by_permutation(scorer, taken)


def differ(now: Contributions, before: Contributions) -> dict[str, float]:
    """Mean contribution now minus before, by feature, largest change first."""
    change = {name: value - before.mean.get(name, 0.0) for name, value in now.mean.items()}
    return dict(sorted(change.items(), key=lambda pair: -abs(pair[1])))


def _last_step(model: Any) -> Any:
    return model.steps[-1][1] if hasattr(model, "steps") else model


def _is_forest(estimator: Any) -> bool:
    """Whether SHAP has its exact tree algorithm for this estimator."""
    name = type(estimator).__name__
    return any(word in name for word in ("GradientBoosting", "Forest", "ExtraTrees", "DecisionTree", "XGB", "LGBM"))


def _of_trees(scorer: Scorer, rows: pd.DataFrame) -> Contributions:
    import shap

    model, estimator = scorer.model, _last_step(scorer.model)
    entered, names = _transformed(model, rows)
    explainer = shap.TreeExplainer(estimator)
    values, base = np.asarray(explainer.shap_values(entered)), np.ravel(explainer.expected_value)
    if values.ndim == 3:  # a value for each class: the last is the one that is scored
        values, base = values[..., -1], base[-1:]
    error = float(np.abs(values.sum(axis=1) + base[-1] - _output(estimator, entered)).max())
    return Contributions(scorer.features, _sum_back(values, names, scorer.features), error, "tree")


def _transformed(model: Any, rows: pd.DataFrame) -> tuple[Any, list[str]]:
    """The rows as the last step sees them, with the names of its columns."""
    if not hasattr(model, "steps") or len(model.steps) == 1:
        return rows, list(rows.columns)
    before = model[:-1]
    entered = before.transform(rows)
    try:
        names = [str(name) for name in before.get_feature_names_out(list(rows.columns))]
    except (AttributeError, ValueError):
        names = [str(name) for name in rows.columns]
    return entered, names if len(names) == entered.shape[1] else [str(n) for n in range(entered.shape[1])]


def _sum_back(values: NDArray[np.float64], names: list[str], features: tuple[str, ...]) -> NDArray[np.float64]:
    """Contributions of made columns (one-hot, missing indicators) added to the feature they were made from."""
    out = np.zeros((len(values), len(features)))
    for column, name in enumerate(names):
        plain = name.split("__", 1)[-1].removeprefix("missingindicator_")
        fits = [f for f in features if plain == f or plain.startswith(f + "_")]
        if fits:
            out[:, features.index(max(fits, key=len))] += values[:, column]
        elif len(names) == len(features):
            out[:, column] += values[:, column]
    return out


def _output(estimator: Any, entered: Any) -> NDArray[np.float64]:
    """What the contributions must add up to: log-odds where the estimator has them, else its probability or value."""
    if hasattr(estimator, "decision_function"):
        return np.asarray(estimator.decision_function(entered), float)
    if hasattr(estimator, "predict_proba"):
        return np.asarray(estimator.predict_proba(entered), float)[:, -1]
    return np.asarray(estimator.predict(entered), float)


def _by_permutation(scorer: Scorer, rows: pd.DataFrame) -> Contributions:
    """Model-agnostic contributions to the score itself, on few rows because each costs many predictions.

    Štrumbelj & Kononenko, Explaining prediction models and individual predictions with feature contributions, 2014:
    features are switched from background rows to the explained row one after the other, in several orders. Each order
    and its reverse are used. (SHAP's own permutation explainer first compiles for some twenty seconds.)
    """
    few, background = _some(rows, FEW), _some(rows, BACKGROUND)
    explained = few.loc[few.index.repeat(len(background))].reset_index(drop=True)
    unknown = background.iloc[list(range(len(background))) * len(few)].reset_index(drop=True)
    values = np.zeros((len(few), len(rows.columns)))
    rng = np.random.default_rng(0)
    half = [rng.permutation(len(rows.columns)) for _ in range(ORDERS // 2)]
    for order in [*half, *(one[::-1] for one in half)]:
        mixed = unknown.copy()
        before = _mean_score(scorer, mixed, len(few))
        for column in order:
            mixed[rows.columns[column]] = explained[rows.columns[column]]
            after = _mean_score(scorer, mixed, len(few))
            values[:, column] += (after - before) / ORDERS
            before = after
    base = float(scorer.score(background).mean())
    error = float(np.abs(values.sum(axis=1) + base - scorer.score(few)).max())
    return Contributions(scorer.features, values, error, "permutation")


def _some(rows: pd.DataFrame, count: int) -> pd.DataFrame:
    chosen = np.unique(np.linspace(0, len(rows) - 1, min(count, len(rows))).astype(int))
    return rows.iloc[chosen].reset_index(drop=True)


def _mean_score(scorer: Scorer, rows: pd.DataFrame, explained: int) -> NDArray[np.float64]:
    """The score of each explained row, averaged over the background rows it is mixed with."""
    return np.asarray(scorer.score(rows).reshape(explained, -1).mean(axis=1), float)
