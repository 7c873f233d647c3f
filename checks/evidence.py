"""From judgements to findings: which slices to name, how loudly, in which words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .base import EVERYONE, About, Direction, Finding, History, Kind, Series, Severity
from .judging import Judge, Judgement
from .sifted import Judged as Judged
from .sifted import Sifted, sift
from .wording import manner

Numbers = NDArray[np.float64]

LOUDNESS = ((0.5, Severity.critical), (0.2, Severity.high), (0.02, Severity.medium))
ALIKE = 0.4  # slices off by at least this share of the worst ones are off for the same reason
SHARPER = 1.5  # times the contrast of any other column
NEARLY_ALL = 0.7  # of the traffic of a column's slices


@dataclass(frozen=True)
class Claim:
    """What a check says beside the numbers."""

    title: str
    words: str
    subject: str
    touched: float = 1.0  # the share of the slice's impressions that are worse for it
    data: Mapping[str, Any] = field(default_factory=dict)


def judge_all(
    series: Sequence[Series], judge: Judge, kind: Kind, directions: Sequence[Direction], floor: float, relative: bool
) -> Sequence[Judged]:
    """Every series that can be judged: the suspicious ones at once, the others when they are asked for (see `screen`).

    Whoever wants the abnormal ones asks `find_abnormal` or `narrow`: going through all of them has each one judged.
    """
    sifted = sift(series, judge, kind, directions, floor, relative)
    if sifted is not None:
        return sifted
    said = (judge.judge(one, kind, directions=directions, floor=floor, relative=relative) for one in series)
    return [Judged(one, verdict) for one, verdict in zip(series, said, strict=True) if verdict is not None]


def find_abnormal(judged: Sequence[Judged]) -> list[Judged]:
    """The abnormal ones, in order, without judging those that are surely not."""
    if isinstance(judged, Sifted):
        return judged.abnormal
    return [one for one in judged if one.judgement.abnormal]


def narrow(judged: Sequence[Judged], relative: bool = False) -> list[Judged]:
    """The abnormal ones that say where it is: the slices that carry it, or everyone when all are alike.

    A fault in one region shows in everyone's numbers and, diluted, in every other column's slices; only the region
    should be named. Works for one attribute at a time.
    """
    abnormal = find_abnormal(judged)
    if not abnormal:
        return []
    columns = {one.series.slice.parts[0][0] for one in abnormal if one.series.slice.parts}
    contrasts = {column: _contrast(judged, abnormal, column, relative) for column in sorted(columns)}
    best = max(contrasts, key=lambda column: contrasts[column], default=None)
    everyone = [one for one in abnormal if one.series.slice == EVERYONE]
    if best is None or (everyone and not _stands_out(best, contrasts)):
        return everyone
    return [one for one in abnormal if _column(one) == best]


def _stands_out(best: str, contrasts: Mapping[str, float]) -> bool:
    """Whether one column tells it clearly: with two that tell it about equally well, it is in neither."""
    others = [contrast for column, contrast in contrasts.items() if column != best]
    return contrasts[best] > SHARPER * max(others, default=0.0)


def _contrast(judged: Sequence[Judged], abnormal: Sequence[Judged], column: str, relative: bool) -> float:
    """How much worse the abnormal slices of a column are than its others; 0 when they are alike, or nearly all."""
    bad = [one for one in abnormal if _column(one) == column]
    effects, n = judged.rest(column, relative) if isinstance(judged, Sifted) else _rest(judged, column, relative)
    touched = sum(one.n for one in bad)
    if not len(n) or touched >= NEARLY_ALL * (touched + float(n.sum())):
        return 0.0
    worst = float(np.average([one.effect(relative) for one in bad], weights=[max(one.n, 1) for one in bad]))
    others = float(np.average(effects, weights=np.maximum(n, 1)))
    return abs(worst - others) if others * np.sign(worst) < ALIKE * abs(worst) else 0.0


def _rest(judged: Sequence[Judged], column: str, relative: bool) -> tuple[Numbers, Numbers]:
    """Effect and n of a column's slices that are not abnormal."""
    rest = [one for one in judged if _column(one) == column and not one.judgement.abnormal]
    return np.array([one.effect(relative) for one in rest]), np.array([one.n for one in rest])


def _column(one: Judged) -> str:
    """The column that a slice is of; "" for everyone."""
    parts = one.series.slice.parts
    return parts[0][0] if parts else ""


def make_finding(about: About, history: History, judged: Judged, claim: Claim) -> Finding:
    """The finding a judgement amounts to; severity from how much of all traffic it touches."""
    series, verdict = judged.series, judged.judgement
    impact = history.impact(series.slice)
    return Finding(
        code=about.code,
        title=claim.title,
        words=claim.words + manner(verdict),
        subject=claim.subject,
        measure=series.measure,
        slice=series.slice,
        window=history.window,
        onset=verdict.onset,
        value=verdict.value,
        expected=verdict.expected,
        low=verdict.low,
        high=verdict.high,
        direction=verdict.direction,
        n=int(series.n[-1]) if np.isfinite(series.n[-1]) else 0,
        surprise=float(-np.log10(max(verdict.p_value, 1e-300))),
        severity=loudness(impact.share * claim.touched),
        impact=impact,
        points=verdict.points,
        data={**claim.data, **_since(verdict)},
    )


def _since(verdict: Judgement) -> dict[str, Any]:
    """How it came, where that is not at once: between which two windows it began to drift."""
    if verdict.way == "once":
        return {}
    if verdict.since is None:
        return {"way": verdict.way}
    first, last = verdict.since
    return {"way": verdict.way, "began_between": [first.isoformat(), last.isoformat()]}


def loudness(touched: float) -> Severity:
    """Severity from the share (0 to 1) of all impressions that are worse: 50 %, 20 %, 2 %."""
    return next((severity for share, severity in LOUDNESS if touched >= share), Severity.low)


def model_subject(history: History) -> str:
    """What a finding about the ranking model is about: "model:ranker", by its name in the registry."""
    releases = history.releases()
    return f"model:{releases[-1].model if releases else 'ranker'}"
