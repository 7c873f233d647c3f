"""Adtributor, the best-known simple method of localisation, as a baseline: one attribute, several of its values.

After Bhagwan et al., "Adtributor: Revenue Debugging in Advertising Systems" (2014): values are taken by how surprising
their share is (Jensen-Shannon) until they explain two thirds of the change; the attribute with most surprise wins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

EXPLAINED = 0.67  # of the change, by the values that are named ...
EACH = 0.1  # ... each of which explains at least so much


def attribute(table: pd.DataFrame) -> list[dict[str, str]]:
    """The values of one attribute that explain most of the change; a ratio is taken as its failures."""
    ratio = "actual_num" in table
    names = [name for name in table if not str(name).startswith(("actual", "expected"))]
    actual = table["actual_den"] - table["actual_num"] if ratio else table["actual"]
    expected = table["expected_den"] - table["expected_num"] if ratio else table["expected"]
    found = [_explain(table[name], actual, expected) for name in names]
    best = max(found, key=lambda one: one[0], default=(0.0, []))
    return best[1]


def _explain(values: pd.Series, actual: pd.Series, expected: pd.Series) -> tuple[float, list[dict[str, str]]]:
    now, before = actual.groupby(values).sum(), expected.groupby(values).sum()
    change = float(now.sum() - before.sum())
    if not change:
        return 0.0, []
    p, q = before / before.sum(), now / now.sum()
    middle = (p + q) / 2
    surprise = 0.5 * (_part(p, middle) + _part(q, middle))
    power = (now - before) / change
    named, explained, total = [], 0.0, 0.0
    for value in surprise.sort_values(ascending=False).index:
        if power[value] > EACH:
            named.append({str(values.name): str(value)})
            explained, total = explained + float(power[value]), total + float(surprise[value])
        if explained > EXPLAINED:
            return total, named
    return 0.0, []


def _part(share: pd.Series, middle: pd.Series) -> pd.Series:
    return share * np.log((share / middle).where(share > 0, 1.0))
