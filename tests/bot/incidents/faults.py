"""What each known way of going wrong looks like to the checks, by hand: the finding of its cause first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.recommender.contract import Change
from checks.base import Finding

from .making import sight, window

DAY = 9
RELEASE = Change(window(DAY).start, "deploy", "model:ranker", "version 9 became champion (new feature code)")
BEFORE = [Change(window(DAY).start - timedelta(days=days), "deploy", "model:ranker", "weekly") for days in (3, 10, 17)]
USUAL = [0.1] * 10
MOVED = {"psi": 0.5, "usual": USUAL, "now": [0.04] * 5 + [0.16] * 5}  # 30 % of the rows are elsewhere
BROKEN = {"psi": 4.0, "usual": USUAL, "now": [0.0] * 9 + [1.0]}
A_LITTLE = {"psi": 0.3, "usual": USUAL, "now": [0.08] * 5 + [0.12] * 5}
WEST, NORTH, CHILD = "region=West", "region=North", "age_group=child"
RATE, VISITS, AGE = "feature:item_rate", "feature:visits", "feature:item_age"
NO_ARTWORK = {"set_up": "no artwork"}


def now(code: str, where: str = "", subject: str = "", **more: object) -> Finding:
    """A finding that began today."""
    return sight(code, where, subject, day=DAY, **more)  # type: ignore[arg-type]


def fewer(code: str, where: str = "", subject: str = "") -> Finding:
    """One that says there is less of something since today."""
    return now(code, where, subject, fallen=True)


BAD_MODEL = (now("M02", data=MOVED), now("M04"), fewer("M06"), fewer("P03"))
FAULTS: Mapping[str, tuple[Finding, ...]] = {
    "partition-lost": (fewer("D01"), fewer("D07"), fewer("I03")),
    "feature-missing-in-region": (now("D03", WEST, RATE), now("M02", WEST, data=MOVED), fewer("M06", WEST)),
    "feature-missing-in-another": (now("D03", NORTH, VISITS), now("M02", NORTH, data=MOVED), now("P01", NORTH)),
    "item-language": (fewer("I05", "item_id=3", "item:3"),),
    "artwork-missing": (now("I01", "item_id=7", "item:7", fallen=True, data=NO_ARTWORK),),
    "constant-feature": (now("D03", value=1.0), now("D06", data=BROKEN), now("M02", data=MOVED), fewer("M06")),
    "stale-features": (now("M01"), now("D06", "", "feature:popularity", data=MOVED), fewer("M06")),
    "index-mismatch": (now("M08", "", "index"), now("D06", data=MOVED), now("P02"), now("M02", data=MOVED)),
    "serving-only-missing": (now("D03", value=1.0), now("M07"), now("M02", data=MOVED), fewer("M06")),
    "missing-value-bug": BAD_MODEL,
    "faulty-training-segment": (now("M02", "age_group=25-34", data=MOVED), fewer("M06", "age_group=25-34")),
    "ungated-model": (now("M08"), *BAD_MODEL, now("M09")),
    "index-truncated": (now("S02"), fewer("I03"), now("P02"), now("P01"), fewer("D01", "", "table:requests")),
    "filter-too-wide": (now("S06"), fewer("I03"), now("P02"), fewer("I06")),
    "fallback-storm": (now("S03"), now("S01", value=0.4), now("M02", data=MOVED), now("I04"), now("S02")),
    "outcome-join-broken": (fewer("D07"), now("M04"), now("M05"), fewer("M06"), fewer("P03")),
    "crawler-burst": (now("D08", value=0.4), now("D01"), fewer("P03"), fewer("M06"), now("I04")),
    "upstream-retrained": (now("D06", data=MOVED), now("M02", data=MOVED)),
    "popularity-collapse": (now("P04"), now("I04")),
    "cold-start-failure": tuple(fewer("I01", f"item_id={n}", f"item:{n}") for n in (11, 12, 13, 14)),
    "segment-flipped": (
        now("D11", CHILD, data={"from": "child", "to": "adult"}),
        fewer("D01", CHILD),
        fewer("P03", CHILD),
        now("D01", "age_group=adult"),
        fewer("I06"),
    ),
    "unit-change": (now("D06", "", AGE, data=BROKEN), now("M02", data=MOVED)),
    "timezone-slip": (now("D10"), fewer("D01"), now("D02")),
    "duplicate-delivery": (now("D05"), now("D01"), now("D10"), now("I04")),
    "position-off-by-one": (now("S07"), now("S05"), fewer("M06"), now("M09")),
}
