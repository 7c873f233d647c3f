"""Which version of what served: models, candidate indexes, and which of them go together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func

from .base import EVERYONE, History, Measure, Schema

Numbers = NDArray[np.float64]

INDEX, PAIRS = "index.served", "versions.pairs"
BETWEEN = " with index "  # in a pair's name: "8 with index 7"
UNTOLD = ("unknown", "other")  # slices that name no version: rows without one, and the rarest of too many
FEW, SLIVER = 30, 0.01  # rows, and share of them: what is served less is a slip
MOSTLY = 0.9  # of what a model version was served with, or of what the registry says of the past
LEARNED = 3  # model versions with an index of their own make a rule ...
EXCEPTIONS = 0.25  # ... which so many may break


def index_measures(schema: Schema) -> list[Measure]:
    """Impressions by index version, and by model and index version together; [] where that is not logged."""
    if "pair" not in schema.relations.get("pairs", {}):
        return []
    return [
        Measure(INDEX, "pairs", "count", func.count(), func.count(), ("index_version",)),
        Measure(PAIRS, "pairs", "count", func.count(), func.count(), ("pair",)),
    ]


@dataclass(frozen=True)
class Served:
    """What served, window by window."""

    starts: tuple[datetime, ...]
    rows: Mapping[str, Numbers]  # (windows,) by version or pair, as far as it can be named
    total: Numbers  # (windows,)

    @classmethod
    def read(cls, history: History, measure: str) -> Served | None:
        """What was measured; None where nothing was, or not in this window."""
        series = history.series(measure)
        total = next((np.nan_to_num(one.values) for one in series if one.slice == EVERYONE), None)
        if total is None or not len(total) or total[-1] <= 0:
            return None
        named = {one.slice.parts[0][1]: np.nan_to_num(one.values) for one in series if one.slice.parts}
        rows = {name: values for name, values in named.items() if name not in UNTOLD and (values > 0).any()}
        return cls(tuple(window.start for window in history.windows[-len(total) :]), rows, total)

    def now(self) -> dict[str, float]:
        """The share of the window's rows of each that serves more than a sliver of it, the largest first."""
        shares = {name: float(rows[-1] / self.total[-1]) for name, rows in self.rows.items() if rows[-1] >= FEW}
        return {name: shares[name] for name in sorted(shares, key=lambda n: -shares[n]) if shares[name] >= SLIVER}

    def first(self, name: str) -> int:
        """The number of the first window it served in."""
        return int(np.flatnonzero(self.rows[name] > 0)[0])

    def since(self, name: str) -> datetime:
        """The start of the first window of the run in which it still serves."""
        return self.starts[begins(self.rows[name] > 0)]

    def before(self, name: str) -> float:
        """How many rows it served before this window."""
        return float(self.rows[name][:-1].sum())


def begins(holds: NDArray[np.bool_]) -> int:
    """The number of the first window of the unbroken run at the end in which it holds; the length when it is broken."""
    broken = np.flatnonzero(~holds)
    return int(broken[-1]) + 1 if len(broken) else 0


def split_pair(pair: str) -> tuple[str, str]:
    """Model and index version of a pair's name."""
    model, _, index = pair.partition(BETWEEN)
    return model, index


@dataclass(frozen=True)
class Matches:
    """Which index belongs to which model version."""

    told: Mapping[str, str]  # by model version, by the registry; {} when the past does not bear it out
    learned: Mapping[str, str]  # by model version, from the past; {} when versions have no index of their own

    @classmethod
    def of(cls, pairs: Served, told: Mapping[str, str]) -> Matches:
        """What the windows before this one teach."""
        past = {split_pair(pair): pairs.before(pair) for pair in pairs.rows}
        stated = sum(rows for (model, _), rows in past.items() if model in told)
        right = sum(rows for (model, index), rows in past.items() if told.get(model) == index)
        born_out = stated > 0 and right >= MOSTLY * stated
        firsts = {split_pair(pair)[0]: pairs.first(pair) for pair in sorted(pairs.rows, key=pairs.first, reverse=True)}
        return cls(told if born_out else {}, _own_index(past, firsts))

    def belongs(self, model: str, index: str) -> bool | None:
        """Whether this index is the model version's own; None when nothing tells."""
        own = self.told.get(model) or self.learned.get(model)
        if own is not None:
            return own == index
        others = {other for version, other in {**self.learned, **self.told}.items() if version != model}
        return False if index in others else None


def _own_index(past: Mapping[tuple[str, str], float], firsts: Mapping[str, int]) -> dict[str, str]:
    """The index each model version was served with, where each version has had its own; else {}."""
    by_model: dict[str, dict[str, float]] = defaultdict(dict)
    for (model, index), rows in past.items():
        if rows > 0:
            by_model[model][index] = rows
    own: dict[str, str] = {}
    for model in sorted(by_model, key=lambda m: firsts[m]):
        index, rows = max(by_model[model].items(), key=lambda pair: pair[1])
        if rows >= MOSTLY * sum(by_model[model].values()) and index not in own.values():
            own[model] = index
    return own if len(own) >= max(LEARNED, (1 - EXCEPTIONS) * len(by_model)) else {}
