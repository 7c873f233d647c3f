"""Histogram edges from a bounded sample: exact quantiles of everything cost more than all the counting."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from bot.recommender.dialect import quote
from bot.recommender.engine import Engine

MOST_ROWS = 20_000


def find_edges(engine: Engine, relation: str, columns: Sequence[str], bins: int) -> dict[str, tuple[float, ...]]:
    """Edges that cut each column into about `bins` equal parts; a column without any value is left out.

    The sample is every k-th row by a hash of the row's values, so that asking twice gives the same edges.
    """
    if not columns:
        return {}
    (total,) = engine.one(f"SELECT count(*) FROM ({relation})")
    every = max(1, math.ceil(total / MOST_ROWS))
    steps = ", ".join(repr(i / bins) for i in range(1, bins))
    told = []
    for name in columns:
        number = f"TRY_CAST({quote(name)} AS DOUBLE)"
        told.append(f"quantile_cont(CASE WHEN isfinite({number}) THEN {number} END, [{steps}])")
    sample = f"SELECT * FROM ({relation}) AS row_ WHERE hash(row_) % {every} = 0"
    found = engine.one(f"SELECT {', '.join(told)} FROM ({sample})")
    return {name: _rising(values) for name, values in zip(columns, found, strict=True) if values}


def _rising(values: Sequence[float]) -> tuple[float, ...]:
    """Each edge once; a constant gets one just below it too, so that a fall is seen as well as a rise."""
    edges = tuple(value for value, _ in itertools.groupby(sorted(values)))
    return edges if len(edges) > 1 else (math.nextafter(edges[0], -math.inf), edges[0])
