"""Simple ways to foretell a launch, which a predictor has to beat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.launches.columns import learn_columns
from bot.launches.comparables import Comparables

if TYPE_CHECKING:
    import pandas as pd

FEW = 5  # past launches of a group, below which everyone's mean is better

Numbers = NDArray[np.float64]
Foretell = Callable[["pd.DataFrame", "pd.DataFrame", str, str], Numbers]  # past, coming, launched_at, target


def global_mean(past: pd.DataFrame, coming: pd.DataFrame, launched_at: str, target: str) -> Numbers:
    """The mean of all past launches."""
    return np.full(len(coming), float(past[target].mean()))


def group_mean(past: pd.DataFrame, coming: pd.DataFrame, launched_at: str, target: str) -> Numbers:
    """The mean of the past launches that are alike in every category and every two-valued column."""
    columns = learn_columns(past, launched_at, (target,))
    alike = [name for name, _ in columns.categories]
    alike += [name for name in columns.numbers if past[name].nunique() == 2]
    if not alike:
        return global_mean(past, coming, launched_at, target)
    groups = past.groupby(alike, dropna=False)[target].agg(["mean", "size"]).reset_index()
    found = coming[alike].merge(groups[groups["size"] >= FEW], how="left", on=alike)["mean"]
    return np.asarray(found.fillna(float(past[target].mean())), float)


def nearest(past: pd.DataFrame, coming: pd.DataFrame, launched_at: str, target: str) -> Numbers:
    """The mean of the eight past launches most like each."""
    columns = learn_columns(past, launched_at, (target,))
    rows = Comparables(columns, past).of(coming)
    return np.asarray(past[target].to_numpy(float)[rows].mean(axis=1))


BASELINES: Mapping[str, Foretell] = {"global_mean": global_mean, "group_mean": group_mean, "nearest": nearest}
