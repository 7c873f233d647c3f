"""What to expect of a launch: several kinds of regression on the launches before it, averaged, with an interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bot.launches.columns import Columns, learn_columns

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 30  # past launches, below which nothing is foretold
MANY = 4_000  # past launches that the costlier kinds are shown, the newest ones
LATEST = 1 / 3  # of the past, foretold from what was before it: how far off that was makes the interval
FOLDS = 5
SEED = 0
RARE = 2  # launches that a word has to be in

Numbers = NDArray[np.float64]


class TooFewLaunches(Exception):
    """There is too little to learn from; the message says how much is needed."""


@dataclass(frozen=True)
class Prediction:
    """What is expected of launches, arrays (launches,), and between what it will lie in a share `nominal` of them."""

    value: Numbers
    low: Numbers
    high: Numbers


class Predictor:
    """Learns from past launches; foretells the target of others."""

    def __init__(self, launched_at: str, target: str, nominal: float = 0.8) -> None:
        self._launched_at, self._target, self._nominal = launched_at, target, nominal

    def fit(self, past: pd.DataFrame) -> Predictor:
        """Learn from launches whose target is known; raises TooFewLaunches for fewer than thirty."""
        if len(past) < FEWEST:
            raise TooFewLaunches(f"{len(past)} past launches are too few to learn from: at least {FEWEST} are needed.")
        past = past.sort_values(self._launched_at, kind="stable")
        off = self._look_back(past)
        tail = (1 - self._nominal) / 2
        self._low, self._high = _outer(off, tail), _outer(off, 1 - tail)
        self._learnt = _Learnt.of(past, self._launched_at, self._target)
        return self

    def predict(self, coming: pd.DataFrame) -> Prediction:
        """What is expected of these launches; needs the columns of the past ones."""
        value = self._learnt.predict(coming)
        return Prediction(value, value + self._low, value + self._high)

    def _look_back(self, past: pd.DataFrame) -> Numbers:
        """How far off the latest third would have been, (n,), foretold from the launches before.

        A split conformal interval in the order of time (Vovk, Gammerman and Shafer, Algorithmic Learning in a Random
        World, 2005): launches of other times differ from those learnt from, and so must these.
        """
        first = int(len(past) * (1 - LATEST))
        learnt = _Learnt.of(past.iloc[:first], self._launched_at, self._target)
        latest = past.iloc[first:]
        return np.asarray(latest[self._target].to_numpy(float) - learnt.predict(latest))


@dataclass(frozen=True)
class _Learnt:
    """The models of one stretch of the past."""

    columns: Columns
    kinds: Sequence[Any]
    words: Any | None  # what the words of a title add to it

    @classmethod
    def of(cls, past: pd.DataFrame, launched_at: str, target: str) -> _Learnt:
        columns = learn_columns(past, launched_at, (target,))
        features, known = columns.features(past).to_numpy(float), past[target].to_numpy(float)
        kinds = [_fit(kind, features, known) for kind in _kinds(len(past))]
        return cls(columns, kinds, _learn_words(columns, past, features, known))

    def predict(self, coming: pd.DataFrame) -> Numbers:
        features = self.columns.features(coming).to_numpy(float)
        value = np.mean([kind.predict(features) for kind in self.kinds], axis=0)
        if self.words is not None:
            value = value + self.words.predict(self.columns.words(coming))
        return np.asarray(value, float)


def _kinds(many: int) -> list[Any]:
    """Unlike kinds of regression, so that their errors are unlike: smooth and additive, smooth, stepwise, averaged."""
    from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import RidgeCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import QuantileTransformer, SplineTransformer, StandardScaler
    from sklearn.svm import SVR

    def filled() -> Any:
        return SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)

    penalties = np.logspace(0, 4, 20)
    splines = SplineTransformer(n_knots=5, degree=2, knots="quantile", include_bias=False)
    evenly = QuantileTransformer(n_quantiles=min(50, many), output_distribution="normal")
    leaf = int(np.clip(many // 50, 3, 20))
    return [
        make_pipeline(filled(), splines, StandardScaler(), RidgeCV(penalties)),
        make_pipeline(filled(), evenly, StandardScaler(), SVR(C=0.5, epsilon=0.1, gamma="scale")),
        HistGradientBoostingRegressor(
            max_iter=300, learning_rate=0.03, max_leaf_nodes=6, min_samples_leaf=leaf, l2_regularization=10,
            max_features=0.5, random_state=SEED,
        ),
        make_pipeline(
            filled(), RandomForestRegressor(300, min_samples_leaf=5, max_features=0.4, random_state=SEED)
        ),
    ]  # fmt: skip


def _fit(kind: Any, features: Numbers, known: Numbers) -> Any:
    """On the target in standard units, so that a penalty means the same for every target."""
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.preprocessing import StandardScaler

    return TransformedTargetRegressor(kind, transformer=StandardScaler()).fit(features[-MANY:], known[-MANY:])


def _learn_words(columns: Columns, past: pd.DataFrame, features: Numbers, known: Numbers) -> Any | None:
    """What words add to what the features say: a franchise, a name. None where there is no free text."""
    if not columns.texts:
        return None
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import RidgeCV
    from sklearn.model_selection import KFold, cross_val_predict
    from sklearn.pipeline import make_pipeline

    smooth = _kinds(len(past))[0]
    unseen = cross_val_predict(smooth, features, known, cv=KFold(FOLDS, shuffle=True, random_state=SEED))
    reader = make_pipeline(TfidfVectorizer(min_df=RARE, sublinear_tf=True), RidgeCV(np.logspace(-1, 2, 10)))
    try:
        return reader.fit(columns.words(past), known - unseen)
    except ValueError:  # no word is in two of them
        return None


def _outer(off: Numbers, level: float) -> float:
    """A quantile of errors, (n,), with one error more on either side that may be anything."""
    at = np.clip(level * (len(off) + 1) - 1, 0, len(off) - 1)
    return float(np.interp(at, np.arange(len(off)), np.sort(off)))
