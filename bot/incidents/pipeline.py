"""What leads to what in a recommender: from its tables down to its members."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from checks.base import Finding

from .families import (
    ARRIVAL,
    DELIVERY,
    EXPOSURE,
    FALLBACK,
    FOLLOWING,
    ITEMS,
    JOIN,
    LABELS,
    LOGGED,
    LOGGING,
    OTHER,
    SCHEMA,
    family_of,
)

EFFECTS = ("logging", "position", "calibration", "quality", "members")
UNRANKED = ("numeric", "retrieval", "coverage", "table:requests")  # popular titles without a score or candidates
# A family, or a table by its name, with what it leads to; what those lead to follows.
LEADS_TO: Mapping[str, tuple[str, ...]] = {
    "traffic": ("latency", "table:impressions", "calibration", "quality", "members", "exposure"),
    "table:impressions": ("table:outcomes", "table:requests", "coverage", "join", "consumed", *EFFECTS),
    "table:outcomes": ("join", "retrieval", "position", "calibration", "quality", "members"),
    "table:requests": ("filters", "consumed"),
    "table:features_offline": ("skew",),
    "table:calls": ("latency", "fallback"),
    "table:changes": (),
    "table:members": ("labels", "missing", "skew", "shift", "scores"),
    "table": ("unseen", "missing", "stale", "retrieval", "filters", "lists", "skew", "shift", "scores"),  # any other
    "latency": ("fallback", *UNRANKED, "lists", "table:impressions", "members"),  # a fallback need not be logged
    "fallback": (*UNRANKED, "lists", "consumed", "scores"),
    "filters": ("lists", "retrieval", "coverage", "scores", "exposure"),
    "lists": ("table:impressions", "retrieval", "coverage", "scores"),
    "unseen": ("missing", "shift", "scores", "exposure"),
    "version": ("retrieval", "skew", "shift", "numeric", "scores"),
    "missing": ("skew", "shift", "numeric", "scores"),
    "stale": ("skew", "scores"),
    "coverage": ("lists", "retrieval", "scores", "exposure", "table:requests"),
    "retrieval": ("quality", "members"),
    "skew": ("shift", "numeric", "scores"),
    "shift": ("numeric", "scores"),
    "numeric": ("scores",),
    "consumed": ("scores", "position"),
    "scores": ("retrieval", "coverage", "position", "calibration", "quality"),
    "logging": ("position", "consumed", "calibration", "quality", "members"),
    "position": ("quality", "members"),
    "join": ("position", "retrieval", "calibration", "quality", "members"),
    "calibration": ("quality",),
    "quality": ("members", "stability", "table:outcomes"),
    "members": ("stability", "table:outcomes"),
    "stability": ("exposure",),
    "exposure": ("items",),
}
# Who came, which items were shown, or how old a value is moves these as well, but only where it happened itself.
MIXES: Mapping[str, tuple[str, ...]] = {
    "traffic": ("missing", "shift", "scores", "unseen"),
    "table:impressions": ("shift", "scores", "stability", "exposure"),
    "fallback": ("missing", "shift", "filters"),
    "stale": ("shift",),
    "filters": ("shift",),
    "lists": ("shift",),
    "coverage": ("shift",),
    "version": ("missing",),
}
# What is seen of these follows from whatever came before; the others have checks of their own, which would be seen.
PASSED_ON = ("scores", "calibration", "quality", "members", "stability", "exposure")
# These spoil a number, and nothing that is served: what rests on that number is wrong, and it ends there.
MEASURING = ("table:impressions", "table:outcomes", "table:requests", "table:calls", "logging", "position", "join")
MORE_ROWS = ("traffic",)  # what leads to more rows; everything else leads to fewer
BREAK = 2.0  # stability index (PSI): with other people or items a distribution moves, but it does not break
DELIVERED = ("table:", "feed:")
ROWS = (ARRIVAL, LOGGED, FOLLOWING)
TABLE_LEVEL = (SCHEMA, DELIVERY, *ROWS)


def node_of(finding: Finding) -> str:
    """Where a finding stands in the pipeline: at a table, or with its family."""
    family = family_of(finding)
    if family is LOGGING:
        return "logging"
    return finding.subject if family in TABLE_LEVEL and finding.subject.startswith(DELIVERED) else family.name


@cache
def steps_from(node: str) -> Mapping[str, int]:
    """Everything a node leads to, with how many steps away it is, the nearest first."""
    start = node if node in LEADS_TO or not node.startswith(DELIVERED) else "table"
    found = dict.fromkeys(LEADS_TO.get(start, ()), 1)
    edge = [] if start in MEASURING else list(found)
    while edge:
        reached = [one for each in edge if each in PASSED_ON for one in LEADS_TO[each]]
        edge = [one for one in dict.fromkeys(reached) if one not in found and one != node]
        found |= dict.fromkeys(edge, 1 + max(found.values()))
    return found


def leads_to(root: Finding, finding: Finding) -> int | None:
    """How many steps below `root` the finding stands in the pipeline; None when nothing leads there."""
    one, other = family_of(root), family_of(finding)
    if one is OTHER or other is OTHER:
        return 1 if other is OTHER else None
    if other in TABLE_LEVEL and not _is_about_rows(root, finding):
        return None
    if other in (JOIN, LOGGING) and not _lost_rows(root):
        return None
    if one is LABELS:
        return 1 if _shows_label(root, finding) else None
    return steps_from(node_of(root)).get(node_of(finding))


def leads_by_mix(root: Finding, finding: Finding) -> bool:
    """Whether a change of who came, or of what was shown, could look like this; a distribution that breaks does not."""
    broken = float(finding.data.get("psi") or 0.0) >= BREAK and family_of(root) is not FALLBACK
    return node_of(finding) in MIXES.get(node_of(root), ()) and not broken


def _lost_rows(root: Finding) -> bool:
    """Rows that are lost break joins and lists; rows that came twice, or late into the past, do not."""
    family = family_of(root)
    return family is not DELIVERY and not (family is LOGGED and root.direction == "up")


def _is_about_rows(root: Finding, finding: Finding) -> bool:
    """How many rows there are follows from what was served; how they were delivered does not."""
    family = family_of(root)
    if family_of(finding) not in ROWS or family in TABLE_LEVEL or finding.code != "D01":
        return family_of(finding) in ROWS and family in TABLE_LEVEL
    return family is LABELS or finding.direction == ("up" if family.name in MORE_ROWS else "down")


def _shows_label(root: Finding, finding: Finding) -> bool:
    """Members under a wrong label are counted in its wrong slice; and titles miss the audience they are meant for."""
    column = root.subject.partition(":")[2]
    moved = {str(value) for value in (root.data.get("from"), root.data.get("to")) if value}
    seen = {value for part, value in finding.slice.parts if part == column}
    return family_of(finding) in (EXPOSURE, ITEMS) or bool(seen & moved if moved else seen)
