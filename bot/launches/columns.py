"""Reading a table of launches: what each column is, and the numbers that a model can learn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

MOST_VALUES = 30  # of a category; what has more is free text
OFTEN = 5.0  # rows a value of a category has on average; else it is free text
NUMERIC = 0.95  # of the filled values that are numbers: then it is a number with some holes
WEEKDAY, LENGTH, WORDS = "launch weekday", "length of", "words in"

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Columns:
    """What is learnt from: numbers as they are, categories as one column a value, texts by their words and length."""

    launched_at: str
    numbers: tuple[str, ...]
    categories: tuple[tuple[str, tuple[str, ...]], ...]  # name, values known
    texts: tuple[str, ...]

    def features(self, table: pd.DataFrame) -> pd.DataFrame:
        """Numbers to learn from, a row a launch; NaN where there is no value. Unknown values of a category are none."""
        import pandas as pd

        told = {name: pd.to_numeric(table[name], errors="coerce").astype(float) for name in self.numbers}
        for name, values in self.categories:
            said = table[name].astype("string")
            told |= {f"{name}={value}": (said == value).fillna(False).astype(float) for value in values}
        told[WEEKDAY] = table[self.launched_at].dt.day_of_week.astype(float)
        for name in self.texts:
            said = table[name].astype("string").fillna("")
            told[f"{LENGTH} {name}"] = said.str.len().astype(float)
            told[f"{WORDS} {name}"] = said.str.count(r"\S+").astype(float)
        return pd.DataFrame(told, index=table.index)

    def words(self, table: pd.DataFrame) -> list[str]:
        """All free text of each launch in one."""
        parts = [table[name].astype("string").fillna("") for name in self.texts]
        return [" ".join(one) for one in zip(*parts, strict=True)] if parts else [""] * len(table)


def learn_columns(table: pd.DataFrame, launched_at: str, leave_out: Sequence[str]) -> Columns:
    """What each column of past launches is; one that never changes, or only names the time, says nothing."""
    numbers, categories, texts = [], [], []
    for name in map(str, table.columns):
        if name == launched_at or name in leave_out or table[name].nunique() < 2:
            continue
        if _is_number(table[name]):
            numbers.append(name)
        elif _is_category(table[name]):
            if not _names_the_time(table, name, launched_at):
                categories.append((name, tuple(sorted(table[name].dropna().astype(str).unique()))))
        else:
            texts.append(name)
    return Columns(launched_at, tuple(numbers), tuple(categories), tuple(texts))


def _is_number(column: pd.Series) -> bool:
    import pandas as pd

    filled = column.dropna()
    numbers = pd.to_numeric(filled, errors="coerce")
    return bool(numbers.notna().mean() >= NUMERIC and np.isfinite(numbers.dropna()).all())


def _is_category(column: pd.Series) -> bool:
    many = column.nunique()
    return bool(many <= MOST_VALUES and column.notna().sum() >= OFTEN * many)


def _names_the_time(table: pd.DataFrame, name: str, launched_at: str) -> bool:
    """Whether a column's values follow each other and never come back, such as quarters: no use for what is ahead."""
    told = table.sort_values(launched_at, kind="stable")[name].dropna().astype(str)
    return int((told != told.shift()).sum()) == told.nunique()
