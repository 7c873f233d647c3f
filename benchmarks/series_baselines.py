"""What a series judge is to be compared with: simple ones that anybody would write first, and figures published."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

WARM_UP = 100  # rows
LAST = 100  # rows of the sliding window
SLOW = 0.05  # weight of the newest row
REST = 200  # rows without another alarm

# On the whole benchmark, each folder with the threshold that is best on the others; measured elsewhere.
PUBLISHED = (("ARTime", 73.1), ("Numenta HTM", 69.3), ("CAD OSE", 68.8), ("best simple judge", 45.0))


def never(values: Numbers) -> Numbers:
    """Says nothing, ever."""
    return np.zeros(len(values))


def sliding_z(values: Numbers) -> Numbers:
    """Standard deviations from the mean of the last rows, as a share of ten."""
    past = sliding_window_view(values[:-1], LAST)
    spread = np.maximum(past.std(axis=1), 1e-9 + 1e-6 * np.abs(past.mean(axis=1)))
    z = np.abs(values[LAST:] - past.mean(axis=1)) / spread
    return np.concatenate([np.zeros(LAST), np.minimum(1.0, z / 10)])


def ewma(values: Numbers) -> Numbers:
    """Distance from a moving mean, ranked among all distances so far; once said, quiet for a while."""
    off, level = np.zeros(len(values)), values[0]
    for row, value in enumerate(values):
        off[row] = abs(value - level)
        level += SLOW * (value - level)
    scores, said = np.zeros(len(values)), -REST
    for row in range(WARM_UP, len(values)):
        score = 1 - np.count_nonzero(off[:row] >= off[row]) / row
        if score > 0.99 and row - said > REST:
            scores[row], said = score, row
    return scores
