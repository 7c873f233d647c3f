"""What people changed, and which findings it could have brought about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.recommender.contract import Change
from checks.base import Finding

from .families import (
    APART,
    CALIBRATION,
    CONSUMED,
    COVERAGE,
    EXPOSURE,
    FALLBACK,
    LATENCY,
    MEMBERS,
    MISSING,
    NARROWING,
    NUMERIC,
    OUT_OF_RANGE,
    POSITION,
    QUALITY,
    SCORES,
    SHIFT,
    SKEW,
    STABILITY,
    TRAFFIC,
    VERSION,
    family_of,
    place_of,
)
from .pipeline import node_of, steps_from

ROUTINE = 3  # a change made this often in a week is a routine, and tells nothing
WEEK = timedelta(days=7)
RHYTHM = 0.1  # of the time between two changes: as far as the one before may be from where a rhythm has it
EVERYDAY = ("launch", "campaign", "holiday")  # kinds that happen to the traffic and break nothing by themselves
PARTS = {"feature": "shift", "features": "missing", "filter": "filters", "filters": "filters", "index": "version"}
INPUTS = (
    MISSING,
    OUT_OF_RANGE,
    SKEW,
    SHIFT,
)  # a release brings its own feature code: then they are off wherever it serves
RELEASED = (
    *INPUTS, VERSION, NUMERIC, NARROWING, COVERAGE, SCORES, CALIBRATION, QUALITY, MEMBERS, STABILITY, EXPOSURE, LATENCY,
    FALLBACK, CONSUMED, POSITION,
)  # fmt: skip


def telling(changes: Iterable[Change]) -> list[Change]:
    """Those changes that are not routine: a retrain each night, or each Monday, explains nothing, nor does a launch."""
    changes = [change for change in changes if change.kind not in EVERYDAY]
    return [change for change in changes if not _is_routine(change, changes)]


def shortly_before(onset: datetime, changes: Sequence[Change], within: timedelta) -> list[Change]:
    """Changes made within that time before (or half of it after) an onset, the nearest first."""
    near = [change for change in changes if onset - within <= change.at <= onset + within / 2]
    return sorted(near, key=lambda change: abs(change.at - onset))


def near_onset(finding: Finding, changes: Sequence[Change]) -> list[Change]:
    """Changes made about when a finding began that could have brought it about, the nearest first."""
    near = shortly_before(finding.onset, changes, finding.window.end - finding.window.start)
    return [change for change in near if could_do(change, finding)]


def release_of(finding: Finding, changes: Sequence[Change]) -> Change | None:
    """The release of a model that a finding began with: made within half a window of its onset."""
    half = (finding.window.end - finding.window.start) / 2
    releases = (change for change in near_onset(finding, changes) if _kind(change) == "model")
    return next((release for release in releases if abs(release.at - finding.onset) <= half), None)


def same_change(one: Finding, other: Finding, changes: Sequence[Change]) -> bool:
    """Whether one change could have brought about both."""
    return any(change in near_onset(other, changes) for change in near_onset(one, changes))


def could_do(change: Change, finding: Finding) -> bool:
    """Whether a change could have brought a finding about, by what was changed; a name that says nothing could be all.

    A release reaches everyone whom its version serves: a feature that is missing in one region is not its doing.
    """
    family, kind = family_of(finding), _kind(change)
    if family in (*APART, TRAFFIC):
        return False
    if kind == "model":
        return family in RELEASED and not (family in INPUTS and place_of(finding))
    if change.subject == finding.subject:
        return True
    node = change.subject if kind == "table" else PARTS.get(kind)
    if node is None:
        return kind != "item"
    return node_of(finding) in (node, *steps_from(node))


def _kind(change: Change) -> str:
    return change.subject.partition(":")[0]


def _is_routine(change: Change, changes: Sequence[Change]) -> bool:
    before = [one for one in changes if (one.kind, one.subject) == (change.kind, change.subject)]
    around = Counter(abs(one.at - change.at) <= WEEK for one in before)
    gaps = [change.at - one.at for one in before if one.at < change.at]
    steady = any(abs(later - 2 * gap) <= RHYTHM * gap for gap in gaps for later in gaps)
    return steady or around[True] >= ROUTINE
