"""M09: the same lists ordered by popularity alone would be better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from scipy import special
from sqlalchemy import func

from checks.base import EVERYONE, About, Finding, History, Measure, NotApplicable, Point, Schema, Series, Severity
from checks.evidence import model_subject
from checks.judging import Judge
from checks.rhythm import windows_in
from checks.wording import number, plural

GAP, SPREAD, POPULAR = "shadow.gap", "shadow.gap_sd", "shadow.popular_ndcg"
BETTER = 0.01  # of NDCG: by so much the simple order must be ahead
POOLS = (3, 7, 14)  # windows, and days, that are looked at together: one day of odd outcomes is no verdict
MOST = 2 / 3  # of them have the simple order ahead
SURE = 1e-4  # chance of that much, were the served order no worse
FEW = 100  # lists in all


class SimplerIsBetter:
    """The model earns less than ordering by popularity would."""

    about = About(
        code="M09",
        title="A simpler model is better",
        notices="Over the last 3, 7 or 14 windows and days, the served lists ordered by their items' popularity of the "
        "seven days before would have had a better NDCG, list by list, beyond what chance allows; on two days of three "
        "at least, and without the worst of them too.",
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
        pools = [Lately.of(gap, spread, popular, windows_in(days, _length(gap), days)) for days in POOLS]
        if pools[0] is None or pools[0].mean >= 0:
            return []
        sure = [pool for pool in pools if pool and pool.is_clear and pool.chance * len(POOLS) < SURE]
        return [self._tell(history, gap, min(sure, key=lambda pool: pool.chance))] if sure else []

    def _tell(self, history: History, gap: Series, lately: Lately) -> Finding:
        impact = history.impact(EVERYONE)
        words = (
            f"Over the last {plural(lately.windows, 'window')} the served lists had an NDCG of "
            f"{number(lately.popular + lately.mean)}; ordered by the popularity of the week before, the same lists "
            f"would have had {number(lately.popular)} ({plural(lately.lists, 'list')}, difference "
            f"{number(-lately.mean)} give or take {number(2 * lately.error)})."
        )
        return Finding(
            code=self.about.code,
            title="Ordering by popularity would be better than the model",
            words=words,
            subject=model_subject(history),
            measure=GAP,
            slice=EVERYONE,
            window=history.window,
            onset=gap.windows[-lately.windows].start,
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
    popular: float  # NDCG of the simple order
    is_clear: bool  # by enough, on most days, and not for the sake of one of them

    @classmethod
    def of(cls, gap: Series, spread: Series, popular: Series, count: int) -> Lately | None:
        """The last `count` windows together; None when one is unknown, or with too few lists."""
        gaps, n, sds = gap.values[-count:], np.nan_to_num(gap.n[-count:]), spread.values[-count:]
        if len(gaps) < count or not np.isfinite(gaps).all() or not np.isfinite(sds).all() or n.sum() < FEW:
            return None
        mean, rest = float(np.average(gaps, weights=n)), np.arange(count) != np.argmin(gaps)
        within = float((n * sds**2).sum()) / float(n.sum()) ** 2
        between = float((n**2 * (gaps - mean) ** 2).sum()) / float(n.sum()) ** 2
        clear = max(mean, float(np.average(gaps[rest], weights=n[rest]))) <= -BETTER
        usual = float(np.average(popular.values[-count:], weights=n))
        error = float(np.sqrt(max(within, between)))
        return cls(count, int(n.sum()), mean, error, usual, clear and float(np.mean(gaps < 0)) >= MOST)

    @property
    def chance(self) -> float:
        """Of a difference this far below 0, were the served order no worse (normal)."""
        return float(special.ndtr(self.mean / max(self.error, 1e-12)))


def _reach(lately: Lately) -> float:
    """How far one window may lie from 0 by chance: two standard errors of a window's mean."""
    return 2 * lately.error * float(np.sqrt(lately.windows))


def _everyone(history: History, measure: str) -> Series | None:
    return next((one for one in history.series(measure) if one.slice == EVERYONE), None)


def _length(series: Series) -> timedelta:
    return series.windows[-1].end - series.windows[-1].start


def _draw(gap: Series, reach: float) -> tuple[Point, ...]:
    rows = [i for i in range(max(0, len(gap.values) - 30), len(gap.values)) if np.isfinite(gap.values[i])]
    return tuple(Point(gap.windows[i].start, float(gap.values[i]), 0.0, -reach, reach) for i in rows)
