"""The launches before that are most like one: to show to people, and the simplest way to foretell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.launches.columns import Columns

if TYPE_CHECKING:
    import pandas as pd

LIKE = 8

Numbers = NDArray[np.float64]


class Comparables:
    """Past launches by what is known of them before the launch, each column as weighty as any other."""

    def __init__(self, columns: Columns, past: pd.DataFrame) -> None:
        from sklearn.impute import SimpleImputer
        from sklearn.neighbors import NearestNeighbors
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        filled = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
        self._columns, self._scale = columns, make_pipeline(filled, StandardScaler())
        placed = self._scale.fit_transform(columns.features(past).to_numpy(float))
        self._near = NearestNeighbors(n_neighbors=min(LIKE, len(past))).fit(placed)

    def of(self, coming: pd.DataFrame) -> NDArray[np.intp]:
        """Which rows of the past are most like each launch, the nearest first, (launches, 8)."""
        placed = self._scale.transform(self._columns.features(coming).to_numpy(float))
        return np.asarray(self._near.kneighbors(placed, return_distance=False))
