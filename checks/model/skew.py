"""M07: features that are served otherwise than they are recomputed offline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Float, Integer, Numeric, and_, func, not_, or_

from checks.base import EVERYONE, About, Finding, History, Measure, NotApplicable, Schema
from checks.evidence import Claim, Judged, judge_all, make_finding, narrow
from checks.judging import Judge
from checks.sql import is_missing, share_if
from checks.wording import percent, where

OFFLINE = "__offline"
NOISE, LEAST = 1e-5, 1e-9  # relative and absolute: what sums in another order and single precision amount to
SKEWED = 0.02  # of the rows: so many more that differ matter
MANY = 3  # features: when so many differ anew, what they have in common is at fault
MOSTLY = 0.5  # of the rows that differ


class ServingSkew:
    """What the model is given is not what it was trained on."""

    about = About(
        code="M07",
        title="Train/serve skew",
        notices="A feature's value as served differs, beyond float noise, from the one recomputed offline in more rows "
        "than usual; for everyone or in one part of the traffic. A feature that is missing at serving only shows here.",
        misses="A skew as old as the history; faults upstream of both, which make both wrong alike (see D03 and D06); "
        "features that features_offline lacks.",
        needs=("features_offline", "features", "impressions.request_id"),
        owner="feature platform",
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """For each feature the share of rows that differ, by slice, and the share missing at serving alone."""
        pairs = _both(schema)
        slices = tuple(name for name in schema.slices if name in schema.relations["skew"] and name not in pairs)
        return [
            measure
            for name, (served, offline) in pairs.items()
            for measure in (
                Measure(_differs(name), "skew", "rate", share_if(differ(served, offline)), func.count(), slices),
                Measure(_lost(name), "skew", "rate", share_if(_is_lost(served, offline)), func.count()),
            )
        ]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """One finding a feature and place; one for all of them when several differ at once, as they do when stale."""
        skewed = {
            name: narrow(judge_all(history.series(_differs(name)), judge, "rate", ("up",), SKEWED, False))
            for name in schema.features
        }
        skewed = {name: places for name, places in skewed.items() if places}
        if len(skewed) >= MANY:
            return [self._tell_many(history, skewed)]
        return [self._tell(history, name, one) for name, places in skewed.items() for one in places]

    def _tell(self, history: History, feature: str, one: Judged) -> Finding:
        now, usual = percent(one.judgement.value), percent(one.judgement.expected)
        lost = _gone(history, feature)
        title = f"{feature} is missing at serving only" if lost else f"{feature} is served otherwise than recomputed"
        words = (
            f"{feature} as served differs from its value recomputed offline in {now} of the rows"
            f"{where(one.series.slice)}, usually in {usual}" + ("; it is there offline." if lost else ".")
        )
        return make_finding(self.about, history, one, Claim(title, words, f"feature:{feature}", touched=one.gap))

    def _tell_many(self, history: History, skewed: Mapping[str, Sequence[Judged]]) -> Finding:
        one = max((place for places in skewed.values() for place in places), key=lambda judged: judged.gap)
        words = (
            f"{len(skewed)} features as served differ from their values recomputed offline in more rows than usual, "
            f"the most in {percent(one.judgement.value)} of them{where(one.series.slice)}: {', '.join(sorted(skewed))}."
        )
        data = {"features": sorted(skewed)}
        claim = Claim("Several features are served otherwise than recomputed", words, "features", one.gap, data)
        return make_finding(self.about, history, one, claim)


def differ(served: ColumnElement[Any], offline: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether two values of a feature are not the same: one is missing, or they are apart by more than float noise."""
    here, there = not_(is_missing(served)), not_(is_missing(offline))
    if all(isinstance(one.type, Numeric | Float | Integer) for one in (served, offline)):
        slack = func.greatest(func.abs(served), func.abs(offline)) * NOISE + LEAST
        apart = and_(served != offline, func.abs(served - offline) > slack)
    else:
        apart = served != offline
    return or_(and_(here, not_(there)), and_(there, not_(here)), and_(here, there, apart))


def _is_lost(served: ColumnElement[Any], offline: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(is_missing(served), not_(is_missing(offline)))


def _gone(history: History, feature: str) -> bool:
    """Whether most of what differs anew is a value that is there offline and was not when serving."""
    lost = next((each for each in history.series(_lost(feature)) if each.slice == EVERYONE), None)
    everyone = next((each for each in history.series(_differs(feature)) if each.slice == EVERYONE), None)
    if lost is None or everyone is None:
        return False
    return bool(lost.values[-1] >= MOSTLY * everyone.values[-1])


def _both(schema: Schema) -> dict[str, tuple[ColumnElement[Any], ColumnElement[Any]]]:
    """Each feature that is recomputed: as served, and as recomputed."""
    if "features_offline" not in schema.relations:
        raise NotApplicable("there is no features_offline table in recsysops.toml")
    columns = schema.relations.get("skew", {})
    found = {name: (columns[name], columns[name + OFFLINE]) for name in schema.features if name + OFFLINE in columns}
    if not found:
        raise NotApplicable(
            "features_offline cannot be joined to impressions: map request_id in both, and name its features in "
            "recsysops.toml as they are named in impressions"
        )
    return found


def _differs(feature: str) -> str:
    return f"skew.differs:{feature}"


def _lost(feature: str) -> str:
    return f"skew.lost:{feature}"
