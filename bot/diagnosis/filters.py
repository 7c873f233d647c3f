"""What filters take out: more than before, for which reason, and is the set-up of an item behind it?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from bot.diagnosis.candidates import enough
from bot.diagnosis.case import Case
from bot.diagnosis.setup import missing_fields
from bot.diagnosis.verdict import Answer, Evidence, Suspicion, percent

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

FEWEST_TIMES = 5
LOOKED_UP = 5
SURELY = 4.0  # standard errors


def weigh_filters(case: Case) -> Answer:
    """Did filters take out more than before, for which reason; which items do they keep out for want of a field?"""
    bad, good = case.asked_bad, case.asked_good
    if not enough(bad, good) or "excluded_reason" not in bad:
        return Answer()
    reasons = [str(reason) for reason in bad["excluded_reason"].dropna().unique()]
    rises = {reason: _share(bad, reason) - _share(good, reason) for reason in reasons}
    words = (
        f"{percent(float(bad['excluded_reason'].notna().mean()))} of candidates were excluded, "
        f"before {percent(float(good['excluded_reason'].notna().mean()))}."
    )
    evidence = Evidence("Filters", words, "filters", rises)
    wide = [_too_wide(case, reason, rises[reason]) for reason in reasons if _matters(case, reason, rises[reason])]
    barred = list(_barred(case, reasons))
    out = () if wide or barred else ("filters that take out more than before",)
    return Answer((evidence,), (*wide, *barred), out)


def _share(rows: pd.DataFrame, reason: str) -> float:
    return float((rows["excluded_reason"] == reason).mean())


def _matters(case: Case, reason: str, rise: float) -> bool:
    """A rise of some points, large against what this reason usually takes, and beyond chance between requests."""
    now, before = (_per_request(rows, reason) for rows in (case.asked_bad, case.asked_good))
    error = np.sqrt(now.var() / len(now) + before.var() / len(before))
    return bool(rise > 0.02 and rise > 0.3 * _share(case.asked_good, reason) and rise > SURELY * error)


def _per_request(rows: pd.DataFrame, reason: str) -> NDArray[np.float64]:
    excluded = (rows["excluded_reason"] == reason).groupby(rows["request_id"]).mean()
    return np.asarray(excluded, float)


def _too_wide(case: Case, reason: str, rise: float) -> Suspicion:
    share = percent(_share(case.asked_bad, reason))
    cause = f"The filter {reason!r} takes out {share} of candidates, {percent(rise)} more than before"
    return Suspicion(cause, "systems", f"filter:{reason}", min(0.95, 0.6 + 2 * rise), explains=("item:", "table:"))


def _barred(case: Case, reasons: list[str]) -> Iterator[Suspicion]:
    """Items newly kept out wherever they are retrieved, that lack a field nearly all others have."""
    times = case.asked_bad["item_id"].value_counts()
    for reason in reasons:
        hit = case.asked_bad.loc[case.asked_bad["excluded_reason"] == reason, "item_id"].value_counts()
        known = set(case.asked_good.loc[case.asked_good["excluded_reason"] == reason, "item_id"])
        always = [str(item) for item, count in hit.items() if item not in known and count >= FEWEST_TIMES]
        for item in [item for item in always if int(hit.loc[item]) == int(times.loc[item])][:LOOKED_UP]:
            lacks = missing_fields(case.recommender, str(item), case.window.end)
            if lacks:
                cause = f"Item {item} has no {' and no '.join(lacks)}, so the filter {reason!r} keeps it out"
                yield Suspicion(cause, "set-up", f"item:{item}", 0.8)
