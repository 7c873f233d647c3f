"""Do two findings share a cause? Same time, same place, same thing, same deploy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.recommender.contract import Change
from checks.base import Finding, Slice

from .families import family_of, is_item

ROUTINE = 3  # a change made this often is a routine, and tells nothing
EVERYDAY = ("launch", "campaign", "holiday")  # kinds that happen to the traffic and break nothing by themselves


def overlap(one: Slice, other: Slice) -> bool:
    """Whether somebody can be in both slices: no column is asked for two values."""
    values = dict(one.parts)
    return all(values.get(column, value) == value for column, value in other.parts)


def slack(finding: Finding) -> timedelta:
    """How far apart two onsets may be and still be one: an onset is known to about a window."""
    return 2 * (finding.window.end - finding.window.start)


def same_time(one: Finding, other: Finding) -> bool:
    """Whether both began together, as far as windows can tell."""
    return abs(one.onset - other.onset) <= max(slack(one), slack(other))


def same_thing(one: Finding, other: Finding) -> bool:
    """Whether both speak of the same subject, measure or upstream table."""
    table = one.data.get("table")
    same_table = table is not None and table == other.data.get("table")
    return one.subject == other.subject or one.measure == other.measure or same_table


def telling(changes: Iterable[Change]) -> list[Change]:
    """Those changes that are not routine: a retrain every night explains nothing, nor does a launch."""
    changes = [change for change in changes if change.kind not in EVERYDAY]
    often = Counter((change.kind, change.subject) for change in changes)
    return [change for change in changes if often[change.kind, change.subject] < ROUTINE]


def shortly_before(onset: datetime, changes: Sequence[Change], within: timedelta) -> list[Change]:
    """Changes made within that time before (or a window's width around) an onset, the nearest first."""
    near = [change for change in changes if onset - within <= change.at <= onset + within / 2]
    return sorted(near, key=lambda change: abs(change.at - onset))


def explains(root: Finding, finding: Finding, changes: Sequence[Change]) -> bool:
    """Whether `finding` is a symptom of what `root` sees, or sees the same thing.

    `root` is nearer the root of things or as near. A symptom may come later than its cause, a cause of its own may not:
    two features that go missing on different days are two faults. An item's onset is its launch, and says nothing.
    """
    if is_item(finding):
        return overlap(root.slice, finding.slice)
    together = same_time(root, finding)
    if overlap(root.slice, finding.slice):
        later = finding.onset > root.onset and family_of(finding).symptom
        return together or later or same_thing(root, finding)
    return together and (same_thing(root, finding) or _same_deploy(root, changes))


def _same_deploy(root: Finding, changes: Sequence[Change]) -> bool:
    return bool(shortly_before(root.onset, telling(changes), slack(root) / 2))
