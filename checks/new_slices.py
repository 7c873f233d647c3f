"""A part of the traffic that was never there before moves everyone's numbers, with nothing wrong in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from .base import EVERYONE, Series
from .evidence import Judged

YOUNG = 14  # windows with rows: a slice with fewer has no usual value of its own yet
MOST = 0.9  # of the rows: what is nearly all of the traffic is no newcomer


def owed_to_new_slices(series: Sequence[Series], one: Judged) -> float:
    """By how much a rate differs only because slices have come in that were never there before; 0 without any.

    `series` are all slices of the rate, of which `one` has been judged. Were the newcomers taken out, the rate would be
    (value - s r) / (1 - s), with s their share of all rows and r their own rate. In a slice of another column they are
    taken to have the share they have of all.
    """
    whole = next((float(each.n[-1]) for each in series if each.slice == EVERYONE), 0.0)
    if whole <= 0:
        return 0.0
    own = {column for column, _ in one.series.slice.parts}
    rows: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for each in series:
        if each.slice.parts and each.slice.parts[0][0] not in own and _is_young(each):
            rows[each.slice.parts[0][0]].append((float(each.n[-1]) / whole, float(each.values[-1])))
    return max((_owed(one.judgement.value, parts) for parts in rows.values()), key=abs, default=0.0)


def _owed(value: float, parts: Sequence[tuple[float, float]]) -> float:
    share = min(MOST, sum(part for part, _ in parts))
    theirs = sum(part * rate for part, rate in parts)
    return value - (value - theirs) / (1 - share)


def _is_young(each: Series) -> bool:
    there = np.isfinite(each.values) & (each.n > 0)
    return bool(there[-1]) and int(there.sum()) < YOUNG < len(each.values)
