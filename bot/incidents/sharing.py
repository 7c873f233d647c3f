"""Do two findings share a cause? Down the pipeline, same time, same place, same thing, same deploy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from enum import IntEnum

from bot.recommender.contract import Change
from checks.base import Finding, Slice

from .changes import release_of, same_change
from .families import (
    APART,
    FALLBACK,
    FOLLOWING,
    JOIN,
    LABELS,
    MISSING,
    TRAFFIC,
    UNSEEN,
    family_of,
    is_item,
    kind_of,
    place_of,
)
from .pipeline import leads_by_mix, leads_to

TOGETHER = 2.0  # windows between two onsets that are still one: each is known to about a window
UNSURE = 1.0  # windows by which an onset that is no count may be late
AT_ONCE = 0.5  # windows between the onsets of things that break at the same moment
UNDATED = ("I01",)  # a launch dates from when it launched, whatever came later
PARTICULAR = (
    "feature",
    "table",
    "feed",
    "label",
    "filter",
    "index",
    "joins",
    "position",
    "item",
    "member",
)  # one thing, not a whole floor
SIBLINGS = ("feature", "table", "feed", "label", "filter")  # of these each can break by itself
SHARES = (TRAFFIC, FALLBACK, UNSEEN, MISSING, JOIN)  # the value is a share of rows, requests or outcomes
ROOM = 2.0  # times its reach that a cause may show in: both are estimates
SCATTERED = 4.0  # at most so thinly does suspect traffic lie in a place that it explains
FAR = 99  # steps, where no way leads
Fit = tuple[int, float, int, int]  # place, windows between the onsets, steps down the pipeline, families between


class Placed(IntEnum):
    """How a symptom's place lies to its cause's, the likeliest first."""

    same = 0
    within = 1
    around = 2  # the cause is in a part of it: everyone's number shows a little of it
    across = 3  # elsewhere, or only with members in common


def overlap(one: Slice, other: Slice) -> bool:
    """Whether somebody can be in both slices: no column is asked for two values."""
    values = dict(one.parts)
    return all(values.get(column, value) == value for column, value in other.parts)


def placed(root: Finding, finding: Finding) -> Placed:
    """How the place of `finding` lies to that of `root`."""
    here, there = place_of(root), place_of(finding)
    if here == there or is_item(finding) or (family_of(root) is LABELS and leads_to(root, finding) is not None):
        return Placed.same
    return Placed.within if here < there else Placed.around if here > there else Placed.across


def slack(finding: Finding) -> timedelta:
    """How far apart two onsets may be and still be one."""
    return TOGETHER * (finding.window.end - finding.window.start)


def behind(root: Finding, finding: Finding) -> float:
    """How many windows after the root's onset the finding's is; negative when it was before."""
    if finding.code in UNDATED:
        return 0.0
    return float((finding.onset - root.onset) / (slack(root) / TOGETHER))


def explains(root: Finding, finding: Finding, changes: Sequence[Change]) -> bool:
    """Whether `finding` is a symptom of what `root` sees, or sees the same thing.

    A symptom may come later than its cause, a cause of its own may not: two features that go missing on different days
    are two faults. `changes` are those that tell something (changes.telling).
    """
    if family_of(root) in APART or family_of(finding) in APART:
        return root.subject == finding.subject and (root.code == finding.code or is_item(root))
    if family_of(root) is LABELS and leads_to(root, finding) is not None:
        return in_time(root, finding)
    if not overlap(root.slice, finding.slice):
        return abs(behind(root, finding)) <= TOGETHER and _is_same_thing(root, finding)
    if root.code == finding.code and root.subject == finding.subject:
        return True
    kin = _is_same_thing(root, finding) or _is_its_kind(root, finding) or _follows(root, finding, changes)
    return kin and in_time(root, finding)


def broke_at_once(root: Finding, finding: Finding, changes: Sequence[Change]) -> bool:
    """Whether two things broke by one hand: by one deploy, or at once two of a kind, two in one place, or rows
    and those that follow from them, as when nothing at all has arrived."""
    late = abs(behind(root, finding))
    if late <= TOGETHER and same_change(root, finding, changes):
        return True
    follows = family_of(finding) is FOLLOWING and leads_to(root, finding) is not None
    alike = family_of(root) is family_of(finding) or bool(place_of(root)) or follows
    return late <= AT_ONCE and alike and _are_siblings(root, finding) and place_of(root) == place_of(finding)


def fit(root: Finding, finding: Finding, lead: Finding) -> Fit:
    """How near a finding is to a root that explains it, in a group that `lead` leads; the smaller, the nearer."""
    steps = leads_to(lead, finding)
    way = 0 if lead.subject == finding.subject else FAR if steps is None else steps
    where = placed(root, finding)
    return where, abs(behind(root, finding)), way, family_of(finding).rank - family_of(lead).rank


def in_time(root: Finding, finding: Finding) -> bool:
    """Whether the one can have come of the other: not before it, and much later only if it is a symptom."""
    late = behind(root, finding)
    if late < 0:
        return not family_of(root).prompt and late >= -UNSURE
    return late <= TOGETHER or family_of(finding).symptom


def _is_same_thing(root: Finding, finding: Finding) -> bool:
    """Whether both speak of one feature or table, or of one measure in two places."""
    table = root.data.get("table")
    same_subject = root.subject == finding.subject and kind_of(root) in PARTICULAR
    return same_subject or root.measure == finding.measure or (table is not None and table == finding.data.get("table"))


def _is_its_kind(root: Finding, finding: Finding) -> bool:
    """Whether they are two views of one trouble; things that can each break alone are not."""
    return family_of(root) is family_of(finding) and not (_are_siblings(root, finding))


def _follows(root: Finding, finding: Finding, changes: Sequence[Change]) -> bool:
    """Whether what the root sees leads to the finding, there where it is seen.

    A release that began with the finding is the likelier cause where the root would only show a little, or by its mix.
    """
    steps, where = leads_to(root, finding), placed(root, finding)
    wide = where is Placed.across or (where is Placed.around and not family_of(finding).diluted)
    if wide or _are_siblings(root, finding) or extent(finding) > ROOM * reach(root):
        return False
    mixed = where is Placed.same or _is_concentrated(root, finding)
    if steps is None and not (mixed and leads_by_mix(root, finding)):
        return False
    faint = steps is None or where is not Placed.same
    return not (faint and release_of(finding, changes) and not release_of(root, changes))


def reach(root: Finding) -> float:
    """The share of all impressions (0 to 1) that a cause touches at most, as far as its finding tells."""
    share = root.impact.share if place_of(root) and root.impact.share > 0 else 1.0
    return share * min(1.0, abs(root.value - root.expected)) if family_of(root) in SHARES else share


def extent(finding: Finding) -> float:
    """The share of everyone's rows (0 to 1) that must have changed at least; 0 when its numbers do not tell."""
    return 0.0 if place_of(finding) else size(finding)


def size(finding: Finding) -> float:
    """The share of the rows of its place (0 to 1) that must have changed at least; 0 when its numbers do not tell.

    Mixing a share e of other rows into a distribution moves it by at most e in total variation.
    """
    if family_of(finding) in SHARES:
        return abs(finding.value - finding.expected)
    usual, now = finding.data.get("usual"), finding.data.get("now")
    if not usual or not now or len(usual) != len(now):
        return 0.0
    before, after = sum(usual), sum(now)
    if not before or not after:
        return 0.0
    return float(sum(abs(one / before - other / after) for one, other in zip(usual, now, strict=True)) / 2)


def _is_concentrated(root: Finding, finding: Finding) -> bool:
    """Whether suspect traffic, all alike, could lie in that one place: then it makes up much of what is seen there."""
    if family_of(root) is not TRAFFIC or place_of(root) or finding.impact.share <= 0:
        return False
    return size(finding) >= min(1.0, reach(root) / finding.impact.share) / SCATTERED


def _are_siblings(root: Finding, finding: Finding) -> bool:
    return kind_of(root) == kind_of(finding) in SIBLINGS and root.subject != finding.subject
