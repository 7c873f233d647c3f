"""How much better the leaves of a combination are described by a cause of their own than by chance, in nats.

The shortest description wins (Rissanen, "Modeling by Shortest Data Description", 1978): what a cause saves has to pay
for saying which combination it is. So too little is not named, and neither is more than is needed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.diagnosis.localising.leaves import Flags, Numbers

APART = (0.0, 0.2, 0.4)  # how differently a cause may strike its leaves, as a share of its shift
ALIKE = (1.0, 0.5, 0.25)  # of the noise of its leaves, what a cause may leave: what scales a place scales it alike ...
UNUSUAL = 3.0  # ... in nats: what it costs to say so ...
ENOUGH = 3  # ... and how many leaves have to show it
ROOT = 0.5 * np.log(2 * np.pi)
FEW = 500  # leaves, below which the tails of the noise cannot be told ...
USUAL_TAIL = 4.0  # ... and these degrees of freedom are taken
TAILS = (2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 20.0, 40.0, 100.0)
NORMAL = np.inf


@dataclass(frozen=True)
class Evidence:
    """What speaks for a cause that shifts these leaves."""

    gain: float  # nats, before what it costs to name it
    shift: float
    variance: float  # of the shift


def describe_chance(shift: Numbers, spread: Numbers, tail: float) -> Numbers:
    """Nats that each leaf costs when nothing is wrong, (leaves,): Student's t with `tail` degrees of freedom."""
    z = shift / spread
    if tail == NORMAL:
        return np.asarray(ROOT + 0.5 * z**2 + np.log(spread), float)
    from scipy.special import gammaln

    constant = gammaln(tail / 2) - gammaln((tail + 1) / 2) + 0.5 * np.log(tail * np.pi)
    return np.asarray(constant + (tail + 1) / 2 * np.log1p(z**2 / tail) + np.log(spread), float)


def find_tail(z: Numbers) -> float:
    """The degrees of freedom of the noise, from how far its outermost 1 in 1,000 (or ten leaves) lie."""
    from scipy.special import stdtrit  # the quantiles of Student's t

    if len(z) < FEW:
        return USUAL_TAIL
    outermost = 1 - max(10 / len(z), 0.001)
    middle, far = np.quantile(np.abs(z), [0.5, outermost])
    for tail in TAILS:
        if stdtrit(tail, 0.5 + outermost / 2) / stdtrit(tail, 0.75) <= far / max(middle, 1e-12):
            return tail
    return NORMAL


def weigh(shift: Numbers, spread: Numbers, chance: Numbers, telling: Flags, everyone: float) -> Evidence:
    """A cause of its own against chance, for the leaves of one combination.

    `chance` is what each costs by the noise of all; where these leaves are more regular than that, they are held
    against a normal chance as regular, or being regular would look like being struck. `everyone`: the shift of most
    leaves, which is no place's own.
    """
    by_chance, causes = float(chance.sum()), []
    for share in ALIKE if telling.sum() >= ENOUGH else (1.0,):
        left = np.where(telling, share * spread, spread)
        variance = float(1 / (1 / left**2).sum())
        about = float((shift / left**2).sum()) * variance
        said = 0.0 if share == 1.0 else UNUSUAL
        told = (_cost(shift, left, about, apart) for apart in APART)
        causes += [(cost + said, shifted, variance) for cost, shifted in told]
        healthy = (describe_chance(off, left, NORMAL) for off in (shift, shift - everyone))
        by_chance = min(by_chance, *(float(each.sum()) for each in healthy))
    cost, shifted, variance = min(causes)
    return Evidence(by_chance - cost - 0.5 * float(np.log(len(shift))), shifted, variance)


def _cost(shift: Numbers, spread: Numbers, about: float, apart: float) -> tuple[float, float]:
    """Nats of the leaves as normal around one shift, each a share `apart` of it off; and that shift."""
    for _ in range(2 if apart else 1):
        variance = spread**2 + (apart * about) ** 2
        about = float((shift / variance).sum() / (1 / variance).sum())
    return float((ROOT + 0.5 * np.log(variance) + 0.5 * (shift - about) ** 2 / variance).sum()), about
