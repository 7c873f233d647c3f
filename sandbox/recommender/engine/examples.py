"""What training reads: served impressions with what became of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sandbox.recommender.engine.scene import Bools, Floats, Ints, Texts
from sandbox.recommender.engine.state import State

TRAINING_DAYS = 14


@dataclass(frozen=True)
class Examples:
    """Served impressions with what became of them. Arrays of length rows; `request` tells lists apart."""

    features: Floats  # (rows, features), as served
    taken: Bools
    request: Ints
    region: Texts
    age_group: Texts
    first_day: int
    last_day: int

    def where(self, mask: Bools) -> Examples:
        """Only the masked rows."""
        return replace(
            self,
            features=self.features[mask],
            taken=self.taken[mask],
            request=self.request[mask],
            region=self.region[mask],
            age_group=self.age_group[mask],
        )


def read_examples(state: State) -> Examples:
    """The log's last TRAINING_DAYS days before the day about to be served."""
    days = [logged for logged in state.log if state.day - TRAINING_DAYS <= logged.day < state.day]
    return Examples(
        features=np.concatenate([d.features for d in days]),
        taken=np.concatenate([d.taken for d in days]),
        request=np.concatenate([d.request + 100_000 * n for n, d in enumerate(days)]),
        region=np.concatenate([d.region for d in days]),
        age_group=np.concatenate([d.age_group for d in days]),
        first_day=days[0].day,
        last_day=days[-1].day,
    )
