"""How one feature's values differ between the last good rows and the bad ones, in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.diagnosis.verdict import percent

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

FEWEST = 100  # rows on either side, below which nothing is claimed
FEWEST_PEOPLE = 12  # and members: the rows of one member are hardly more than one
UNITS = {  # what a ratio of medians near a known factor means
    60.0: "minutes against hours or seconds against minutes",
    3600.0: "seconds against hours",
    1000.0: "thousandths against wholes, such as milliseconds against seconds",
    100.0: "percent against shares, or cents against whole units",
    24.0: "hours against days",
    365.25: "days against years",
    30.44: "days against months",
    12.0: "months against years",
    7.0: "days against weeks",
    86400.0: "seconds against days",
    1e6: "millionths against wholes",
}


@dataclass(frozen=True)
class Deviation:
    """What changed in one feature; `strength` 0 to 1 says how sure it is that something is wrong with it."""

    feature: str
    kind: str  # missing | constant | unit | default | shift | none
    words: str
    strength: float
    size: float  # comparable between slices: a difference of shares, or a distance of distributions
    value: Any = None  # the one value that took over, of a constant or a default


def find_deviation(feature: str, good: pd.DataFrame, bad: pd.DataFrame) -> Deviation:
    """The clearest thing that changed between the feature's last good values and its bad ones.

    What chance may do is reckoned by members, not rows: a member's many rows share the member's own features.
    """
    people = _people(good), _people(bad)
    if min(len(good), len(bad)) < FEWEST or min(people) < FEWEST_PEOPLE:
        return Deviation(feature, "none", "too few rows to compare", 0.0, 0.0)
    chance = float(np.sqrt(1 / people[0] + 1 / people[1]))
    was, now = good[feature], bad[feature]
    found = [_missing(feature, was, now, chance), _constant(feature, was, now, chance), _unit(feature, was, now)]
    return max([*found, _shift(feature, was, now, chance)], key=lambda deviation: deviation.strength)


def _people(rows: pd.DataFrame) -> int:
    """How many independent sources the rows come from: members where known, else requests, else rows."""
    column = next((name for name in ("member_id", "request_id") if name in rows), None)
    return int(rows[column].nunique()) if column else len(rows)


def _missing(feature: str, good: pd.Series[float], bad: pd.Series[float], chance: float) -> Deviation:
    now, before = float(bad.isna().mean()), float(good.isna().mean())
    noise = 4 * chance * np.sqrt(max(before * (1 - before), 0.0002))
    rise = now - before
    strength = min(0.96, 0.72 + rise) if rise > max(0.01, noise) else 0.0
    return Deviation(
        feature,
        "missing",
        f"{feature} is missing in {percent(now)} of rows (before: {percent(before)})",
        strength,
        rise,
    )


def _constant(feature: str, good: pd.Series[float], bad: pd.Series[float], chance: float) -> Deviation:
    """One value takes over: all rows (constant), or many more than ever had it (a default filled in)."""
    counts = bad.value_counts()
    if counts.empty:
        return Deviation(feature, "none", "", 0.0, 0.0)
    value, now = counts.index[0], float(counts.iloc[0] / len(bad))
    before = float((good == value).mean())
    shown = f"{value:.4g}" if isinstance(value, int | float | np.number) else str(value)
    if now > 0.98 and before < 0.9:
        words = f"{feature} is always {shown} (before: {good.nunique():,} different values)"
        return Deviation(feature, "constant", words, 0.96, now - before, value)
    words = f"{feature} is {shown} in {percent(now)} of rows (before: {percent(before)})"
    if bad.isna().mean() < good.isna().mean() - 0.01:
        words += f", where it used to be missing in {percent(float(good.isna().mean()))}"
    noise = 4 * chance * np.sqrt(max(before * (1 - before), 0.001))
    strength = min(0.93, 0.3 + 1.2 * (now - before)) if now - before > max(0.03, 0.5 * before, noise) else 0.0
    return Deviation(feature, "default", words, strength, now - before, value)


def _unit(feature: str, good: pd.Series[float], bad: pd.Series[float]) -> Deviation:
    none = Deviation(feature, "none", "", 0.0, 0.0)
    if not _numeric(good) or not _numeric(bad):
        return none
    middle_good, middle_bad = (float(rows[rows != 0].abs().median()) for rows in (good, bad))
    if not (middle_good > 0 and middle_bad > 0):
        return none
    ratio = middle_bad / middle_good
    times = max(ratio, 1 / ratio)
    factor = min(UNITS, key=lambda unit: abs(np.log(times / unit)))
    if times < 5 or abs(np.log(times / factor)) > (0.2 if factor >= 60 else 0.1) or distance(good, bad) < 0.6:
        return none
    way = "larger" if ratio > 1 else "smaller"
    words = f"{feature} is {times:,.0f} times {way} than before, as if its unit had changed ({UNITS[factor]})"
    return Deviation(feature, "unit", words, 0.95, 1.0)


def _shift(feature: str, good: pd.Series[float], bad: pd.Series[float], chance: float) -> Deviation:
    """Another distribution: the largest gap between the two cumulative ones (KS), or total variation for words."""
    size = distance(good, bad)
    most = max(0.12, 1.8 * chance)
    strength = float(np.clip(0.25 + 1.3 * (size - most), 0, 0.9)) if size > most else 0.0
    words = f"{feature} has another distribution than before (distance {size:.2f} of 1)"
    if _numeric(good) and _numeric(bad):
        words = f"{feature} lies around {bad.median():.4g} (before: {good.median():.4g}; distance {size:.2f} of 1)"
    return Deviation(feature, "shift", words, strength, size)


def size_among(deviation: Deviation, good: pd.DataFrame, bad: pd.DataFrame) -> float:
    """How large the same deviation is among other rows, such as all candidates instead of those shown."""
    was, now = good[deviation.feature], bad[deviation.feature]
    if deviation.kind == "missing":
        return float(now.isna().mean() - was.isna().mean())
    if deviation.kind in ("constant", "default"):
        return float((now == deviation.value).mean() - (was == deviation.value).mean())
    return _unit(deviation.feature, was, now).size if deviation.kind == "unit" else distance(was, now)


def fills_requests(deviation: Deviation, bad: pd.DataFrame) -> bool:
    """Whether the requests that have it mostly have it in every row: then no choice among items brought it about."""
    if deviation.kind not in ("missing", "constant", "default") or "request_id" not in bad:
        return False
    values = bad[deviation.feature]
    has = values.isna() if deviation.kind == "missing" else values == deviation.value
    shares = has.groupby(bad["request_id"]).mean()
    return bool(shares[shares > 0].median() > 0.99) if (shares > 0).any() else False


def distance(good: pd.Series[float], bad: pd.Series[float]) -> float:
    """How far apart two distributions are, 0 to 1: Kolmogorov-Smirnov for numbers, total variation for words."""
    good, bad = good.dropna(), bad.dropna()
    if good.empty or bad.empty:
        return 0.0
    if _numeric(good) and _numeric(bad):
        return _kolmogorov(good.to_numpy(float), bad.to_numpy(float))
    gaps = good.value_counts(normalize=True).sub(bad.value_counts(normalize=True), fill_value=0.0)
    return float(np.abs(np.asarray(gaps, float)).sum() / 2)


def _kolmogorov(ones: NDArray[Any], others: NDArray[Any]) -> float:
    left, right = np.sort(ones), np.sort(others)
    grid = np.concatenate([left, right])
    below: NDArray[Any] = np.searchsorted(left, grid, side="right") / len(left)
    return float(np.abs(below - np.searchsorted(right, grid, side="right") / len(right)).max())


def _numeric(values: pd.Series[float]) -> bool:
    return values.dtype.kind in "fiub"
