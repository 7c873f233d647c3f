"""How good the predictor would have been: always learning from earlier launches, foretelling later ones."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.launches.baselines import BASELINES
from bot.launches.columns import learn_columns
from bot.launches.predictor import FEWEST, Prediction, Predictor

if TYPE_CHECKING:
    import pandas as pd

PARTS = 4  # stretches that are foretold one after the other ...
FIRST = 0.4  # ... after the first so many launches
LOWEST = 0.25  # of the launches foretold: those at risk
TOO_GOOD = 0.98  # rank correlation of one column with the target: that is known only afterwards
NOMINAL = 0.8
SHORTEST = 10  # launches that are foretold at once

Numbers = NDArray[np.float64]


class NoBacktest(Exception):
    """The table cannot be used; the message says what to do about it."""


@dataclass(frozen=True)
class Quality:
    """How good predictions were. `auc` and `precision_lowest` are of the quarter with the lowest outcomes."""

    spearman: float
    mae: float
    auc: float
    precision_lowest: float  # of as many as there are in that quarter, foretold as the lowest, how many are in it
    coverage: float | None = None  # of the outcomes, how many lay in their interval; nominal is 80 %
    width: float | None = None  # of the intervals, in the unit of the target


@dataclass(frozen=True)
class Backtest:
    """The predictor and the simple ways beside it, on the same launches."""

    predictor: Quality
    baselines: Mapping[str, Quality]
    launches: int  # foretold
    parts: int
    warnings: tuple[str, ...] = ()


def backtest(
    table: pd.DataFrame, launched_at: str, target: str, train_until: datetime | None = None
) -> Backtest:  # fmt: skip
    """Walk forward over past launches: learn from those before a date, foretell those after it.

    With `train_until` once, from that date on; else in four stretches after the first two fifths. A launch before the
    date counts as known with its target: leave a gap in the table where outcomes take time. Raises NoBacktest.
    """
    launches = _read(table, launched_at, target)
    scored: dict[str, list[tuple[int, Quality]]] = {name: [] for name in ("predictor", *BASELINES)}
    for past, coming in _parts(launches, launched_at, train_until):
        outcomes = coming[target].to_numpy(float)
        unknown = coming.drop(columns=target)
        told = Predictor(launched_at, target, NOMINAL).fit(past).predict(unknown)
        scored["predictor"].append((len(coming), _score(outcomes, told.value, told)))
        for name, foretell in BASELINES.items():
            value = foretell(past, unknown, launched_at, target)
            scored[name].append((len(coming), _score(outcomes, value)))
    means = {name: _mean(parts) for name, parts in scored.items()}
    predictor = means.pop("predictor")
    many = [size for size, _ in scored["predictor"]]
    return Backtest(predictor, means, sum(many), len(many), tuple(_leaks(launches, launched_at, target)))


def _read(table: pd.DataFrame, launched_at: str, target: str) -> pd.DataFrame:
    import pandas as pd

    for name in (launched_at, target):
        if name not in table:
            raise NoBacktest(f"There is no column {name}; the table has: {', '.join(map(str, table.columns))}.")
    dates = pd.to_datetime(table[launched_at], errors="coerce", utc=True, format="mixed")
    if dates.isna().any():
        said = table[launched_at][dates.isna()].iloc[0]
        raise NoBacktest(
            f"{launched_at} holds {said!r}, which is no date: write dates as 2026-02-20, and leave none out."
        )
    known = pd.to_numeric(table[target], errors="coerce")
    wrong = table[target].notna() & known.isna()
    if wrong.any():
        raise NoBacktest(f"{target} holds {table[target][wrong].iloc[0]!r}, which is no number.")
    launches = table.assign(**{launched_at: dates, target: known})[known.notna() & np.isfinite(known)]
    if launches[target].nunique() < 2:
        raise NoBacktest(f"{target} is the same for every launch: there is nothing to foretell.")
    ordered: pd.DataFrame = launches.sort_values(launched_at, kind="stable").reset_index(drop=True)
    return ordered


def _parts(
    launches: pd.DataFrame, launched_at: str, train_until: datetime | None
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Past and coming launches; those of one day are never on both sides."""
    if train_until is not None:
        before = int((launches[launched_at] < train_until).sum())
        cuts = [before, len(launches)]
        hint = f"before {train_until:%Y-%m-%d} there are {before}, from then on {len(launches) - before}"
    else:
        wanted = np.linspace(max(FEWEST, FIRST * len(launches)), len(launches), PARTS + 1).astype(int)
        days = launches[launched_at].dt.floor("D").to_numpy()
        cuts = [int(np.searchsorted(days, days[at])) if at < len(days) else len(days) for at in wanted]
        hint = f"the table has {len(launches)}, on {launches[launched_at].dt.floor('D').nunique()} days"
    stretches = [(a, b) for a, b in itertools.pairwise(cuts) if a >= FEWEST and b - a >= SHORTEST]
    if not stretches:
        raise NoBacktest(
            f"At least {FEWEST} launches to learn from and {SHORTEST} later ones to foretell are needed: {hint}."
        )
    for first, last in stretches:
        yield launches.iloc[:first], launches.iloc[first:last]


def _score(outcomes: Numbers, value: Numbers, told: Prediction | None = None) -> Quality:
    from scipy.stats import rankdata
    from sklearn.metrics import roc_auc_score

    low = outcomes <= np.quantile(outcomes, LOWEST)
    ranks = rankdata(outcomes), rankdata(value)
    spearman = float(np.corrcoef(*ranks)[0, 1]) if np.ptp(value) and np.ptp(outcomes) else 0.0
    auc = float(roc_auc_score(low, -value)) if 0 < low.sum() < len(low) else 0.5
    chosen = np.argsort(value, kind="stable")[: int(low.sum())]
    inside = None if told is None else float(((outcomes >= told.low) & (outcomes <= told.high)).mean())
    width = None if told is None else float((told.high - told.low).mean())
    return Quality(spearman, float(np.abs(outcomes - value).mean()), auc, float(low[chosen].mean()), inside, width)


def _mean(parts: Sequence[tuple[int, Quality]]) -> Quality:
    """Over the stretches, each weighted by its launches."""
    weights = [many for many, _ in parts]

    def mean(name: str) -> float | None:
        values = [getattr(quality, name) for _, quality in parts]
        return None if values[0] is None else float(np.average(values, weights=weights))

    told = {name: mean(name) for name in Quality.__dataclass_fields__}
    return Quality(**told)  # type: ignore[arg-type]


def _leaks(launches: pd.DataFrame, launched_at: str, target: str) -> Iterator[str]:
    """A sentence for each column that tells the target nearly perfectly: it was written down after the launch."""
    features = learn_columns(launches, launched_at, (target,)).features(launches)
    for name in features:
        both = features[name].notna()
        if features[name][both].nunique() > 2 and both.sum() >= FEWEST:
            alike = abs(features[name][both].corr(launches[target][both], method="spearman"))
            if alike >= TOO_GOOD:
                told = f"{name} tells {target} almost by itself (rank correlation {alike:.2f})"
                yield f"{told}: is it known before a launch?"
