"""Which feature moves the scores: the difference of SHAP values, never one waterfall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.recommender.contract import Scorer

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

SAMPLE = 200
BACKGROUND = 20
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
    rows = rows.iloc[np.unique(np.linspace(0, len(rows) - 1, min(SAMPLE, len(rows))).astype(int))]
    taken = rows[list(scorer.features)]
    if _is_forest(_last_step(scorer.model)):
        return _of_trees(scorer, taken)
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
    """Model-agnostic contributions to the score itself, on few rows because each costs many predictions."""
    import pandas as pd
    import shap

    few = rows.iloc[:: max(1, len(rows) // FEW)]
    explainer = shap.explainers.Permutation(
        lambda values: scorer.score(pd.DataFrame(values, columns=rows.columns).astype(rows.dtypes.to_dict())),
        rows.iloc[:: max(1, len(rows) // BACKGROUND)].to_numpy(),
        seed=0,
    )
    explained = explainer(few.to_numpy(), silent=True)
    error = float(np.abs(explained.values.sum(axis=1) + explained.base_values - scorer.score(few)).max())
    return Contributions(scorer.features, np.asarray(explained.values, float), error, "permutation")
