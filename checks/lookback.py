"""The last few windows of many series, against baselines that none of them has moved: `lasting` of every row."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from .baseline import CLIP
from .baselines import Baselines, median_of, spreads_of
from .glance import Glance
from .judge import SAFELY, TAILS_KNOWN
from .lasting import LOOKS_BACK, N_OF_M
from .links import ADDED, FEW_PAIRS, MOST_LINKED
from .rhythm import Rhythm
from .scales import TOGETHER, count_tail, exact_tail, unbend
from .view import SURELY

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


def lasting_chances(glance: Glance, rhythm: Rhythm, sides: NDArray[np.int64]) -> tuple[Numbers, Numbers]:
    """The chance of each row's last windows on its side (1 up, -1 down), and what was expected of the last one.

    1 where there is too little history to say.
    """
    early = np.arange(glance.values.shape[1]) < glance.values.shape[1] - LOOKS_BACK
    clear = glance.learnt_on(glance.kept & early, rhythm)
    off = clear.off()
    linked = _links(off, clear.kept)
    unsure = _uncertainties(clear.baselines, linked)
    scores = _scores(clear, sides, SAFELY * unsure)
    chance = _chances(scores, linked)
    return np.where(clear.kept.sum(axis=1) >= TAILS_KNOWN, chance, 1.0), clear.expected[:, -1]


def _scores(clear: Glance, sides: NDArray[np.int64], unsure: Numbers) -> Numbers:
    """`View.scores` of the last windows of every row."""
    last, moved = slice(-(LOOKS_BACK + 1), None), (sides * unsure)[:, None]
    sd = clear.sd()[:, last]
    off = (clear.bent - clear.baselines.expected)[:, last] / sd - moved
    toward = off * sides[:, None]
    tails = special.stdtr(clear.baselines.freedom[:, None], -np.abs(off))
    values, expected = clear.values[:, last], unbend(clear.baselines.expected[:, last] + moved * sd, clear.kind)
    if clear.kind in TOGETHER:
        n = np.maximum(1.0, clear.n)
        tails = np.maximum(tails, exact_tail(values, expected, n[:, last], clear.design(n)[:, None], clear.seen(n)))
    if clear.kind == "count":
        tails = np.maximum(tails, count_tail(values, expected, clear.clumps()[:, None]))
    near = np.minimum(-special.ndtri(np.maximum(tails, 1e-40)), SURELY)
    return np.where(np.isnan(toward), np.nan, np.where(toward >= 0, near, np.maximum(toward, -SURELY)))


def _chances(scores: Numbers, linked: Numbers) -> Numbers:
    """`lasting.lasting_chance` of every row."""
    before, now, link = scores[:, :-1], scores[:, 1:], linked[:, None]
    new = np.where(np.isfinite(before), (now - link * np.fmax(before, 0.0)) / np.sqrt(1 - link**2), now)
    chances = np.where(np.isfinite(new), special.ndtr(-new), 1.0)
    least = np.ones(len(scores))
    for need, among in N_OF_M:
        x = np.maximum(chances[:, -1], np.sort(chances[:, -among:], axis=1)[:, need - 1])
        least = np.minimum(least, x * special.betainc(need - 1, among - need + 1, x))
    return np.minimum(1.0, least * len(N_OF_M))


def _links(off: Numbers, kept: Flags) -> Numbers:
    """`links.link` of every row."""
    pairs = kept[:, 1:] & kept[:, :-1]
    count = pairs.sum(axis=1)
    seen = np.where(kept, off, np.nan)
    middle = median_of(seen)[:, None]
    reach = CLIP * np.maximum(spreads_of(seen - middle), 1e-12)[:, None]
    near = np.clip(off - middle, -reach, reach)
    variance = np.where(kept, near**2, 0.0).sum(axis=1) / np.maximum(1, kept.sum(axis=1))
    product = np.where(pairs, near[:, 1:] * near[:, :-1], 0.0).sum(axis=1) / np.maximum(1, count)
    found = product / np.maximum(variance, 1e-20)
    some = np.maximum(1, count)
    linked = np.clip(found + (1 + 4 * found) / some + ADDED / np.sqrt(some), 0.0, MOST_LINKED)
    return np.where((count < FEW_PAIRS) | (variance <= 1e-20), 0.0, linked)


def _uncertainties(baselines: Baselines, linked: Numbers) -> Numbers:
    """`Baseline.uncertainty` of every row."""
    sloped = baselines.sloped
    reach = (sloped + LOOKS_BACK) / 2
    slope = np.where(sloped > 0, 12 * reach**2 / np.maximum(sloped, 1) ** 3, 0.0)
    wider = (1 + linked) / (1 - linked)
    return np.sqrt(wider * (np.pi / 2 / (baselines.left + 1) + slope))
