"""What one window does not prove, several may: N of the last M windows, each a little improbable."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

Numbers = NDArray[np.float64]

N_OF_M = ((2, 3), (3, 5))  # the two ways to last, half of the share each
LOOKS_BACK = max(m for _, m in N_OF_M)
CLEARLY = 1.2  # standard scores, seen from a baseline that these windows themselves may have moved


def lasting_chance(scores: Numbers, linked: float) -> float:
    """The chance, on healthy days, of windows as far off as these, the last one among them.

    `scores` are standard normal scores of the last `LOOKS_BACK` + 1 windows towards one side, NaN for none; `linked`
    is the autocorrelation of healthy windows. Neighbours that are alike are no independent witnesses, so each window is
    asked for what it adds to the one before (the innovations of an AR(1)); one on the other side counts as the usual,
    for a return from far below is no window far above. With the N-th smallest of the last M chances being x, the
    chance is that of N exceedances of x, the last window's among them: x P(Bin(M - 1, x) >= N - 1).
    Rank truncated product with a fixed rank: Dudbridge & Koeleman, Rank truncated product of P-values, 2003.
    """
    before, now = scores[:-1], scores[1:]
    new = np.where(np.isfinite(before), (now - linked * np.fmax(before, 0.0)) / np.sqrt(1 - linked**2), now)
    chances = np.where(np.isfinite(new), special.ndtr(-new), 1.0)
    least = 1.0
    for need, among in N_OF_M:
        x = max(float(chances[-1]), float(np.sort(chances[-among:])[need - 1]))
        least = min(least, x * float(special.betainc(need - 1, among - need + 1, x)))
    return min(1.0, least * len(N_OF_M))


def may_last(scores: Numbers) -> bool:
    """Whether it is worth a closer look: the last window and enough others lie on that side by `CLEARLY`, or more."""
    out = scores[1:] >= CLEARLY
    return bool(out[-1]) and any(int(out[-among:].sum()) >= need for need, among in N_OF_M)
