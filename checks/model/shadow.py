"""M09: the same lists ordered by popularity alone would be better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from scipy import special
from sqlalchemy import func

from checks.base import EVERYONE, About, Finding, History, Measure, NotApplicable, Point, Schema, Series, Severity
from checks.evidence import model_subject
from checks.judging import Judge
from checks.rhythm import windows_in
from checks.wording import number, plural

GAP, SPREAD, POPULAR = "shadow.gap", "shadow.gap_sd", "shadow.popular_ndcg"
BETTER = 0.01  # of NDCG: by so much the simple order must be ahead
WINDOWS, DAYS = 3, 3  # in a row, each with the simple order ahead: one day of odd outcomes is no verdict
SURE = 1e-4  # chance of that much, were the served order no worse
FEW = 200  # lists in all


class SimplerIsBetter:
    """The model earns less than ordering by popularity would."""

    about = About(
        code="M09",
        title="A simpler model is better",
        notices="For three windows and days in a row, the served lists ordered by their items' popularity of the seven "
        "days before would have had a better NDCG, list by list, beyond what chance allows.",
        misses="Members choose what stands on top, so the served order has the advantage: when popularity wins, it "
        "wins by more than is measured. Lists that led to nothing say nothing.",
        needs=("outcomes.request_id", "impressions.position"),
        severity="Medium: it is a state to think about, not a sudden break.",
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """The mean difference of NDCG, served less popular, and its standard deviation; NDCG of the popular order."""
        columns = schema.relations.get("shadow")
        if columns is None:
            raise NotApplicable(
                "outcomes cannot be joined to the positions that were shown: map outcomes.request_id and "
                "impressions.position"
            )
        gap, popular = columns["ndcg"] - columns["popular_ndcg"], columns["popular_ndcg"]
        rows = func.count()
        return [
            Measure(GAP, "shadow", "mean", func.avg(gap), rows),
            Measure(SPREAD, "shadow", "mean", func.stddev_samp(gap), rows),
            Measure(POPULAR, "shadow", "mean", func.avg(popular), rows),
        ]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """One finding, while it lasts."""
        gap, spread, popular = (_everyone(history, name) for name in (GAP, SPREAD, POPULAR))
        if gap is None or spread is None or popular is None:
            return []
        last = history.window
        count = windows_in(DAYS, last.end - last.start, WINDOWS)
        lately = Lately.of(gap, spread, count)
        if lately is None or lately.chance >= SURE or lately.mean > -BETTER:
            return []
        return [self._tell(history, gap, lately, float(np.nanmean(popular.values[-count:])))]

    def _tell(self, history: History, gap: Series, lately: Lately, popular: float) -> Finding:
        impact = history.impact(EVERYONE)
        words = (
            f"Over the last {plural(lately.windows, 'window')} the served lists had an NDCG of "
            f"{number(popular + lately.mean)}; ordered by the popularity of the week before, the same lists would have "
            f"had {number(popular)} ({plural(lately.lists, 'list')}, difference {number(-lately.mean)} "
            f"give or take {number(2 * lately.error)})."
        )
        return Finding(
            code=self.about.code,
            title="Ordering by popularity would be better than the model",
            words=words,
            subject=model_subject(history),
            measure=GAP,
            slice=EVERYONE,
            window=history.window,
            onset=_since(gap),
            value=lately.mean,
            expected=0.0,
            low=-2 * lately.error,
            high=2 * lately.error,
            direction="down",
            n=lately.lists,
            surprise=float(-np.log10(max(lately.chance, 1e-300))),
            severity=Severity.medium,
            impact=impact,
            points=_draw(gap, _reach(lately)),
        )


@dataclass(frozen=True)
class Lately:
    """What the last windows together say of the difference, served less popular, in NDCG."""

    windows: int
    lists: int
    mean: float
    error: float  # standard error of the mean, the windows' own ups and downs included

    @classmethod
    def of(cls, gap: Series, spread: Series, count: int) -> Lately | None:
        """The last `count` windows; None when one is unknown or has the served order ahead, or too few lists."""
        gaps, n, sds = gap.values[-count:], gap.n[-count:], spread.values[-count:]
        if len(gaps) < count or not (gaps < 0).all() or not np.isfinite(sds).all() or n.sum() < FEW:
            return None
        mean = float((gaps * n).sum() / n.sum())
        within = float((n * sds**2).sum()) / float(n.sum()) ** 2
        between = float((n**2 * (gaps - mean) ** 2).sum()) / float(n.sum()) ** 2
        return cls(count, int(n.sum()), mean, float(np.sqrt(max(within, between))))

    @property
    def chance(self) -> float:
        """Of a difference this far below 0, were the served order no worse (normal)."""
        return float(special.ndtr(self.mean / max(self.error, 1e-12)))


def _reach(lately: Lately) -> float:
    """How far one window may lie from 0 by chance: two standard errors of a window's mean."""
    return 2 * lately.error * float(np.sqrt(lately.windows))


def _everyone(history: History, measure: str) -> Series | None:
    return next((one for one in history.series(measure) if one.slice == EVERYONE), None)


def _since(gap: Series) -> datetime:
    """The start of the first window of the present run with the simple order ahead."""
    ahead: NDArray[np.bool_] = gap.values < 0
    broken = np.flatnonzero(~ahead)
    return gap.windows[int(broken[-1]) + 1 if len(broken) else 0].start


def _draw(gap: Series, reach: float) -> tuple[Point, ...]:
    rows = [i for i in range(max(0, len(gap.values) - 30), len(gap.values)) if np.isfinite(gap.values[i])]
    return tuple(Point(gap.windows[i].start, float(gap.values[i]), 0.0, -reach, reach) for i in rows)
