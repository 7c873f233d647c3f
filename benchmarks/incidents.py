"""Incidents of known truth, made from a seed: tables of leaves in which some combinations of attributes have changed.

None of it is anybody's data. Two kinds: numbers that add up (heavy-tailed backgrounds, counted, with forecasts that err
by the leaf and by the group) and ratios (shares of denominators that range over orders of magnitude).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

SIZES = {"a": 10, "b": 12, "c": 10, "d": 8}
STREAM = {"cdn": 5, "bitrate": 7, "transport": 2, "device": 6, "provider": 4}
TRIES = 200

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Incident:
    """A table and the combinations that changed, as "region=North&device=tv"."""

    table: pd.DataFrame
    truth: tuple[str, ...]


Make = Callable[[np.random.Generator], Incident]


def make_counts(
    rng: np.random.Generator,
    attributes: int,
    causes: int,
    *,
    forecast: float = 0.08,
    biased: float = 0.0,
    alike: bool = False,
) -> Incident:
    """Counts of about 7,000 leaves; so many causes of so many attributes, all of the same attributes.

    `forecast` is the relative error of what is expected; `biased`: with heavy tails, and shared by whole values.
    `alike`: struck leaves are what was expected, scaled, without noise of their own (the generalised ripple effect).
    """
    cells = np.array(list(product(*map(range, SIZES.values()))))
    usual = 20 * _popularity(rng, cells, list(SIZES.values()), 0.7) * rng.lognormal(0, 1.0, len(cells))
    seen = usual > rng.uniform(0, 0.5)
    cells, usual = cells[seen], usual[seen]
    factor = np.exp(rng.normal(0, forecast, len(usual)))
    chosen = np.sort(rng.choice(len(SIZES), attributes, replace=False))
    truth, scale = [], np.ones(len(usual))
    for _ in range(TRIES if causes else 0):
        hit = _alike(cells, chosen, int(rng.integers(len(cells))))
        named = _name(list(SIZES), cells[hit][0], chosen)
        if named not in truth and usual[hit].sum() >= max(50, 0.002 * usual.sum()):
            truth.append(named)
            scale[hit] *= 1 - rng.uniform(0.2, 0.9) * (1 if rng.random() < 0.8 else -1)
        if len(truth) == causes:
            break
    expected = usual * np.exp(_forecast_errors(rng, cells, biased))
    actual = rng.poisson(usual * factor * scale)
    if alike:
        actual = np.where(scale != 1, scale * expected, actual)
    return Incident(_table(list(SIZES), cells, actual=actual, expected=expected), tuple(truth))


def make_ratios(rng: np.random.Generator, causes: int) -> Incident:
    """Shares such as streams that did not stall, of some dozens to hundreds of leaves of very different traffic."""
    names = [*list(STREAM)[:3], *(name for name in list(STREAM)[3:] if rng.random() < 0.6)]
    sizes = [STREAM[name] for name in names]
    cells = np.array(list(product(*map(range, sizes))))
    base = 2.8 + sum(rng.normal(0, 0.4, size)[cells[:, at]] for at, size in enumerate(sizes))
    traffic = rng.lognormal(9.5, 1) * _popularity(rng, cells, sizes, 0.5) * rng.lognormal(0, 0.4, len(cells))
    traffic /= np.prod(sizes)
    now, before = rng.poisson(traffic), rng.poisson(4 * traffic)
    seen = (now > 0) | (before > 0)
    cells, base, now, before = cells[seen], base[seen], now[seen], before[seen]
    odds, truth = base + rng.normal(0, 0.25, len(base)), _strike(rng, names, cells, now, causes)
    for hit in truth.values():
        odds[hit] -= rng.uniform(1.0, 2.5) * rng.lognormal(0, 0.35, int(hit.sum()))
    table = _table(
        names,
        cells,
        actual_num=rng.binomial(now, _share(odds)),
        actual_den=now,
        expected_num=rng.binomial(before, _share(base)) / 4,
        expected_den=before / 4,
    )
    return Incident(table, tuple(truth))


def _strike(
    rng: np.random.Generator, names: Sequence[str], cells: NDArray[np.int64], traffic: NDArray[np.int64], causes: int
) -> dict[str, Flags]:
    """Combinations of one to three attributes that have some of the traffic and do not overlap, and their leaves."""
    struck: dict[str, Flags] = {}
    for _ in range(TRIES if causes else 0):
        size = int(rng.choice([1, 2, 3], p=[0.55, 0.35, 0.1]))
        chosen = np.sort(rng.choice(len(names), size, replace=False))
        hit = _alike(cells, chosen, int(rng.choice(len(cells), p=traffic / traffic.sum())))
        share = traffic[hit].sum() / traffic.sum()
        free = not any((hit & other).any() for other in struck.values())
        if free and hit.mean() <= 0.6 and 0.02 <= share <= 0.6:
            struck[_name(names, cells[hit][0], chosen)] = hit
        if len(struck) == causes:
            break
    return struck


def _popularity(
    rng: np.random.Generator, cells: NDArray[np.int64], sizes: Sequence[int], evenness: float
) -> Numbers:  # fmt: skip
    """How popular each cell is, about 1 on average: the product of how popular its values are."""
    factors = [(rng.dirichlet(np.full(size, evenness)) * size)[cells[:, at]] for at, size in enumerate(sizes)]
    return np.asarray(np.prod(factors, axis=0), float)


def _forecast_errors(rng: np.random.Generator, cells: NDArray[np.int64], biased: float) -> Numbers:
    """Log errors of a forecast: heavy-tailed by the leaf, and shared by whole values of each attribute."""
    if not biased:
        return np.zeros(len(cells))
    shared = sum(rng.normal(0, biased, size)[cells[:, at]] for at, size in enumerate(SIZES.values()))
    return np.clip(4 * biased * rng.standard_t(3, len(cells)) + shared, -2, 2)


def _alike(cells: NDArray[np.int64], chosen: NDArray[np.int64], one: int) -> Flags:
    return np.asarray((cells[:, chosen] == cells[one, chosen]).all(axis=1))


def _name(names: Sequence[str], cell: NDArray[np.int64], chosen: NDArray[np.int64]) -> str:
    return "&".join(f"{names[at]}={names[at]}{cell[at]}" for at in chosen)


def _share(odds: Numbers) -> Numbers:
    return 1 / (1 + np.exp(-odds))


def _table(names: Sequence[str], cells: NDArray[np.int64], **columns: NDArray[Any]) -> pd.DataFrame:
    import pandas as pd

    values = {name: [f"{name}{value}" for value in cells[:, at]] for at, name in enumerate(names)}
    return pd.DataFrame({**values, **{name: column.astype(float) for name, column in columns.items()}})
