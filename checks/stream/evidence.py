"""What all views together say of a row: how much it takes to call it healthy."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

SHARES = 4.5  # the views overlap: their sum counts for this many times too much
MOST = 10.0  # of what one view may say: ten to one against, ten times over, is no more than sure
LATELY = 8  # rows: what goes on is worth more than what flickers ...
LASTING = 2.0  # ... by so much
LENGTH = 1000.0  # rows: in ten times as many the rarest row is ten times as rare


class Evidence:
    """The sum of the rarities (Fisher, Statistical methods for research workers, 1932), with that of the last rows.

    Against it stands how many rows have been seen, as every row was a chance to be odd.
    """

    def __init__(self) -> None:
        self._rows = 0
        self._last = np.zeros(LATELY - 1)

    def weigh(self, rarities: Numbers) -> Numbers:
        """The evidence of the next rows, (r,), at least 0; of rarities (views, r), NaN where a view cannot tell."""
        sums = np.nansum(np.minimum(rarities, MOST), axis=0) / SHARES
        near = np.concatenate([self._last, sums])
        self._last = near[-(LATELY - 1) :]
        lately = sliding_window_view(near, LATELY).mean(axis=1)
        rows = self._rows + np.arange(1, len(sums) + 1)
        self._rows += len(sums)
        found = (sums + LASTING * lately) / (1 + LASTING) - np.log10(rows / LENGTH)
        known = np.isfinite(rarities).any(axis=0)
        return np.where(known, np.maximum(found, 0.0), 0.0)
