"""The leaves of a table: how far each is from what was expected, and how far that is by chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.diagnosis.localising.noise import noise_of_counts, noise_of_ratios, telling_counts

if TYPE_CHECKING:
    import pandas as pd

COUNTS = ("actual", "expected")
RATIO = ("actual_num", "actual_den", "expected_num", "expected_den")
UNKNOWN = "unknown"
Numbers = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]


class NotLocalisable(Exception):
    """The table is none that a change could be localised in; the message says what to do about it."""


@dataclass(frozen=True)
class Leaves:
    """Every combination of all attributes that was seen. Arrays of length leaves."""

    attributes: tuple[str, ...]
    codes: Mapping[str, Codes]  # each leaf's value of an attribute, as its place in `values`
    values: Mapping[str, tuple[str, ...]]
    shift: Numbers  # how far it is from what was expected: relative for counts, in log odds for a ratio
    spread: Numbers  # the standard deviation of the shift where nothing is wrong
    telling: Flags  # whether a shift of a known size would be seen in this leaf; in none of a ratio's

    def __len__(self) -> int:
        return len(self.shift)


def read_leaves(table: pd.DataFrame) -> Leaves:
    """The leaves of a table with attribute columns and `actual, expected`, or the four columns of a ratio.

    Rows of the same leaf are added up; a missing value of an attribute is a value of its own. Raises NotLocalisable for
    columns that are missing or hold something else than numbers from 0 on, and for a ratio above 1.
    """
    measured = _measures(table)
    attributes = tuple(str(name) for name in table.columns if name not in {*COUNTS, *RATIO})
    if not attributes:
        raise NotLocalisable("There is no attribute column: add at least one, such as region or device.")
    if table.empty:
        raise NotLocalisable("The table has no row: there is nothing to localise.")
    for name in measured:
        _demand_numbers(table, name)
    texts = table[list(attributes)].astype("string").fillna(UNKNOWN)
    added = texts.join(table[list(measured)].astype(float)).groupby(list(attributes), sort=True).sum().reset_index()
    if measured == RATIO:
        _demand_shares(added)
    shift, spread = _deviations(added, measured)
    codes, values = _encode(added, attributes)
    telling = telling_counts(shift, spread) if measured == COUNTS else np.zeros(len(added), dtype=bool)
    return Leaves(attributes, codes, values, shift, spread, telling)


def _measures(table: pd.DataFrame) -> Sequence[str]:
    for wanted in (RATIO, COUNTS):
        if set(wanted) <= set(table.columns):
            return wanted
    had = ", ".join(map(str, table.columns)) or "none"
    raise NotLocalisable(
        f"The columns {', '.join(COUNTS)} are needed, or, for a ratio, {', '.join(RATIO)}; the table has: {had}."
    )


def _demand_numbers(table: pd.DataFrame, name: str) -> None:
    import pandas as pd

    numbers = pd.to_numeric(table[name], errors="coerce").to_numpy(float)
    wrong = np.flatnonzero(~np.isfinite(numbers) | (numbers < 0))
    if len(wrong):
        said = table[name].iloc[int(wrong[0])]
        raise NotLocalisable(
            f"Row {wrong[0] + 1} has {said!r} as {name}: a number from 0 on is needed. Correct it or leave the row out."
        )


def _demand_shares(added: pd.DataFrame) -> None:
    for side in ("actual", "expected"):
        over = added[f"{side}_num"] > added[f"{side}_den"] * (1 + 1e-9)
        if over.any():
            raise NotLocalisable(
                f"{side}_num is above {side}_den in {int(over.sum())} of {len(added)} leaves: "
                "a ratio is a share of its denominator. For sums, give actual and expected."
            )


def _deviations(added: pd.DataFrame, measured: Sequence[str]) -> tuple[Numbers, Numbers]:
    columns = [added[name].to_numpy(float) for name in measured]
    return noise_of_ratios(*columns) if measured == RATIO else noise_of_counts(*columns)


def _encode(
    added: pd.DataFrame, attributes: Sequence[str]
) -> tuple[dict[str, Codes], dict[str, tuple[str, ...]]]:  # fmt: skip
    import pandas as pd

    codes, values = {}, {}
    for name in attributes:
        found, known = pd.factorize(added[name], sort=True)
        codes[name], values[name] = found.astype(np.int64), tuple(map(str, known))
    return codes, values
