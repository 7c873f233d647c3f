"""How far a leaf is from what was expected, and how far it would be by chance: learnt from the leaves themselves.

Most leaves are assumed to be well; the middle of them tells the noise. Small leaves are noisier than large ones.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
TO_SD = 0.6744897501960817  # the median of |x| of a normal x with standard deviation 1
A_BIN = 100  # leaves that tell the noise of their size
MOST_BINS = 30
LEAST = 1e-4  # of noise: expected values that are met exactly would make a grain of sand a mountain
BOUND = 2.0 / TO_SD  # a relative shift ends at 2, and so does what its median can tell
FARTHEST, WIDEST = 1.9, 0.8  # of a relative shift that is told from all or nothing; of a spread that hides none
DOUBT = 2.0  # observations' worth of doubt in a ratio
EDGE = 1e-4  # of a ratio


def noise_of_counts(actual: Numbers, expected: Numbers) -> tuple[Numbers, Numbers]:
    """Relative shift and its noise, both (leaves,), of numbers that add up.

    The shift is (actual - expected) / their mean, from -2 to 2: the same for all leaves of a cause that scales them
    alike (the generalised ripple effect: Li et al., "Generic and Robust Localization of Multi-Dimensional Root Causes",
    2019). Its noise is at least a share of the size plus what counting gives, fitted to all sizes, and at least what
    leaves of about its size show.
    """
    size = (actual + expected) / 2
    shift = np.divide(actual - expected, size, out=np.zeros(len(size)), where=size > 0)
    order = np.argsort(size, kind="stable")
    parts = np.array_split(order, int(np.clip(len(size) // A_BIN, 1, MOST_BINS)))
    seen = np.array([max(float(np.median(np.abs(shift[part]))), LEAST) / TO_SD for part in parts])
    least = max(float(size.max(initial=0.0)), 1e-300) * 1e-12
    sizes = np.array([max(float(np.median(size[part])), least) for part in parts])
    share, counting = _fit(sizes, seen)
    fitted = np.sqrt(share + counting / np.maximum(size, least))
    near = np.exp(np.interp(np.log(np.maximum(size, least)), np.log(sizes), np.log(seen)))
    return shift, np.maximum(fitted, near)


def telling_counts(shift: Numbers, spread: Numbers) -> Flags:
    """Which leaves would show a shift of a known size, (leaves,).

    Small leaves come in few sizes, and those of which all is gone have one shift whatever the cause: that such ones are
    alike says nothing.
    """
    return (np.abs(shift) < FARTHEST) & (spread < WIDEST)


def _fit(sizes: Numbers, seen: Numbers) -> tuple[float, float]:
    """Variance as `share` + `counting` / size, by least absolute error of its logarithm over a grid: causes are few."""
    shares = np.geomspace(seen.min() ** 2 / 4, seen.max() ** 2, 40)
    most = float(seen.max() ** 2 * sizes.max())
    countings = np.concatenate([[0.0], np.geomspace(min(float(seen.min() ** 2 * sizes.min()), most), most, 50)])
    variance = shares[:, None, None] + countings[None, :, None] / sizes
    told = np.minimum(0.5 * np.log(variance), np.log(BOUND))
    off = np.abs(told - np.log(seen)).sum(axis=2)
    row, column = np.unravel_index(int(off.argmin()), off.shape)
    return float(shares[row]), float(countings[column])


def noise_of_ratios(
    actual_num: Numbers, actual_den: Numbers, expected_num: Numbers, expected_den: Numbers
) -> tuple[Numbers, Numbers]:
    """Shift in log odds and its noise, both (leaves,), of a share of a denominator.

    The noise is that of two binomial shares, of what was and of what was expected, plus how far well leaves lie apart
    beyond it. A few observations are drawn towards what was expected, and that towards everyone's share.
    """
    everyone = (expected_num.sum() + 0.5) / (expected_den.sum() + 1)
    usual = (expected_num + DOUBT * everyone) / (expected_den + DOUBT)
    now = (actual_num + DOUBT * usual) / (actual_den + DOUBT)
    usual, now = np.clip(usual, EDGE, 1 - EDGE), np.clip(now, EDGE, 1 - EDGE)
    shift = np.log(now / (1 - now)) - np.log(usual / (1 - usual))
    weights = actual_den + DOUBT, expected_den + DOUBT
    both = (now * weights[0] + usual * weights[1]) / (weights[0] + weights[1])
    chance = (1 / weights[0] + 1 / weights[1]) / (both * (1 - both))
    return shift, np.sqrt(chance + scatter(np.abs(shift), chance) ** 2)


def scatter(off: Numbers, chance: Numbers) -> float:
    """How far values (absolute, (n,)) lie apart beyond their chance variance (n,): what makes their median right.

    A robust between-group variance, as in meta-analysis (DerSimonian and Laird, 1986). 0 when chance is enough.
    """
    low, high = 0.0, float(off.max(initial=0.0))
    if float(np.median(off / np.sqrt(chance))) <= TO_SD:
        return 0.0
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if np.median(off / np.sqrt(chance + middle**2)) > TO_SD else (low, middle)
    return high
