"""Values that a column has not had: numbers far out of range, and slices that others have replaced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from sqlalchemy import Float, func

from .base import EVERYONE, About, Finding, History, Measure, Schema, Series, Severity
from .evidence import Claim, find_abnormal, judge_all, loudness, make_finding
from .judging import Judge
from .sql import is_nan, share_if
from .wording import percent

ROWS = "rows:impressions"  # as D01 counts them
FAR = 10.0  # times the span from the lowest to the highest learned edge, beyond these
STRAY = 0.01  # of the rows that must lie so far out to matter
REPLACED = 0.1  # of the rows: how many new values must have taken from old ones to matter
GONE = 0.1  # an old value with less than this of its usual share counts as gone
KNOWN = 7  # windows that tell which values there are
OTHER = "other"  # values too many to be told apart


def stray_measures(schema: Schema) -> list[Measure]:
    """The share of each numeric feature's values that lie far beyond its learned histogram edges."""
    measures = []
    for name in schema.features:
        edges, columns = schema.edges.get(name, ()), schema.relations["impressions"] if schema.features else {}
        if name not in columns or len(edges) < 2:
            continue
        column, far = columns[name], FAR * (edges[-1] - edges[0])
        out = (column < edges[0] - far) | (column > edges[-1] + far)
        out = out & ~is_nan(column) if isinstance(column.type, Float) else out
        share = share_if(out, among=column.is_not(None))
        measures.append(Measure(_stray(name), "impressions", "rate", share, func.count(column)))
    return measures


def value_measures(schema: Schema) -> list[Measure]:
    """Rows by the value of each slice column."""
    columns = schema.relations.get("impressions", {}) if "impressions" in schema.relations else {}
    slices = tuple(name for name in schema.slices if name in columns)
    return [Measure(ROWS, "impressions", "count", func.count(), func.count(), slices)] if slices else []


def find_strays(about: About, schema: Schema, history: History, judge: Judge) -> list[Finding]:
    """One finding a feature with values where there were none."""
    found = []
    for name in schema.features:
        for one in find_abnormal(judge_all(history.series(_stray(name)), judge, "rate", ("up",), STRAY, False)):
            words = (
                f"{percent(one.judgement.value)} of the values of {name} lie more than {FAR:.0f} times the usual "
                f"range away from it, usually {percent(one.judgement.expected)}."
            )
            claim = Claim(f"{name} has values far out of range", words, f"feature:{name}", touched=one.gap)
            found.append(make_finding(about, history, one, claim))
    return found


def find_replaced(about: About, schema: Schema, history: History) -> list[Finding]:
    """One finding a slice column in which new values stand where old ones stood.

    A new region comes on top of the old ones; a value that is merely spelled otherwise takes the place of another.
    """
    by_column: dict[str, list[Series]] = defaultdict(list)
    series = history.series(ROWS)
    everyone = next((one for one in series if one.slice == EVERYONE), None)
    if everyone is None or not np.nan_to_num(everyone.values[-1]):
        return []
    for one in series:
        if len(one.slice.parts) == 1:
            by_column[one.slice.parts[0][0]].append(one)
    found = [_replaced(about, history, everyone, name, by_column[name]) for name in schema.slices]
    return [finding for finding in found if finding is not None]


def _replaced(about: About, history: History, everyone: Series, name: str, values: Sequence[Series]) -> Finding | None:
    total = np.maximum(np.nan_to_num(everyone.values), 1.0)
    shares = {one.slice.parts[0][1]: np.nan_to_num(one.values) / total for one in values}
    known = np.flatnonzero(np.nan_to_num(everyone.values[:-1]))
    if len(known) < KNOWN:
        return None
    base = known[: 1 - KNOWN] if len(known) >= 2 * KNOWN else known  # what is new stays new for a week
    usual = {value: float(np.median(share[base[-KNOWN:]])) for value, share in shares.items()}
    new = {v: float(s[-1]) for v, s in shares.items() if s[-1] > 0 and v != OTHER and not s[base].any()}
    gone = {v: usual[v] for v, s in shares.items() if usual[v] > 0 and s[-1] < GONE * usual[v]}
    moved = min(sum(new.values()), sum(gone.values()))
    if moved < REPLACED:
        return None
    first = min(int(np.flatnonzero(shares[value])[0]) for value in new)
    biggest = [sorted(part, key=lambda value: -part[value])[0] for part in (new, gone)]
    words = (
        f"{percent(moved)} of the impressions have a {name.replace('_', ' ')} that was never seen before, such as "
        f'"{biggest[0]}", while others that were usual are gone, such as "{biggest[1]}".'
    )
    return Finding(
        code=about.code,
        title=f"The values of {name} were replaced by others",
        words=words,
        subject=f"label:{name}",
        measure=f"replaced:{name}",
        slice=EVERYONE,
        window=history.window,
        onset=everyone.windows[first].start,
        value=moved,
        expected=0.0,
        low=0.0,
        high=0.0,
        direction="up",
        n=int(np.nan_to_num(everyone.values[-1])),
        surprise=10.0,
        severity=max(Severity.medium, loudness(moved)),
        impact=history.impact(EVERYONE),
        data={"new": new, "gone": gone},
    )


def _stray(name: str) -> str:
    return f"feature.stray_share:{name}"
